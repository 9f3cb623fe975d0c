/** The signature view in a real browser: two handshakes of real clients and servers as ladders side by side. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect } from 'node:tls';
import type { Page } from 'playwright-core';
import { type App, startApp } from '../../src/app.ts';
import { createLogger } from '../../src/cli/logger.ts';
import { defaultConfig } from '../../src/config.ts';
import { visit } from '../../src/demo/clients.ts';
import { type OriginName, type Origins, startOrigins } from '../../src/demo/origins.ts';
import type { Fact } from '../../src/shared/events.ts';
import type { Connection, ConnectionSummary, Finding, LegRole } from '../../src/shared/model.ts';
import { LINE } from '../../web-ui/src/detail/ladder.ts';
import { sampleConnection, sampleMessage } from '../support/sample-events.ts';
import { needsTool } from '../support/tools.ts';
import { openPage } from './browser.ts';
import { DOUBLE_IDS, NAMELESS, open, text } from './dashboard.ts';

const NAMES = [
  'tls12-rsa-kx',
  'tls12-ecdhe-rsa',
  'tls13',
  'tls13-retry',
  'client-cert-optional',
  'client-cert-required',
  'expired',
  'untrusted',
  'self-signed',
  'wrong-name',
  'no-common-suite',
  'not-tls',
  'reset-after-hello',
  'close-at-once',
] as const satisfies readonly OriginName[];

interface Proxied {
  readonly app: App;
  readonly origins: Origins;
  readonly folder: string;
}
let running: Promise<Proxied> | undefined;

/** One proxy and its origins for all tests of this file. */
function proxied(): Promise<Proxied> {
  running ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tlscope-ladder-'));
    const origins = await startOrigins(NAMES);
    const originRoot = join(folder, 'root.pem');
    writeFileSync(originRoot, origins.rootPem);
    const own = { port: 0, uiPort: 0, certs: join(folder, 'certs'), upstreamCa: [originRoot] };
    const app = await startApp({ ...defaultConfig(), ...own, resumption: 'mirror' }, createLogger('error'));
    return { app, origins, folder };
  })();
  return running;
}

