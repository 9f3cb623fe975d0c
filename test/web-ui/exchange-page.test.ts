/** The page of an exchange, and the search over all of them, in the built dashboard in a real browser. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Fact } from '../../src/shared/events.ts';
import type { BodyFacts } from '../../src/shared/exchange.ts';
import type { ExchangeMessage } from '../../src/shared/exchange-messages.ts';
import type { Issue } from '../../src/shared/model.ts';
import type { ReplayOrder } from '../../src/shared/replay.ts';
import type { SampleApi } from '../support/sample-api.ts';
import { sampleConnection } from '../support/sample-events.ts';
import { needsTool } from '../support/tools.ts';
import { DOUBLE_IDS, NAMELESS, open, row, text } from './dashboard.ts';
import { HOSTILE } from './detailed.ts';
import { type ExchangeParts, exchangeFacts } from './exchanges.ts';

/** Markup and what is no letter, one character a byte, as header fields have them. */
const HOSTILE_FIELD = '<img src=x onerror=alert(1)>\u009f\u00ad';
const PNG = readFileSync(join(import.meta.dirname, '../../docs/connections-light.png'));

test('the exchange page has heads as sent and taken apart, times, trailers and content', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  const body = gzipSync('{"deep":{"er":{"list":["first","second","third"]}},"id":12345678901234567890}');
  const facts = carried(api, 1, {
    method: 'PUT',
    target: '/1?q=%20',
    sent: [
      ['HoSt', 'origin.test'],
      ['X-Two', '1'],
      ['x-two', '2'],
      ['Cookie', 'a=1; b=2'],
    ],
    received: [['content-ENCODING', 'gzip']],
    trailers: [['X-Sum', 'abc']],
    content: body,
    encoding: 'gzip',
  });
  api.append([...sampleConnection(1), ...facts]);
  await row(page, 1).waitFor();
  await page.evaluate('location.hash = "#e1"');
  await page.getByText('HTTP/1.1 200 OK').waitFor();
  const lines = (label: string) => page.getByRole('group', { name: label }).locator('.line, .pair').allTextContents();
  assert.deepEqual(await lines('Head of the request'), [
    'PUT /1?q=%20 HTTP/1.1',
    'HoSt: origin.test',
    'X-Two: 1',
    'x-two: 2',
    'Cookie: a=1; b=2',
  ]);
  assert.deepEqual(await lines('Head of the response'), ['HTTP/1.1 200 OK', 'content-ENCODING: gzip']);
  assert.deepEqual(await lines('Trailers of the response'), ['X-Sum: abc']);
  const times = page.getByRole('list', { name: 'Times of this exchange' });
  await times.getByText('TLS, client leg').waitFor();
  assert.match(await text(times), /DNS.*TCP.*TLS, server leg.*Request sent.*1\.00 ms.*29\.00 ms.*Receiving.*10\.00 ms/);

  const content = page.getByRole('tree', { name: 'Content of the response' });
  await content.getByText('12345678901234567890').waitFor();
  assert.match(await text(content), /deep: \{1\}.*list: \[3\].*id: 12345678901234567890/);
  await content.getByText('list').click();
  await content.getByText('third').waitFor();
  await page.getByRole('button', { name: 'Bytes' }).click();
  const bytes = page.getByRole('region', { name: 'Bytes of the response' });
  await bytes.getByText('7b 22 64 65 65 70').waitFor();

  assert.deepEqual(await page.evaluate(NAMELESS), []);
  assert.deepEqual(await page.evaluate(DOUBLE_IDS), []);
  await page.getByRole('button', { name: 'Parsed' }).first().click();
  const parsed = page.getByRole('table', { name: 'Head of the request' });
  assert.match(await text(parsed), /Cookie.*a 1 ?b 2/);
  // Both choices are kept for the next time.
  await page.reload();
  await parsed.waitFor();
  await bytes.getByText('7b 22 64 65 65 70').waitFor();
  await page.getByRole('button', { name: 'Raw' }).first().click();
  await page.getByRole('link', { name: 'Connection 1: its handshakes' }).click();
  await page.locator('#section-exchanges').waitFor();
  await page.getByRole('link', { name: 'Exchange 1' }).click();
  await page.getByText('HTTP/1.1 200 OK').waitFor();
  await done();
});

