/** The traffic inside and the filter, in the built dashboard in a real browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import type { Fact } from '../../src/shared/events.ts';
import type { SampleApi } from '../support/sample-api.ts';
import { sampleConnection } from '../support/sample-events.ts';
import { needsTool } from '../support/tools.ts';
import { DOUBLE_IDS, NAMELESS, open, row, text } from './dashboard.ts';
import { HOSTILE } from './detailed.ts';
import { exchangeFacts } from './exchanges.ts';

/** Markup and what is no letter, one character a byte, as header fields have them. */
const HOSTILE_FIELD = '<img src=x onerror=alert(1)>\u009f\u00ad';

test('the dashboard lists exchanges as they happen, beside the connections', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  api.append([...sampleConnection(1, 'left-open'), ...sampleConnection(2, 'refused-by-client')]);
  await row(page, 2).waitFor();
  await page.keyboard.press('2');
  await page.getByText('No exchange yet').waitFor();
  const [requested, ...rest] = exchangeFacts(1, 1, { method: 'POST', target: '/a?b=1', status: 404, size: 5 });
  api.append([requested!]);
  await exchange(page, 1).waitFor();
  assert.match(await text(exchange(page, 1)), /POST …, still open https:\/\/origin\.test\/a\?b=1/);
  api.append(rest);
  await page.locator('#exchange-1.bad').waitFor();
  assert.match(await text(exchange(page, 1)), /POST 404 https:.* text\/plain 5 B 40\.00 ms HTTP\/1\.1 1/);

  const more = Array.from({ length: 300 }, (_, index) => exchangeFacts(index + 2, 1)).flat();
  api.append(more);
  await exchange(page, 301).waitFor();
  assert.ok((await page.getByRole('row').count()) < 80);
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await page.locator('#section-response').waitFor();
  assert.equal(new URL(page.url()).hash, '#e300');
  await page.keyboard.press('1');
  assert.match(await text(row(page, 2)), /failed.*The client does not trust the proxy/);
  assert.equal(new URL(page.url()).hash, '');
  await page.getByRole('button', { name: 'Exchanges' }).click();
  await page.locator('#section-response').waitFor();
  await done();
});

test('the dashboard opens an exchange: heads as sent, times, trailers and content', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  api.append([...sampleConnection(1), ...spoken(api)]);
  await row(page, 1).waitFor();
  await page.evaluate('location.hash = "#e1"');
  await page.getByText('HTTP/1.1 200 OK').waitFor();
  const lines = (label: string) => page.getByRole('group', { name: label }).locator('.line, .pair').allTextContents();
  assert.deepEqual(await lines('Head of the request'), [
    'PUT /1?q=%20 HTTP/1.1',
    'HoSt: origin.test',
    'X-Two: 1',
    'x-two: 2',
  ]);
  assert.deepEqual(await lines('Head of the response'), ['HTTP/1.1 200 OK', 'content-ENCODING: gzip']);
  assert.deepEqual(await lines('Trailers of the response'), ['X-Sum: abc']);
  const times = page.getByRole('list', { name: 'Times of this exchange' });
  assert.match(await text(times), /Request sent.*1\.00 ms.*Waiting.*29\.00 ms.*Receiving.*10\.00 ms/);
  await page.getByRole('list', { name: 'Times of its connection' }).waitFor();

  const content = page.getByRole('region', { name: 'Content of the response' });
  await content.getByText('12345678901234567890').waitFor();
  assert.match(await text(content), /list: \[3\].*id: 12345678901234567890/);
  await content.locator('summary', { hasText: 'list' }).click();
  await content.getByText('third').waitFor();
  await page.getByRole('button', { name: 'Bytes' }).click();
  assert.match(await text(content), /0000.*7b 22 64 65 65 70/);

  assert.deepEqual(await page.evaluate(NAMELESS), []);
  assert.deepEqual(await page.evaluate(DOUBLE_IDS), []);
  await page.getByRole('link', { name: 'Connection 1: its handshakes' }).click();
  await page.locator('#section-exchanges').waitFor();
  assert.match(await text(page.locator('#section-exchanges tbody tr')), /1PUT \/1\?q=%20200text\/plain.*40\.00 ms/);
  await page.getByRole('link', { name: 'Exchange 1' }).click();
  await page.getByText('HTTP/1.1 200 OK').waitFor();
  await done();
});

test('the dashboard shows content in parts, and copies an exchange as a command', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const size = 300 * 1024;
  api.append([...sampleConnection(1), ...exchangeFacts(1, 1, { size, target: '/long' })]);
  api.bodies.append(1, 'response', new Uint8Array(Buffer.from(`${'abcd'.repeat(size / 4 - 1)}LAST`)), 0);
  await page.keyboard.press('2');
  await exchange(page, 1).click();
  const content = page.getByRole('region', { name: 'Content of the response' });
  await content.waitFor();
  assert.equal((await content.innerText()).length, 256 * 1024);
  await page.getByRole('button', { name: 'Read 262 kB more' }).click();
  await content.getByText(/LAST$/).waitFor();
  await page.getByRole('button', { name: 'curl', exact: true }).click();
  await page.getByText('Copied as curl.').waitFor();
  assert.match(String(await page.evaluate('navigator.clipboard.readText()')), /^curl .*\/long/s);
  await done();
});