after(async () => {
  if (running === undefined) return;
  const { app, origins, folder } = await running;
  await app.stop('the tests are over');
  await origins.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The connection that `make` brought about, once it is closed. */
async function recorded(make: (proxied: Proxied) => Promise<unknown>): Promise<Connection> {
  const all = await proxied();
  const before = (await ask<ConnectionSummary[]>(all.app, '/api/connections')).at(-1)?.id ?? 0;
  const { ui } = all.app;
  const live = new WebSocket(`ws://127.0.0.1:${ui.port}/api/live`, {
    headers: { authorization: `Bearer ${ui.token}` },
  });
  await once(live, 'open');
  try {
    await make(all);
    for (;;) {
      const changed = once(live, 'message');
      const found = (await ask<ConnectionSummary[]>(all.app, '/api/connections')).findLast(({ id }) => id > before);
      if (found?.end) return await ask<Connection>(all.app, `/api/connections/${found.id}`);
      await changed;
    }
  } finally {
    live.close();
  }
}

async function ask<T>({ ui }: App, path: string): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${ui.port}${path}`, {
    headers: { authorization: `Bearer ${ui.token}` },
  });
  return (await response.json()) as T;
}

/** A request of Node's client to this origin. */
const visited =
  (name: (typeof NAMES)[number], distrusts = false) =>
  ({ app, origins }: Proxied) =>
    visit('node', {
      url: new URL(origins.get(name).url),
      proxyPort: app.proxy.port,
      caFile: app.authority.certificatePath,
      caPem: distrusts ? origins.rootPem : app.authority.certificatePem,
    });

/** Two connections of one client, the second with the session of the first. */
async function resumed({ app, origins }: Proxied): Promise<void> {
  const { host, hostname } = new URL(origins.get('tls12-ecdhe-rsa').url);
  const once = (session?: Buffer) =>
    new Promise<Buffer | undefined>((resolve, reject) => {
      const asked = request({ port: app.proxy.port, method: 'CONNECT', path: host, agent: false });
      asked.on('error', reject).on('connect', (_, socket) => {
        const ca = app.authority.certificatePem;
        const client = connect({ socket, servername: hostname, ca, ...(session && { session }) });
        let ticket: Buffer | undefined;
        client.on('session', (got) => {
          ticket = got;
        });
        client.on('secureConnect', () => client.end(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
        client.on('error', reject).on('close', () => resolve(ticket));
        client.resume();
      });
      asked.end();
    });
  await once(await once());
}

/** The real dashboard at this connection. */
async function show({ id }: Connection) {
  const { app } = await proxied();
  const { page, complaints } = await openPage();
  await page.goto(`http://127.0.0.1:${app.ui.port}/?token=${app.ui.token}#${id}`);
  await page.locator('.ladder').waitFor();
  const done = async () => {
    await page.context().close();
    assert.deepEqual(complaints, []);
  };
  return { page, done };
}

const lane = (page: Page, side: LegRole) => page.locator(`.lane.${side} li`);
const line = (page: Page, side: LegRole, n: number) => page.locator(`button[data-leg=${side}][data-n="${n}"]`);

/** Which element has the focus, as `client:2`. */
const focused = (page: Page) =>
  page.evaluate('[document.activeElement?.dataset.leg, document.activeElement?.dataset.n].join(":")');

/** What a leg's list says, without sizes and times. */
async function lines(page: Page, side: LegRole): Promise<string[]> {
  const names = await lane(page, side).evaluateAll((items) =>
    items.map((item) => item.querySelector('[aria-label]')?.getAttribute('aria-label') ?? item.textContent ?? ''),
  );
  return names.map((name) =>
    name
      .trim()
      .replace(/, [\d,]+ bytes?/, '')
      .replace(/, at .*$/, '')
      .replace(/:.*$/, ''),
  );
}

/** What each leg's messages are by the record, in the words of the ladder. */
function messagesOf(connection: Connection, side: LegRole): string[] {
  const from = { client: 'client to proxy', server: 'proxy to client' };
  const way = side === 'client' ? from : { client: 'proxy to server', server: 'server to proxy' };
  return (connection.legs[side]?.tls?.messages ?? []).map(({ type, sender, epoch }) => {
    const sealed = epoch === 'plaintext' ? '' : `, encrypted with the ${epoch} keys and opened`;
    return `${type.name}, ${way[sender]}${sealed}`;
  });
}

interface Course {
  readonly title: string;
  readonly make: (proxied: Proxied) => Promise<unknown>;
  /** Of the messages of both legs, some that tell this course from the others. */
  readonly has: readonly RegExp[];
  /** What stands on the ladders besides the messages. */
  readonly marks: Readonly<Record<LegRole, readonly string[]>>;
}

const DIALLED = ['Dials localhost', 'TCP connected'];
const WHOLE = {
  client: ['TCP accepted, CONNECT', 'Handshake established', 'closed'],
  server: [...DIALLED, 'Handshake established', 'closed'],
};

const COURSES: readonly Course[] = [
  {
    title: 'TLS 1.2 RSA',
    make: visited('tls12-rsa-kx'),
    has: [/^ClientKeyExchange/, /^ServerHelloDone/],
    marks: WHOLE,
  },
  { title: 'TLS 1.2 ECDHE', make: visited('tls12-ecdhe-rsa'), has: [/^ServerKeyExchange/], marks: WHOLE },
  { title: 'TLS 1.3', make: visited('tls13'), has: [/^EncryptedExtensions.*handshake keys/], marks: WHOLE },
  { title: 'HelloRetryRequest', make: visited('tls13-retry'), has: [/^HelloRetryRequest/], marks: WHOLE },
  { title: 'resumption', make: resumed, has: [/^ServerHello/], marks: WHOLE },
  { title: 'client certificate', make: visited('client-cert-optional'), has: [/^CertificateRequest/], marks: WHOLE },
  ...(['expired', 'untrusted', 'self-signed', 'wrong-name'] as const).map((name) => ({
    title: `a certificate that is refused (${name})`,
    make: visited(name),
    has: [/^CertificateVerify/],
    marks: { client: WHOLE.client, server: [...DIALLED, 'Failed at the certificate', 'closed'] },
  })),
  {
    title: 'a server that insists on a client certificate',
    make: visited('client-cert-required'),
    has: [/^CertificateRequest/],
    marks: {
      client: WHOLE.client,
      // In TLS 1.3 the server judges the client's certificate when the client has finished (RFC 8446 §4.4.2.4).
      server: [
        ...DIALLED,
        'Handshake established',
        'Alert certificate_required',
        'Failed after the handshake',
        'closed',
      ],
    },
  },
  {
    title: 'a client that does not trust the proxy',
    make: visited('tls13', true),
    has: [/^Certificate, /],
    marks: {
      // Node closes without an alert.
      client: ['TCP accepted, CONNECT', 'closed', 'Failed at the certificate'],
      server: WHOLE.server,
    },
  },
  {
    title: 'a server that refuses by an alert',
    make: visited('no-common-suite'),
    has: [/^ClientHello/],
    marks: {
      client: WHOLE.client,
      server: [...DIALLED, 'Alert handshake_failure', 'Failed at ServerHello', 'closed'],
    },
  },
  {
    title: 'a server that resets',
    make: visited('reset-after-hello'),
    has: [/^ClientHello/],
    marks: { client: WHOLE.client, server: [...DIALLED, 'RST', 'Failed at ServerHello'] },
  },
  {
    title: 'a server that closes',
    make: visited('close-at-once'),
    has: [/^ClientHello/],
    marks: { client: WHOLE.client, server: [...DIALLED, 'closed', 'Failed at ServerHello'] },
  },
  {
    title: 'a server that does not speak TLS',
    make: visited('not-tls'),
    has: [/^ClientHello/],
    marks: { client: WHOLE.client, server: [...DIALLED, 'Failed at ServerHello', 'closed'] },
  },
];

for (const { title, make, has, marks } of COURSES) {
  test(`the ladder shows ${title}: arrows in order, on their legs`, async (t) => {
    if (!needsTool(t, 'chromium')) return;
    const connection = await recorded(make);
    const { page, done } = await show(connection);
    for (const side of ['client', 'server'] as const) {
      const all = await lines(page, side);
      const messages = messagesOf(connection, side);
      assert.deepEqual(
        all.filter((name) => messages.includes(name)),
        messages,
      );
      const rest = all
        .filter((name) => !messages.includes(name))
        .map((name) => (/^(FIN|Closed)/.test(name) ? 'closed' : name.replace(/, (client|proxy|server) to .*/, '')));
      assert.deepEqual(rest, marks[side]);
      const tops = await lane(page, side).evaluateAll((items) => items.map((item) => item.getBoundingClientRect().top));
      for (const [index, top] of tops.entries()) assert.ok(index === 0 || top >= tops[index - 1]! + LINE, 'no overlap');
    }
    const both = [...messagesOf(connection, 'client'), ...messagesOf(connection, 'server')];
    for (const one of has)
      assert.ok(
        both.some((name) => one.test(name)),
        String(one),
      );
    assert.deepEqual(await page.evaluate(NAMELESS), []);
    assert.deepEqual(await page.evaluate(DOUBLE_IDS), []);
    await done();
  });
}

test('the ladder shows the wait for the server before the ServerHello to the client, and equal parameters once', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const connection = await recorded(visited('tls13'));
  const { page, done } = await show(connection);
  const y = async (side: LegRole, n: number) => (await line(page, side, n).boundingBox())?.y ?? Number.NaN;
  assert.ok((await y('client', 1)) < (await y('server', 1)), 'the client’s hello comes first');
  assert.ok((await y('server', 1)) < (await y('server', 2)));
  assert.ok((await y('server', 2)) < (await y('client', 2)), 'the server’s answer stands above ours');
  const [hello, answer] = connection.legs.client?.tls?.messages ?? [];
  assert.ok(hello && answer);
  const wait = `${(answer.at - hello.at).toFixed(2)} ms for the proxy, which asks the server first`;
  assert.ok((await page.locator('.lane.client .wait').allTextContents()).includes(wait), wait);
  assert.match(
    await text(page.locator('.strip .agreed')),
    /Both legs ?Version ?TLS 1\.3 ?Suite ?TLS_AES_256_GCM_SHA384/,
  );
  assert.equal(await page.locator('.strip .different').count(), 0);
  await done();
});