test('the exchange page says of a later exchange when its connection was opened', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  api.append([...sampleConnection(1), ...exchangeFacts(1, 1), ...exchangeFacts(2, 1)]);
  await page.evaluate('location.hash = "#e2"');
  await page.getByText(/On connection 1, opened .* before, which took .* to set up\./).waitFor();
  assert.doesNotMatch(await text(page.getByRole('list', { name: 'Times of this exchange' })), /TLS/);
  await done();
});

test('a JSON tree is walked by keyboard and searched', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const value = { a: Array.from({ length: 30 }, (_, n) => ({ n, deep: { word: n === 27 ? 'Needle' : 'hay' } })) };
  api.append([
    ...sampleConnection(1),
    ...carried(api, 1, { content: JSON.stringify(value), type: 'application/json' }),
  ]);
  await page.evaluate('location.hash = "#e1"');
  const tree = page.getByRole('tree');
  const current = tree.locator('[aria-selected=true]');
  await tree.focus();
  await page.keyboard.press('ArrowDown');
  assert.match(await text(current), /a: \[30\]/);
  assert.equal(await current.getAttribute('aria-expanded'), 'true');
  await page.keyboard.press('ArrowLeft');
  await tree.locator('[aria-selected=true][aria-expanded=false]').waitFor();
  assert.equal(await tree.getByRole('treeitem').count(), 2);
  await page.getByRole('searchbox', { name: 'Find in the JSON' }).fill('needle');
  await page.getByText('1 of 1').waitFor();
  assert.match(await text(current), /word: "Needle"/);
  await page.getByRole('button', { name: 'Copy the path' }).click();
  await page.getByText('Copied').waitFor();
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), '$.a[27].deep.word');
  await done();
});

test('50 MB of JSON are shown in part, then whole, and the page stays alive', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  const item = (n: number) => `{"id":${n},"text":"${'lorem ipsum '.repeat(8)}","list":[1,2,{"a":null}]}`;
  const items = Array.from({ length: 380_000 }, (_, n) => item(n));
  const content = Buffer.from(`[${items.join(',')}]`);
  assert.ok(content.length > 50_000_000);
  api.append([...sampleConnection(1), ...carried(api, 1, { content, type: 'application/json' })]);
  await page.evaluate('location.hash = "#e1"');
  const tree = page.getByRole('tree');
  await tree.waitFor();
  await page.getByText('first 262 kB').waitFor();
  await page.evaluate(`(() => {
    globalThis.longest = 0;
    let last = performance.now();
    const tick = () => {
      const now = performance.now();
      globalThis.longest = Math.max(globalThis.longest, now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  })()`);
  await page.getByRole('button', { name: /Read all 5\d\.\d MB/ }).click();
  await tree.getByText('380,000').waitFor({ timeout: 60_000 });
  await tree.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await tree.getByText('379999', { exact: true }).waitFor();
  assert.ok((await tree.getByRole('treeitem').count()) < 80);
  const longest = Number(await page.evaluate('globalThis.longest'));
  t.diagnostic(`longest time between two frames: ${Math.round(longest)} ms`);
  assert.ok(longest < 2000, `${longest} ms without a frame`);
  await page.getByRole('button', { name: 'Text', exact: true }).click();
  await page.getByText('1 line', { exact: true }).waitFor({ timeout: 60_000 });
  await done();
});

test('reading a long body can be cancelled', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  const content = Buffer.alloc(9 * 1024 * 1024, 'abcd\n');
  api.append([...sampleConnection(1), ...carried(api, 1, { content, type: 'text/plain' })]);
  await page.route('**/body?*range=0-268435455', () => {});
  await page.evaluate('location.hash = "#e1"');
  await page.getByRole('button', { name: /Read all/ }).click();
  await page.getByText('0 B read …').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: /Read all/ }).waitFor();
  await page.getByText('first 262 kB').waitFor();
  await done();
});