test('the dashboard lists the events of a stream, and what HTTP/2 agreed on', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  const http2 = {
    settings: { client: [{ id: 4, name: 'INITIAL_WINDOW_SIZE', value: 65_536 }], server: [] },
    pseudoHeaders: [':method', ':path'],
    fingerprint: '4:65536|0|0|m,p',
  };
  const facts: Fact[] = [...sampleConnection(1), { type: 'http.connected', conn: 1, protocol: 'HTTP/2', http2 }];
  const events = `event: tick\ndata: ${HOSTILE}\n\ndata: two\n\n`;
  const size = Buffer.byteLength(events);
  api.append([...facts, ...exchangeFacts(1, 1, { protocol: 'HTTP/2', type: 'text/event-stream', size })]);
  api.bodies.append(1, 'response', new Uint8Array(Buffer.from(events)), 50);
  await page.keyboard.press('2');
  await exchange(page, 1).click();
  const messages = page.locator('#section-messages tbody tr');
  await messages.nth(1).waitFor();
  assert.match(await text(messages.nth(0)), /← server ?tick.*<img src=x onerror=alert\(1\)>U\+202EdneU\+200B/);
  assert.match(await text(messages.nth(1)), /message.*two/);
  await page.getByRole('link', { name: /its handshakes/ }).click();
  const settings = await text(page.locator('#section-http'));
  assert.match(settings, /4:65536\|0\|0\|m,p.*client INITIAL_WINDOW_SIZE 65,536.*server empty.*:method, :path/);
  assert.equal(await page.locator('img').count(), 0);
  await done();
});

test('the dashboard shows hostile heads and content as text', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  const pair = [HOSTILE_FIELD, HOSTILE_FIELD] as const;
  const body = Buffer.from(`${JSON.stringify({ [HOSTILE]: HOSTILE })}`);
  const target = `/${HOSTILE_FIELD}`;
  const parts = {
    method: HOSTILE_FIELD,
    target,
    sent: [pair],
    received: [pair],
    trailers: [pair],
    type: HOSTILE_FIELD,
  };
  api.append([...sampleConnection(1), ...exchangeFacts(1, 1, { ...parts, size: body.length })]);
  api.bodies.append(1, 'response', new Uint8Array(body), 0);
  await page.keyboard.press('2');
  await exchange(page, 1).click();
  const content = page.getByRole('region', { name: 'Content of the response' });
  await content.waitFor();
  assert.match(await text(content), /<img src=x onerror=alert\(1\)>U\+202EdneU\+200B: "<img/);
  await page.getByRole('button', { name: 'Text' }).click();
  assert.match(await text(content), /<img src=x onerror=alert\(1\)>\[U\+202E\]dne\[U\+200B\]/);
  assert.equal(await page.locator('img').count(), 0);
  assert.doesNotMatch(String(await page.evaluate('document.documentElement.outerHTML')), /[\u202e\u200b\u009f\u00ad]/);
  await done();
});

test('the dashboard filters both lists, and points at what is wrong with a filter', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  api.append([...sampleConnection(1), ...sampleConnection(2, 'dial-failed')]);
  api.append([...exchangeFacts(1, 1), ...exchangeFacts(2, 1, { status: 503 })]);
  await row(page, 2).waitFor();
  const filter = page.getByRole('combobox');
  await filter.fill('failed or status = 5xx');
  await page.getByText('1 of 2 connections').waitFor();
  assert.equal(await row(page, 1).count(), 0);
  const main = await page.getByRole('main').boundingBox();
  await filter.fill('failed or status = 5xx and hots = a');
  assert.match(await text(page.getByRole('alert')), /Column 28: There is no field hots\. Did you mean host\?/);
  assert.deepEqual(await page.getByRole('main').boundingBox(), main);
  assert.equal(await text(page.locator('.fault u')), 'hots');
  await page.keyboard.press('Enter');
  await page.keyboard.press('2');
  await page.getByText('1 of 2 exchanges').waitFor();
  assert.equal(await exchange(page, 1).count(), 0);

  await filter.fill('finding(x) or status = 200');
  await page.getByText('finding is not in the lists').waitFor();
  await exchange(page, 1).waitFor();
  await filter.press('Escape');
  await page.getByText('2 exchanges', { exact: true }).waitFor();
  await page.getByText('finding is not in the lists').waitFor({ state: 'detached' });
  await done();
});

test('the dashboard completes a filter by keyboard', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  api.append([...sampleConnection(1), ...exchangeFacts(1, 1)]);
  await row(page, 1).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('metho');
  await page.getByRole('option', { name: 'method' }).first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type(' = ');
  await page.getByRole('option', { name: 'GET' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  assert.equal(await page.getByRole('combobox').inputValue(), 'method = GET');
  assert.deepEqual(await page.locator('.under .value').allTextContents(), ['GET']);
  await done();
});

/** An exchange with content, trailers and fields whose order and case matter. */
function spoken(api: SampleApi): Fact[] {
  const body = gzipSync('{"deep":{"er":{"list":["first","second","third"]}},"id":12345678901234567890}');
  api.bodies.append(1, 'response', new Uint8Array(body), 0);
  const facts = exchangeFacts(1, 1, {
    method: 'PUT',
    target: '/1?q=%20',
    sent: [
      ['HoSt', 'origin.test'],
      ['X-Two', '1'],
      ['x-two', '2'],
    ],
    received: [['content-ENCODING', 'gzip']],
    trailers: [['X-Sum', 'abc']],
    size: body.length,
  });
  return facts.map((fact) => {
    if (fact.type !== 'http.responded' || !fact.response) return fact;
    const { response } = fact;
    return { ...fact, response: { ...response, body: { ...response.body, encoding: 'gzip' } } };
  });
}

function exchange(page: Page, id: number) {
  return page.locator(`#exchange-${id}`);
}
