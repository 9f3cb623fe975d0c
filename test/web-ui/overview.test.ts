/** The overview in the built dashboard in a real browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '../../src/shared/events.ts';
import { sampleConnection } from '../support/sample-events.ts';
import { needsTool } from '../support/tools.ts';
import { DOUBLE_IDS, NAMELESS, open, row, text } from './dashboard.ts';
import { HOSTILE } from './detailed.ts';
import { exchangeFacts } from './exchanges.ts';

const FACTS = [
  ...sampleConnection(1),
  ...sampleConnection(2),
  ...sampleConnection(3, 'refused-by-client'),
  ...sampleConnection(4, 'dial-failed'),
  ...exchangeFacts(1, 1),
  ...exchangeFacts(2, 1, { status: 404 }),
];

test('the overview counts both legs, and each bar shows its rows', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, { facts: FACTS, hash: '#overview' });
  const main = page.getByRole('main', { name: 'Overview' });
  await main.getByText('4 connections, 2 failed; 2 exchanges.').waitFor();
  const versions = main.getByRole('table', { name: /TLS versions/ });
  assert.match(await text(versions.getByRole('row', { name: /TLS 1\.3/ })), /3 *TLS 1\.3 *4/);
  assert.match(await text(main.getByRole('table', { name: /Handshake time/ })), /p50/);
  assert.match(
    await text(main.getByRole('list', { name: /Exchanges by status/ })),
    /2xx successful *1 *3xx.*4xx client error *1/,
  );
  assert.deepEqual(await page.evaluate(NAMELESS), []);
  assert.deepEqual(await page.evaluate(DOUBLE_IDS), []);

  await main.getByRole('button', { name: /ca-not-trusted-by-client, client leg: 1/ }).click();
  await row(page, 3).waitFor();
  assert.equal(await page.getByRole('row').locator('visible=true').count(), 2);
  assert.equal(await page.getByRole('combobox').inputValue(), 'leg.client.cause = ca-not-trusted-by-client');
  await page.keyboard.press('Escape');
  await done();
});

test('the overview keeps to the filter, and narrows it', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, { facts: FACTS, hash: '#overview' });
  const main = page.getByRole('main', { name: 'Overview' });
  await page.getByRole('combobox').fill('host = host3.test or host = host4.test');
  await main.getByText('Of the 2 connections and 0 exchanges that match the filter, 4 and 2 in all.').waitFor();
  await main.getByRole('button', { name: 'host4.test: 1 failure. Show them' }).click();
  await row(page, 4).waitFor();
  assert.equal(
    await page.getByRole('combobox').inputValue(),
    '(host = host3.test or host = host4.test) and failed and host = host4.test',
  );
  await done();
});

test('the overview follows the stream, by keyboard, without moving what is pointed at', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t, { facts: FACTS, hash: '#overview' });
  const main = page.getByRole('main', { name: 'Overview' });
  const suites = main.getByRole('table', { name: /Cipher suites/ });
  await suites.waitFor();
  // One tab stop a panel, arrows between its bars.
  assert.equal(await suites.locator('button[tabindex="0"]').count(), 1);
  const times = main.getByRole('list', { name: /Connections over time/ });
  await times.getByRole('button').first().focus();
  await main.locator('.read').getByText('connections').waitFor();
  const before = await suites.boundingBox();
  const facts = sampleConnection(5).map(
    (fact): Fact =>
      fact.type === 'tls.established'
        ? { ...fact, negotiated: { ...fact.negotiated, suite: 'TLS_SM4_GCM_SM3', alpn: HOSTILE } }
        : fact,
  );
  api.append(facts);
  await suites.getByText('SM4_GCM_SM3').waitFor();
  assert.deepEqual(await suites.boundingBox().then((box) => [box?.x, box?.y]), [before?.x, before?.y]);
  await suites.getByRole('button').first().focus();
  await page.keyboard.press('ArrowDown');
  assert.match(
    (await page.locator('button:focus').getAttribute('aria-label')) ?? '',
    /^TLS_SM4_GCM_SM3, client leg: 1/,
  );
  assert.equal(await page.locator('img').count(), 0);
  assert.equal(/[\u202e\u200b]/.test(String(await page.evaluate('document.documentElement.outerHTML'))), false);
  await page.keyboard.press('Enter');
  await row(page, 5).waitFor();
  assert.equal(await page.getByRole('combobox').inputValue(), 'leg.client.suite = TLS_SM4_GCM_SM3');
  await done();
});

test('the overview of nothing says what to do', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, { hash: '#overview' });
  await page.getByRole('main', { name: 'Overview' }).getByText('No connection yet').waitFor();
  await done();
});