test('forms, pictures and GraphQL have views of their own; markup is text alone', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>';
  const query = '{"query":"query Hero { hero { name } }","variables":{"id":12345678901234567890}}';
  api.append([
    ...sampleConnection(1),
    ...carried(api, 1, { content: PNG, type: 'image/png' }),
    ...carried(api, 2, { content: svg, type: 'image/svg+xml' }),
    ...carried(api, 3, { content: 'a=1&b=%E2%82%AC', type: 'application/x-www-form-urlencoded' }),
    ...carried(api, 4, { method: 'POST', sentContent: query, sentType: 'application/json', content: '{}' }),
  ]);
  await page.evaluate('location.hash = "#e1"');
  const picture = page.getByRole('img', { name: 'Content of the response' });
  await picture.waitFor();
  assert.equal(await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth), 1280);
  assert.match(String(await picture.getAttribute('src')), /^blob:/);
  await page.evaluate('location.hash = "#e2"');
  await page.getByText('<svg xmlns=').waitFor();
  assert.equal(await page.locator('img, svg script, iframe, object, embed').count(), 0);
  await page.evaluate('location.hash = "#e3"');
  assert.match(await text(page.getByRole('table', { name: 'Content of the response' })), /a ?1 ?b ?€/);
  await page.evaluate('location.hash = "#e4"');
  await page.getByText('query Hero { hero { name } }').waitFor();
  await page.getByText('"id": 12345678901234567890').waitFor();
  await done();
});

test('10,000 messages are a list of which only those in view are drawn', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const messages = Array.from({ length: 10_000 }, (_, n): ExchangeMessage => {
    const kind =
      n === 9998 ? { type: 'ping', roundTrip: 12 } : n === 9999 ? CLOSED : { type: 'text', text: `{"n":${n}}` };
    return { sender: n % 2 === 0 ? 'client' : 'server', at: n, size: 7, issues: [], ...kind };
  });
  const { api, page, done } = await open(t);
  await page.route('**/api/exchanges/1/messages', (route) =>
    route.fulfill({ json: { kind: 'websocket', messages, issues: [] } }),
  );
  const facts = exchangeFacts(1, 1, { type: 'text/event-stream' });
  api.append([...sampleConnection(1), ...facts]);
  await page.evaluate('location.hash = "#e1"');
  const list = page.getByRole('listbox', { name: 'Messages' });
  await page.getByText('10,000 messages').waitFor();
  assert.ok((await list.getByRole('option').count()) < 60);
  await list.focus();
  await page.keyboard.press('Enter');
  const opened = page.getByRole('region', { name: 'Message 1', exact: true }).first();
  await opened.getByText('"n": 0').waitFor();
  await page.keyboard.press('End');
  await list.getByText('1001 Going Away').waitFor();
  assert.match(await text(list.getByRole('option').nth(-2)), /client ?ping.*answered after \+12\.00 ms/);
  await page.keyboard.press('Escape');
  await page.getByRole('region', { name: 'Message 10000', exact: true }).waitFor({ state: 'detached' });
  assert.ok((await list.getByRole('option').count()) < 60);
  await done();
});
const CLOSED = { type: 'close', close: { code: 1001, name: 'Going Away' } } as const;

test('the events of a stream are listed, and hostile ones are text', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  const events = `event: tick\ndata: ${HOSTILE}\n\ndata: two\n\n`;
  api.append([...sampleConnection(1), ...carried(api, 1, { content: events, type: 'text/event-stream' })]);
  await page.evaluate('location.hash = "#e1"');
  const messages = page.getByRole('listbox', { name: 'Messages' }).getByRole('option');
  await messages.nth(1).waitFor();
  assert.match(await text(messages.nth(0)), /← server ?tick.*<img src=x onerror=alert\(1\)>U\+202EdneU\+200B/);
  assert.match(await text(messages.nth(1)), /message.*two/);
  assert.equal(await page.locator('img').count(), 0);
  await done();
});

