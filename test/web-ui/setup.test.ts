/** The set-up page of the built dashboard in a real browser: recipes, the code for phones, and whether a client is seen. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Setup } from '../../src/shared/api.ts';
import type { Fact } from '../../src/shared/events.ts';
import { startSampleApi, TOKEN } from '../support/sample-api.ts';
import { type Course, sampleConnection } from '../support/sample-events.ts';
import { needsTool } from '../support/tools.ts';
import { openPage } from './browser.ts';
import { DOUBLE_IDS, NAMELESS, STARTED, text, UI } from './dashboard.ts';
import { exchangeFacts } from './exchanges.ts';
import { sampleSetup, sampleSetupForAll } from './setup/sample-setup.ts';

async function openSetup(t: TestContext, setup: Setup, options: Parameters<typeof openPage>[0] = {}) {
  const api = await startSampleApi(t, { uiDir: UI, setup: async () => setup });
  // What came before the page was opened is no answer to its question.
  api.append([STARTED, ...sampleConnection(1)]);
  const { page, complaints } = await openPage(options);
  await page.goto(`http://${api.authority}/?token=${encodeURIComponent(TOKEN)}#setup`);
  await page.getByText('Not seen yet.').waitFor();
  const done = async (): Promise<void> => {
    await page.context().close();
    assert.deepEqual(complaints, []);
  };
  return { api, page, done };
}

const family = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Kinds of clients' }).getByRole('button', { name, exact: true });
const verdict = (page: Page) => page.getByRole('region', { name: 'Do we see it?' });

test('the set-up page says what to do with this proxy’s address and CA, and copies it', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await openSetup(
    t,
    sampleSetup({ proxy: { host: '127.0.0.1', port: 9999, listensOn: 'loopback' } }),
  );
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('tab', { name: 'curl' }).click();
  const command = `curl --proxy http://127.0.0.1:9999 --cacert /home/dev/tlscope/certs/tlscope-ca.pem --noproxy '' --head https://example.com/`;
  assert.ok((await text(page.getByRole('tabpanel'))).includes(command));
  await page.getByRole('button', { name: 'Copy curl, check' }).click();
  await page.getByText('Copied').waitFor();
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), command);

  await page.getByRole('tab', { name: 'curl' }).focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.getByRole('tab', { name: 'openssl', selected: true }).count(), 1);
  await page.getByLabel('Commands for').selectOption('PowerShell');
  assert.match(await text(page.getByRole('tabpanel')), /'Q' \| openssl s_client/);

  await family(page, 'Python').click();
  await page.keyboard.press('1');
  await page.keyboard.press('4');
  await page.getByRole('heading', { name: 'Python' }).waitFor();
  assert.deepEqual(await page.evaluate(NAMELESS), []);
  assert.deepEqual(await page.evaluate(DOUBLE_IDS), []);
  await done();
});

test('the set-up page says whether it sees a client, and whether that trusts the CA', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await openSetup(t, sampleSetup());
  const from = (conn: number, address: string, course: Course): Fact[] =>
    sampleConnection(conn, course).map((fact) =>
      fact.type === 'connection.opened' ? { ...fact, from: { address, port: 40_000 + conn } } : fact,
    );
  api.append(from(2, '127.0.0.1', 'refused-by-client'));
  await verdict(page).getByText('127.0.0.1: not trusted.').waitFor();
  assert.match(
    await text(verdict(page)),
    /The client does not trust the proxy\..*1 connection.*#2.*host2\.test:443.*not trusted/,
  );

  api.append(sampleConnection(3, 'left-open'));
  api.append(exchangeFacts(1, 3, { sent: [['User-Agent', 'curl/8.14.1']] }));
  await verdict(page).getByText('127.0.0.1: trusted.').waitFor();
  await verdict(page).getByText('curl', { exact: true }).waitFor();
  assert.equal(
    await page.getByRole('status').filter({ hasText: 'trusts the CA' }).count(),
    1,
    'said to those who hear it',
  );

  api.append(from(4, '192.168.1.50', 'tunnelled'));
  await verdict(page).getByText('192.168.1.50: tunnelled.').waitFor();
  await verdict(page).getByLabel('Client').selectOption('127.0.0.1');
  await verdict(page).getByText('127.0.0.1: trusted.').waitFor();

  await verdict(page).getByRole('button', { name: 'Begin anew' }).click();
  await verdict(page).getByText('Not seen yet.').waitFor();
  api.append(sampleConnection(5, 'refused-by-client'));
  await verdict(page).getByRole('link', { name: '#5' }).click();
  await page.locator('#section-handshakes').waitFor();
  await page.keyboard.press('4');
  await verdict(page).getByText('Not seen yet.').waitFor();
  await done();
});

test('the set-up page shows hostile hosts as text', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await openSetup(t, sampleSetup());
  const facts = sampleConnection(2).map(
    (fact): Fact =>
      fact.type === 'connection.intent'
        ? { ...fact, intent: { how: 'connect', host: '<img src=x>\u202eab', port: 443 } }
        : fact,
  );
  api.append(facts);
  await verdict(page).getByText('<img src=x>').waitFor();
  assert.equal(await page.locator('img').count(), 0);
  assert.doesNotMatch(String(await page.evaluate('document.documentElement.outerHTML')), /\u202e/);
  await done();
});

test('the set-up page is read on a phone, and has a code for one only where it can reach the proxy', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const narrow = { viewport: { width: 360, height: 740 } };
  const { page, done } = await openSetup(t, sampleSetupForAll(), narrow);
  for (const name of ['iOS', 'Docker', 'Java', 'System', 'Android']) {
    await family(page, name).click();
    await page.getByRole('heading', { name, exact: true }).waitFor();
    assert.deepEqual(await page.evaluate(WIDER), [], name);
  }
  await page.getByRole('img', { name: 'QR code of http://192.168.1.23:8080/' }).waitFor();
  await page.getByLabel('Client reaches tlscope at').selectOption('fd00::23');
  await page.getByRole('img', { name: 'QR code of http://[fd00::23]:8080/' }).waitFor();
  await done();

  const alone = await openSetup(t, sampleSetup(), narrow);
  await family(alone.page, 'iOS').click();
  await alone.page.getByText('tlscope start --host 0.0.0.0').waitFor();
  assert.equal(await alone.page.getByRole('img', { name: /QR code/ }).count(), 0);
  await alone.done();
});

test('the theme that was chosen is there before anything is drawn, and the system’s again when asked', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await openSetup(t, sampleSetup(), { colorScheme: 'light' });
  const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const light = await background();
  const button = page.getByRole('button', { name: /^Theme: / });
  await button.click();
  await button.click();
  assert.match(await text(button), /Theme: dark/);
  const dark = await background();
  assert.notEqual(dark, light);
  await page.addInitScript(`new MutationObserver(() => {
    if (document.querySelector('#app')?.firstElementChild && window.firstTheme === undefined)
      window.firstTheme = document.documentElement.dataset.theme ?? 'none';
  }).observe(document, { childList: true, subtree: true })`);
  await page.reload();
  await page.getByText('Not seen yet.').waitFor();
  assert.equal(await page.evaluate('window.firstTheme'), 'dark');
  assert.equal(await background(), dark);
  await button.click();
  assert.equal(await background(), light);
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.equal(await background(), dark);
  await done();
});

test('a page of another origin gets nothing, by fetch or by WebSocket, though the browser knows the cookie', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await openSetup(t, sampleSetup());
  assert.equal(await page.evaluate(WEBSOCKET(`ws://${api.authority}/api/live`)), 'opened', 'our own page may');
  const stranger = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<p>stranger'),
  );
  stranger.listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  t.after(() => stranger.close());
  const other = await page.context().newPage();
  await other.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`);
  const statuses: number[] = [];
  other.on('response', (response) => {
    if (response.url().startsWith(`http://${api.authority}`)) statuses.push(response.status());
  });
  const asked = (path: string, init: string) =>
    other.evaluate(
      `fetch('http://${api.authority}${path}', ${init}).then(async (answer) => answer.type + ' ' + await answer.text(), () => 'refused')`,
    );
  assert.equal(await asked('/api/connections', `{ credentials: 'include' }`), 'refused');
  assert.equal(
    await asked('/api/passthrough', `{ method: 'POST', body: '{}', credentials: 'include', mode: 'no-cors' }`),
    'refused',
  );
  assert.equal(await asked('/api/setup', `{ credentials: 'include', mode: 'no-cors' }`), 'refused');
  assert.ok(
    statuses.every((status) => status === 403),
    String(statuses),
  );
  assert.equal(await other.evaluate(WEBSOCKET(`ws://${api.authority}/api/live`)), 'refused');
  const framed = await other.evaluate(`new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.onload = () => { try { resolve(String(frame.contentDocument?.title)); } catch { resolve('closed'); } };
    frame.src = 'http://${api.authority}/';
    document.body.append(frame);
  })`);
  assert.notEqual(framed, 'tlscope');
  await other.close();
  await done();
});

test('a wrong token gets no cookie and no data', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const api = await startSampleApi(t, { uiDir: UI });
  api.append([STARTED, ...sampleConnection(1)]);
  const { page } = await openPage();
  const answer = await page.goto(`http://${api.authority}/?token=wrong`);
  assert.equal(answer?.status(), 401);
  assert.match(await text(page.locator('body')), /This is not the token of this tlscope/);
  assert.deepEqual(await page.context().cookies(), []);
  await page.goto(`http://${api.authority}/#setup`);
  await page.getByRole('heading', { name: "This page needs the dashboard's token" }).waitFor();
  assert.doesNotMatch(await text(page.locator('body')), /host1\.test/);
  await page.context().close();
});

/** What came of opening a WebSocket, as an expression. */
function WEBSOCKET(url: string): string {
  return `new Promise((resolve) => {
    const socket = new WebSocket(${JSON.stringify(url)});
    socket.onopen = () => { socket.close(); resolve('opened'); };
    socket.onerror = () => resolve('refused');
  })`;
}

/** What is wider than the page. */
const WIDER = `[...document.querySelectorAll('main[aria-label="Set up"] *, header *')]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
  .map((element) => element.outerHTML.slice(0, 100))`;
