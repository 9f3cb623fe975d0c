/** Any two connections side by side, in the built dashboard in a real browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '../../src/shared/events.ts';
import { sampleConnection } from '../support/sample-events.ts';
import { needsTool } from '../support/tools.ts';
import { DOUBLE_IDS, NAMELESS, open, text } from './dashboard.ts';
import { HOSTILE } from './detailed.ts';

/** All to one host, so that one suggests another. */
function toOneHost(facts: readonly Fact[], host = 'one.test'): Fact[] {
  return facts.map((fact) =>
    fact.type === 'connection.intent' ? { ...fact, intent: { how: 'connect', host, port: 443 } } : fact,
  );
}

const FACTS = toOneHost([...sampleConnection(1), ...sampleConnection(2), ...sampleConnection(3, 'dial-failed')]);

test('two connections are chosen by keyboard, a good one suggested for one that failed', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, { facts: FACTS, hash: '#compare' });
  const main = page.getByRole('main', { name: 'Compare' });
  await main.getByText('Choose two connections').waitFor();
  await main.getByRole('combobox', { name: 'Connection A' }).focus();
  await page.keyboard.type('one.test failed');
  await main.getByRole('option', { name: /#3/ }).waitFor();
  assert.equal(await main.getByRole('option').count(), 1);
  await page.keyboard.press('Enter');
  await main.getByText('Compare with #2').waitFor();
  assert.equal(new URL(page.url()).hash, '#compare/3');
  await main.getByRole('combobox', { name: 'Connection B' }).focus();
  await page.keyboard.press('ArrowDown');
  const first = main.getByRole('option').first();
  assert.match(
    await text(first),
    /#2 one\.test:443 established .* Suggested: the latest to this host that was established/,
  );
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await main.getByText('Parameters', { exact: true }).waitFor();
  assert.equal(new URL(page.url()).hash, '#compare/3/1');
  assert.match(
    await text(main.getByRole('article', { name: 'Connection A' })),
    /#3.*failed.*Server leg: No one listens there\. connection-refused/,
  );
  await main.getByRole('button', { name: 'Swap A and B' }).click();
  await main.getByRole('article', { name: 'Connection B' }).getByText('No one listens there.').first().waitFor();
  assert.equal(new URL(page.url()).hash, '#compare/1/3');
  assert.deepEqual(await page.evaluate(NAMELESS), []);
  assert.deepEqual(await page.evaluate(DOUBLE_IDS), []);
  await done();
});

test('parameters and messages that differ are shown, down to the field trees', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const other = sampleConnection(2).map((fact): Fact => {
    if (fact.type === 'tls.message' && fact.leg === 'server' && fact.message.n === 2) {
      const fields = [{ name: 'msg_type', value: 2, text: HOSTILE, range: [0, 1] as const }];
      return { ...fact, message: { ...fact.message, fields } };
    }
    if (fact.type !== 'tls.established') return fact;
    return { ...fact, negotiated: { ...fact.negotiated, alpn: 'http/1.1' } };
  });
  const withoutLast = other.filter(
    (fact) => !(fact.type === 'tls.message' && fact.leg === 'client' && fact.message.n === 7),
  );
  const { page, done } = await open(t, { facts: [...sampleConnection(1), ...withoutLast], hash: '#compare/1/2' });
  const main = page.getByRole('main', { name: 'Compare' });
  const table = main.getByRole('table', { name: 'Parameters of A and B' });
  await table.waitFor();
  assert.match(await text(table), /Application protocol.*h2.*http\/1\.1.*≠ differs.*the servers chose differently/);
  assert.doesNotMatch(await text(table), /Cipher suite/);
  await main.getByRole('checkbox', { name: 'Show only differences' }).uncheck();
  assert.match(await text(table), /Cipher suite/);
  await main.getByText('Server legs').first().click();
  assert.equal(await main.getByRole('region', { name: 'Messages on the client legs' }).count(), 0);
  await main.getByText('Both legs').click();
  const client = main.getByRole('region', { name: 'Messages on the client legs' });
  assert.match(await text(client), /Finished.*– *only in A/);
  const server = main.getByRole('region', { name: 'Messages on the server legs' });
  const hello = server.getByRole('button', { name: /ServerHello/ });
  assert.match(await text(hello), /1 field differs/);
  await hello.focus();
  await page.keyboard.press('Enter');
  await server.getByRole('table', { name: 'ServerHello of A and of B, field by field' }).waitFor();
  await server.getByRole('button', { name: 'Show both field trees' }).click();
  assert.equal(await server.getByRole('tree').count(), 2);
  assert.equal(await page.locator('img').count(), 0);
  assert.match(await text(main.getByRole('table', { name: 'Times of A and B' })), /TLS, server leg/);
  await done();
});

test('an open connection goes on while it is compared', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const live = toOneHost(sampleConnection(2));
  const { api, page, done } = await open(t, {
    facts: [...FACTS.slice(0, 24), ...live.slice(0, 8)],
    hash: '#compare/1/2',
  });
  const article = page.getByRole('article', { name: 'Connection B' });
  await article.getByText('still open').waitFor();
  api.append(live.slice(8));
  await article.getByText('established').waitFor();
  await article.getByText('The client closed.').waitFor();
  await done();
});

test('connections that are gone, and such without a handshake, are told as that', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const plain = toOneHost(sampleConnection(4)).filter(({ type }) => /^connection\.(opened|intent|closed)$/.test(type));
  const { page, complaints } = await open(t, { facts: [...FACTS, ...plain], hash: '#compare/98/99' });
  const main = page.getByRole('main', { name: 'Compare' });
  await main.getByText('Connections 98 and 99 are gone').waitFor();
  await page.evaluate('location.hash = "#compare/1/99"');
  await main.getByText('Connection 99 is gone').waitFor();
  await page.evaluate('location.hash = "#compare/1/4"');
  await main.getByText('There is nothing to compare').waitFor();
  await main.getByText('Connection 4 has no recorded handshake', { exact: false }).waitFor();
  await page.context().close();
  // Chromium tells of each 404 by itself.
  assert.ok(
    complaints.every((each) => each.includes('404')),
    complaints.join(),
  );
});