test('hostile heads and content are text, and what is wrong with a field stands beside it', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  const pair = [HOSTILE_FIELD, HOSTILE_FIELD] as const;
  const long = ['X-Long', 'A'.repeat(1024 * 1024)] as const;
  const broken = ['', 'no colon'] as const;
  const issues: Issue[] = [
    { severity: 'error', text: 'the line "no colon" is no field, as it has no colon; RFC 9112 §2.2, §5' },
  ];
  const content = Buffer.concat([Buffer.from(JSON.stringify({ [HOSTILE]: `${HOSTILE}\u001b[2J` })), Buffer.of(0xff)]);
  const parts = {
    method: HOSTILE_FIELD,
    target: `/${HOSTILE_FIELD}`,
    sent: [pair, long, broken],
    received: [pair],
    trailers: [pair],
    type: HOSTILE_FIELD,
  };
  api.append([...sampleConnection(1), ...carried(api, 1, { ...parts, content, issues })]);
  await page.evaluate('location.hash = "#e1"');
  const head = page.getByRole('group', { name: 'Head of the request' });
  await head.getByText('is no field, as it has no colon').waitFor();
  assert.match(await text(head), /<img src=x onerror=alert\(1\)>0x9F0xAD/);
  assert.ok((await text(head)).length < 10_000);
  await head.getByRole('button', { name: /65\.5 kB more of 1\.0 MB/ }).click();
  assert.ok((await text(head)).length > 65_536);
  await page.getByRole('button', { name: 'Parsed' }).first().click();
  await page.getByRole('table', { name: 'Head of the request' }).getByText('is no field').waitFor();
  const views = page.getByRole('region', { name: 'Content of the response' });
  await views.first().waitFor();
  await page.locator('#section-response').getByRole('button', { name: 'Text', exact: true }).click();
  await views.getByText('0xFF').waitFor();
  assert.match(await text(views.first()), /<img src=x onerror=alert\(1\)>U\+202EdneU\+200B/);
  assert.equal(await page.locator('img').count(), 0);
  const shown = String(await page.evaluate('document.documentElement.outerHTML'));
  assert.ok(!['\u202e', '\u200b', '\u009f', '\u00ad', '\u001b'].some((hidden) => shown.includes(hidden)));
  await done();
});

test('a request is copied as code, with what is secret masked, and refused words are told', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const sent = [
    ['Cookie', 'session=secret'],
    ['X-Key', 'hidden'],
  ] as const;
  api.append([
    ...sampleConnection(1),
    ...exchangeFacts(1, 1, { target: '/long', sent }),
    ...exchangeFacts(2, 1, { sent }),
  ]);
  await page.evaluate('location.hash = "#e1"');
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByText('Copied as curl.').waitFor();
  assert.match(
    String(await page.evaluate('navigator.clipboard.readText()')),
    /^curl .*session=secret.*\/long|^curl .*\/long.*session=secret/s,
  );
  await page.getByRole('button', { name: 'Copy or save' }).click();
  await page.getByRole('checkbox', { name: 'cookies' }).check();
  const more = page.getByPlaceholder(/header:x-api-key/);
  await more.fill('x-key');
  await page.getByText('x-key: give header:NAME').waitFor();
  assert.equal(await page.getByRole('button', { name: 'HAR' }).isDisabled(), true);
  await more.fill('header:x-key');
  await page.getByRole('button', { name: 'HTTP request' }).click();
  await page.getByText(/Copied as HTTP request\. 2 values were masked/).waitFor();
  const copied = String(await page.evaluate('navigator.clipboard.readText()'));
  assert.match(copied, /^GET \/long HTTP\/1\.1/);
  assert.doesNotMatch(copied, /secret|hidden/);
  // The next exchange, and chosen rows, are masked like it.
  await page.evaluate('location.hash = "#e2"');
  await page.getByText('#2', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByText(/Copied as curl\. 2 values were masked/).waitFor();
  await page.getByRole('grid').focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('button', { name: 'Export' }).click();
  assert.equal(await page.getByRole('checkbox', { name: 'cookies' }).isChecked(), true);
  const asked = page.waitForRequest('**/api/export?format=har*');
  await page.getByRole('button', { name: 'HAR', exact: true }).click();
  assert.equal(new URL((await asked).url()).searchParams.get('redact'), 'cookies,header:x-key');
  await page.getByText(/Saved .*\.har/).waitFor();
  await done();
});