test('the ladder opens a message by keyboard, fields and bytes linked both ways, and moves nothing', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await show(await recorded(visited('tls13')));
  await page.setViewportSize({ width: 1280, height: 1400 });
  // High enough that the dock does not cover it, which would move it out from under.
  await page.locator('.forms').evaluate((element) => element.scrollIntoView());
  await line(page, 'client', 1).focus();
  const before = await line(page, 'client', 1).boundingBox();
  await watchShifts(page);
  await page.keyboard.press('Enter');
  const panel = page.getByRole('region', { name: 'Client leg, ClientHello: fields and bytes' });
  await panel.waitFor();
  assert.deepEqual(await line(page, 'client', 1).boundingBox(), before);

  await panel.getByRole('treeitem', { name: /^server_name/ }).click();
  const marked = (await panel.locator('.bytes mark').allTextContents()).join(' ');
  assert.match(marked, /^00 00 00 0e 00 0c 00 00 09 6c 6f 63 61 6c 68 6f 73 74$/);
  assert.match(await text(panel.locator('.what')), /^SNI .*RFC 6066 §3/);
  await panel
    .locator('.bytes')
    .first()
    .click({ position: { x: 5, y: 5 } });
  assert.match(await text(panel.locator('[aria-selected=true]')), /msg_type/);
  assert.deepEqual(await line(page, 'client', 1).boundingBox(), before);

  await line(page, 'client', 1).focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await focused(page), 'server:1');
  await page.getByRole('region', { name: 'Server leg, ClientHello: fields and bytes' }).waitFor();
  await page.keyboard.press('j');
  assert.equal(await focused(page), 'server:2');
  await page.getByRole('region', { name: 'Server leg, ServerHello: fields and bytes' }).waitFor();
  await page.keyboard.press('ArrowLeft');
  assert.equal(await focused(page), 'client:2');
  await page.keyboard.press('k');
  await page.getByRole('button', { name: 'Compare with the other leg' }).click();
  assert.equal(await page.evaluate('document.activeElement.id'), 'section-hellos');
  await line(page, 'client', 1).focus();
  await page.keyboard.press('Escape');
  await page.locator('.panel').waitFor({ state: 'detached' });
  assert.equal(await focused(page), 'client:1');
  assert.deepEqual(await shifts(page), []);

  await page.getByRole('button', { name: 'All fields and bytes, server leg' }).click();
  await page.getByRole('region', { name: 'Server leg, Certificate: fields and bytes' }).waitFor();
  assert.match(await page.evaluate('document.activeElement.textContent'), /^Certificate, server to proxy/);
  await done();
});

