/** The traffic inside and the filter, in the built dashboard in a real browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { sampleConnection } from '../support/sample-events.ts';
import { needsTool } from '../support/tools.ts';
import { open, row, text } from './dashboard.ts';
import { exchangeFacts } from './exchanges.ts';

test('the dashboard lists exchanges as they happen, beside the connections', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  api.append(sampleConnection(1, 'left-open'));
  await row(page, 1).waitFor();
  await page.keyboard.press('2');
  await page.getByText('No exchange yet').waitFor();
  api.append(sampleConnection(2, 'refused-by-client'));
  await page.locator('#failed-2').waitFor();
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

test('the focus follows a link from an exchange to its connection and back', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, { facts: [...sampleConnection(1), ...exchangeFacts(1, 1)], hash: '#e1' });
  await page.locator('a[href="#1"]').focus();
  await page.keyboard.press('Enter');
  await page.locator('.body[aria-label="Connection 1"]:focus').waitFor();
  await page.locator('#section-exchanges a').first().focus();
  await page.keyboard.press('Enter');
  await page.locator('.body[aria-label="Exchange 1"]:focus').waitFor();
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
  await page.getByText(/^Filter: finding is judged by the proxy, as of \d\d:\d\d:\d\d/).waitFor();
  await exchange(page, 1).waitFor();
  await filter.press('Escape');
  await page.getByText('2 exchanges', { exact: true }).waitFor();
  await page.getByText('judged by the proxy').waitFor({ state: 'detached' });
  await done();
});

test('a filter holds until what is typed in its place is complete', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t);
  api.append([...sampleConnection(1), ...sampleConnection(2, 'dial-failed')]);
  await row(page, 2).waitFor();
  const filter = page.getByRole('combobox');
  await filter.focus();
  for (const key of 'status') {
    await page.keyboard.type(key);
    await page.getByText('Not complete yet; nothing is filtered.').waitFor();
    assert.equal(await text(page.locator('.counts')), '2 connections');
  }
  await page.keyboard.type(' > abc');
  assert.match(await text(page.getByRole('alert')), /abc is not a status .*Not complete yet; nothing is filtered\./);
  assert.equal(await row(page, 1).count(), 1);
  await filter.fill('failed');
  await page.getByText('1 of 2 connections').waitFor();
  await filter.fill('status');
  await page.getByText('Not complete yet; failed still holds. Enter searches for the text status.').waitFor();
  assert.equal(await text(page.locator('.counts')), '1 of 2 connections');
  await page.keyboard.press('Enter');
  await page.getByText('No connection matches the filter.').waitFor();
  assert.equal(await page.getByText('Not complete yet').count(), 0);
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

function exchange(page: Page, id: number) {
  return page.locator(`#exchange-${id}`);
}