test('an export that is on its way can be cancelled, and ends with the exchange', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t, { hash: '#exchanges' });
  api.append([...sampleConnection(1), ...exchangeFacts(1, 1), ...exchangeFacts(2, 1)]);
  // Never answered.
  await page.route('**/api/export?*', () => {});
  const given = (path: string) => page.waitForEvent('requestfailed', (request) => request.url().includes(path));
  await page.locator('#exchange-2').waitFor();
  await page.getByRole('grid').focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('button', { name: 'Export' }).click();
  const chosen = given('exchanges=1-2');
  await page.getByRole('button', { name: 'HAR', exact: true }).click();
  await page.getByRole('toolbar').getByRole('button', { name: 'Cancel' }).click();
  await chosen;
  await page.getByText('2 exchanges chosen').waitFor();
  await page.evaluate('location.hash = "#e1"');
  const one = given('exchanges=1');
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.locator('.pane').getByRole('button', { name: 'Cancel' }).waitFor();
  await page.evaluate('location.hash = "#e2"');
  await one;
  await done();
});

test('a request is replayed as it was and edited, and stands beside what it replays', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const orders: ReplayOrder[] = [];
  let id = 1;
  let fails = false;
  const { api, page, complaints } = await open(t, {
    api: {
      replay: async (order) => {
        if (fails) throw new Error('The server cannot be reached.');
        orders.push(order);
        const facts = exchangeFacts(++id, 1, { status: 404, received: [['X-New', '1']], target: order.target });
        api.append(facts.map((fact) => (fact.type === 'http.requested' ? repeats(fact, order.of) : fact)));
        return { exchange: id, conn: 1 };
      },
    },
  });
  const sent = [
    ['Host', 'origin.test'],
    ['X-A', '1'],
  ] as const;
  api.append([
    ...sampleConnection(1),
    ...carried(api, 1, { method: 'POST', sent, sentContent: 'body', received: [['X-Old', '1']] }),
  ]);
  await page.evaluate('location.hash = "#e1"');
  await page.getByRole('button', { name: 'Replay', exact: true }).click();
  await page.waitForURL(/#e2$/);
  assert.equal(Buffer.from(orders[0]!.body).toString(), 'body');
  const comparison = page.getByRole('table', { name: 'This exchange beside the one it replays' });
  await comparison.waitFor();
  assert.match(await text(comparison), /Status ?200 OK ?404 OK.*x-old ?1 ?– ?x-new ?– ?1/);
  await comparison.getByRole('link', { name: 'Exchange 1' }).click();
  await page.getByRole('button', { name: 'Edit and replay' }).click();
  const form = page.getByRole('form', { name: 'Edit and replay' });
  await form.getByLabel('Target').fill('no-slash');
  await form.getByRole('button', { name: 'Replay', exact: true }).click();
  await form.getByText('The target must begin with /').waitFor();
  await form.getByLabel('Target').fill('/other');
  await form.getByLabel('Header').fill('Host: origin.test\nX-B: 2');
  await form.getByRole('button', { name: 'Edit the body' }).click();
  await form.getByLabel('Body').fill('new');
  fails = true;
  await form.getByRole('button', { name: 'Replay', exact: true }).click();
  await form.getByText(/The server cannot be reached\. Its connection/).waitFor();
  fails = false;
  await form.getByRole('button', { name: 'Replay', exact: true }).click();
  await page.waitForURL(/#e3$/);
  assert.equal(orders[1]!.target, '/other');
  assert.deepEqual(orders[1]!.headers.at(-1), ['X-B', '2']);
  assert.equal(Buffer.from(orders[1]!.body).toString(), 'new');
  await page.context().close();
  // The browser's own word for the refusal.
  assert.deepEqual(complaints, ['Failed to load resource: the server responded with a status of 502 (Bad Gateway)']);
});

test('a session that was opened offers no replay, and says why', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  api.append([...sampleConnection(1), ...exchangeFacts(1, 1)]);
  await page.route('**/api/health', (route) => route.fulfill({ json: { status: 'ok', version: '1', format: 1 } }));
  await page.evaluate('location.hash = "#e1"');
  await page.reload();
  await page.getByTitle('There is no proxy here to replay it through').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Replay' }).count(), 0);
  await done();
});