test('the ladder ends at the failure, and the failure leads to what shows it', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await show(await recorded(visited('no-common-suite')));
  const failed = page.getByRole('button', { name: /^Failed at ServerHello, at .*: why\?$/ });
  await failed.click();
  assert.equal(await page.evaluate('document.activeElement.id'), 'failure-server');
  const box = page.getByRole('region', { name: 'Server leg failed' });
  assert.match(await text(box), /Server leg failed at ServerHello.*What to do:.*Evidence:.*handshake_failure/);
  await box.getByRole('button', { name: 'Show on the ladder: evidence 1' }).click();
  assert.equal(await focused(page), 'server:1');
  await box.getByRole('button', { name: 'Show on the ladder: evidence 2' }).click();
  assert.equal(await page.evaluate('document.activeElement.dataset.event'), 'server:alert:0');
  assert.equal(await page.locator('.lane.server .life.over').count(), 1);
  await done();
});

test('the ladder explains terms and steps over the page, one at a time', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await show(await recorded(visited('tls13')));
  await watchShifts(page);
  await page.getByRole('button', { name: 'Group: what is this?' }).first().focus();
  await page.keyboard.press('Enter');
  const note = page.getByRole('note');
  assert.match(await text(note), /key exchange group.*Diffie-Hellman.*RFC 8446 §4\.2\.7/);
  await page.keyboard.press('Escape');
  await note.waitFor({ state: 'detached' });
  assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-label")'), 'Group: what is this?');
  assert.equal(await page.locator('.ladder').count(), 1, 'the connection is still open');

  await page.getByRole('button', { name: 'Suite: what is this?' }).first().click();
  await page.getByRole('button', { name: 'Step 1 ClientHello, server leg' }).click();
  await page.getByRole('note', { name: 'Step 1: ClientHello' }).waitFor();
  assert.equal(await note.count(), 1);
  assert.match(await text(note), /The client offers TLS 1\.3.*On the wire/);
  await page.getByRole('button', { name: 'Step 1 ClientHello, server leg' }).click();
  await note.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Step 4 Key exchange (in the hellos), client leg' }).click();
  assert.match(await text(note), /absent/);
  assert.deepEqual(await shifts(page), []);
  await done();
});