test('words are searched for in all exchanges, by keyboard', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const asked: string[] = [];
  const shown = Promise.withResolvers<void>();
  const { api, page, done } = await open(t, {
    api: {
      text: {
        search: () => assert.fail('it is asked for what is found on the way'),
        async *searchSteps(words) {
          if (words !== '') asked.push(words);
          if (words === 'broken') throw new Error('no');
          if (words === 'needle') {
            yield { share: 0.4, hits: [{ exchange: 1, side: 'request', part: 'head', snippet: 'X: needle' }] };
            await shown.promise;
          }
          const snippet = '… a Needle <img src=x>';
          yield {
            share: 1,
            hits: words === 'needle' ? [{ exchange: 2, side: 'response', part: 'body', snippet }] : [],
          };
        },
      },
    },
  });
  api.append([...sampleConnection(1), ...exchangeFacts(1, 1), ...exchangeFacts(2, 1, { target: '/found' })]);
  await row(page, 1).waitFor();
  await page.keyboard.press('Control+k');
  const words = page.getByRole('combobox', { name: 'Words in heads and bodies' });
  await words.fill('needle');
  await page.getByText('40 % of what is kept, 1 place so far').waitFor();
  shown.resolve();
  await page.getByText('2 places').waitFor();
  assert.deepEqual(asked, ['needle']);
  const hits = page.getByRole('listbox', { name: 'Found' }).getByRole('option');
  assert.match(
    await text(hits.nth(0)),
    /#2 GET 200 https:\/\/origin\.test\/found response body … a Needle <img src=x>/,
  );
  assert.deepEqual(await hits.locator('mark').allTextContents(), ['Needle', 'needle']);
  await words.fill('nothing');
  await page.getByText('Nothing has nothing in it.').waitFor();
  await words.fill('needle');
  await page.getByText('2 places').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('#section-response').waitFor();
  assert.equal(new URL(page.url()).hash, '#e1');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await words.fill('needle');
  await page.keyboard.press('Escape');
  await words.waitFor({ state: 'detached' });
  await page.locator('#section-response').waitFor();
  await done();
});

interface Carried extends ExchangeParts {
  readonly content?: string | Uint8Array;
  readonly encoding?: string;
  readonly sentContent?: string;
  readonly sentType?: string;
  readonly issues?: readonly Issue[];
}

/** What the log is told of an exchange, its content kept. */
function carried(api: SampleApi, id: number, parts: Carried): Fact[] {
  const { content = '', encoding = '', sentContent = '', sentType = '', issues = [] } = parts;
  const [request, response] = [Buffer.from(sentContent), Buffer.from(content)];
  api.bodies.append(id, 'request', new Uint8Array(request), 0);
  api.bodies.append(id, 'response', new Uint8Array(response), 0);
  const counts = { size: request.length, wireBytes: request.length, kept: request.length };
  return exchangeFacts(id, 1, { ...parts, size: response.length }).map((fact): Fact => {
    if (fact.type === 'http.requested') {
      const body: BodyFacts = { ...fact.exchange.request.body, type: sentType };
      return { ...fact, exchange: { ...fact.exchange, request: { ...fact.exchange.request, body } } };
    }
    if (fact.type === 'http.responded' && fact.response)
      return { ...fact, response: { ...fact.response, body: { ...fact.response.body, encoding } } };
    if (fact.type !== 'http.finished') return fact;
    return { ...fact, request: { ...counts, trailers: [] }, issues };
  });
}

function repeats(fact: Fact & { type: 'http.requested' }, replayOf: number): Fact {
  return { ...fact, exchange: { ...fact.exchange, replayOf } };
}