test('the ladder has a form in words, which is remembered', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const connection = await recorded(visited('tls12-rsa-kx'));
  const { page, done } = await show(connection);
  await page.getByRole('button', { name: 'Words' }).click();
  assert.deepEqual(await page.locator('.handshakes h4').allTextContents(), [
    '1ClientHello',
    '2ServerHello',
    '3Certificate, ServerHelloDone',
    '4ClientKeyExchange',
    '5ChangeCipherSpec',
    '6Finished',
  ]);
  await page.reload();
  await page.locator('.handshakes h4').first().waitFor();
  assert.equal(await page.locator('.ladder').count(), 0);
  await page.getByRole('button', { name: 'Ladder' }).click();
  await page.locator('.ladder').waitFor();
  await done();
});

test('the ladder grows as a handshake goes on, and what stands there stays', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  // The log's clock gives one millisecond to each.
  const facts = sampleConnection(1, 'refused-by-client').map((fact, index): Fact => {
    if (fact.type === 'tls.message') return { ...fact, message: { ...fact.message, at: index + 1 } };
    if (fact.type === 'tls.alert') return { ...fact, alert: { ...fact.alert, at: index + 1 } };
    if (fact.type === 'leg.closed') return { ...fact, end: { ...fact.end, at: index + 1 } };
    return fact;
  });
  const first = facts.findIndex(({ type }) => type === 'tls.message') + 1;
  const { api, page, done } = await open(t, { facts: facts.slice(0, first), hash: '#1' });
  await page.locator('.ladder').waitFor();
  await page.getByText('waits for the proxy …').first().waitFor();
  await watchShifts(page);
  const top = (await line(page, 'client', 1).boundingBox())?.y;
  for (const [index, fact] of facts.slice(first).entries()) {
    api.append([fact]);
    if (index % 6 === 0 && fact.type === 'tls.message') await line(page, fact.leg, fact.message.n).waitFor();
  }
  await page.getByRole('region', { name: 'Client leg failed' }).waitFor();
  assert.equal(await page.locator('button[data-leg=client]').count(), 7);
  const moved = ((await line(page, 'client', 1).boundingBox())?.y ?? Number.NaN) - (top ?? Number.NaN);
  assert.ok(Math.abs(moved) < 1, `by ${moved} px`);
  assert.deepEqual(await shifts(page), []);
  await done();
});

test('the ladder of 1,000 messages is drawn in parts, and a finding draws what it needs', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const facts = sampleConnection(1, 'left-open');
  const many = Array.from({ length: 1000 }, (_, index): Fact => {
    const message = { ...sampleMessage(index + 8, 100 + index), renegotiation: 1 + Math.floor(index / 7) };
    return { type: 'tls.message', conn: 1, leg: 'server', message };
  });
  const finding: Finding = { rule: 'x', severity: 'note', leg: 'server', title: 'Far', text: 'Down.', messages: [900] };
  const prepare = (page: Page) =>
    page.route('**/api/connections/1', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...((await response.json()) as Connection), findings: [finding] } });
    });
  const maxBytes = 64 * 1024 * 1024;
  const { page, done } = await open(t, { facts: [...facts, ...many], hash: '#1', maxBytes, prepare });
  await page.getByText(/ events more, later than these/).waitFor();
  assert.ok((await page.locator('.lane li').count()) <= 200);
  await page.getByRole('button', { name: 'Draw 200 more' }).click();
  await page.locator('.lane li').nth(399).waitFor();
  assert.equal(await page.locator('.lane li').count(), 400);
  await page.locator('[data-rule=x] .refs button').click();
  await line(page, 'server', 900).waitFor();
  assert.equal(await focused(page), 'server:900');
  await done();
});

test('the ladder shows what was not TLS, and a connection without a server leg', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const [opened, intent] = sampleConnection(1);
  const { page, done } = await open(t, { facts: [opened!, intent!], hash: '#1' });
  await page.getByText('Nothing on this leg.').waitFor();
  assert.deepEqual(await lines(page, 'client'), ['TCP accepted, CONNECT']);
  await page.getByText('waits for the client …').waitFor();
  await done();
});

/** Starts to note what moves without the reader's doing. The fields of a message are the reader's. */
function watchShifts(page: Page): Promise<unknown> {
  return page.evaluate(`window.shifts = []; new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(...
      entry.sources.map(({ node }) => node?.nodeType === 1 ? node : node?.parentElement)
        .filter((element) => element?.closest('.body') && !element.closest('.dock')).map((element) => element.outerHTML.slice(0, 90)));
  }).observe({ type: 'layout-shift' })`);
}

function shifts(page: Page): Promise<unknown> {
  return page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(window.shifts))))',
  );
}
