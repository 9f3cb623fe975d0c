/** The lists: columns, order, pause, choice, filters and the number of rows, in the built dashboard in a real browser. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import type { PassthroughDesk } from '../../src/api/passthrough.ts';
import { startSampleApi } from '../support/sample-api.ts';
import { sampleConnection } from '../support/sample-events.ts';
import { needsTool } from '../support/tools.ts';
import { DOUBLE_IDS, NAMELESS, open, otherThanAway, row, STARTED, text, UI } from './dashboard.ts';
import { exchangeFacts } from './exchanges.ts';

/** Starts recording the times between frames, and of tasks that kept them waiting. */
const RECORD = `window.frames_ = []; window.tasks_ = [];
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.tasks_.push(duration); })
    .observe({ entryTypes: ['longtask'] });
  let last = performance.now();
  const next = (now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(next); };
  requestAnimationFrame(next);`;

test('the lists hold 100,000 exchanges, scroll through them and stream 2,000 more', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const most = 100_000;
  const facts = Array.from({ length: most }, (_, index) => exchangeFacts(index + 1, 1)).flat();
  const began = performance.now();
  const { api, page, done } = await open(t, {
    facts: [...sampleConnection(1, 'left-open'), ...facts],
    hash: '#exchanges',
    api: { maxBytes: 4 * 1024 ** 3, keeps: { maxExchanges: 2 * most } },
    prepare: async (page) => page.setDefaultTimeout(120_000),
  });
  await exchange(page, most).waitFor();
  t.diagnostic(
    `the last of 100,000 rows is drawn ${Math.round(performance.now() - began)} ms after the server was started`,
  );
  await page.evaluate(RECORD);
  const grid = page.getByRole('grid');
  const height = await grid.evaluate((element) => element.scrollHeight);
  assert.equal(height, most * 26 + 26);

  // Through the whole list in steps of one and a half screens, a frame each, while requests stream.
  const streamed = stream({ api, page }, most + 1, most + 2000);
  for (let step = 0; step < 60; step++) {
    await grid.evaluate(
      (element, top) => {
        element.scrollTop = top;
      },
      (step / 60) * height,
    );
    await page.evaluate('new Promise(requestAnimationFrame)');
  }
  await grid.evaluate((element) => {
    element.scrollTop = 50_000 * 26;
  });
  await exchange(page, 50_001).waitFor();
  assert.match(await text(exchange(page, 50_001)), /50001.*GET 200 https:\/\/origin\.test\/50001.*40\.00 ms/);
  await streamed;
  await page.getByText('102,000 exchanges', { exact: true }).waitFor();
  await page.getByRole('button', { name: /newer exchanges? ↓/ }).waitFor();
  assert.equal(await grid.evaluate((element) => element.scrollTop), 50_000 * 26);
  assert.ok((await page.getByRole('row').count()) < 80);
  await page.getByRole('button', { name: /newer exchanges? ↓/ }).click();
  await exchange(page, most + 2000).waitFor();
  await report(t, page, 'scrolling and streaming, live order');

  const filter = page.getByRole('combobox');
  await filter.fill('status = 200 and id >= 1000');
  await page.getByText('101,001 of 102,000 exchanges').waitFor();
  await page.getByRole('columnheader', { name: 'Host and path' }).getByRole('button').click();
  await exchange(page, 1000).waitFor();
  await report(t, page, 'one filter and one sort of all rows');
  await stream({ api, page }, most + 2001, most + 4000);
  await page.getByText('103,001 of 104,000 exchanges').waitFor();
  await report(t, page, 'streaming, filtered and sorted');
  await done();
});

test('the first paint of the built files comes within a second', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, { facts: sampleConnection(1) });
  const painted: number[] = [];
  // The best of some: a machine that does other things as well paints late now and then.
  for (let load = 0; load < 5 && !painted.some((ms) => ms < 1000); load++) {
    if (load > 0) await page.reload();
    await row(page, 1).waitFor();
    painted.push(Number(await page.evaluate(`performance.getEntriesByName('first-contentful-paint')[0]?.startTime`)));
  }
  t.diagnostic(`first contentful paint after ${painted.map(Math.round).join(', ')} ms`);
  assert.ok(
    painted.some((ms) => ms < 1000),
    painted.join(),
  );
  await done();
});

test('columns are chosen, moved, made wider and sorted by, and are so again when the page is opened anew', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t, { facts: [...sampleConnection(1), ...sampleConnection(2, 'dial-failed')] });
  api.append([...sampleConnection(3), ...exchangeFacts(1, 3)]);
  await row(page, 3).waitFor();
  const headings = () => page.getByRole('columnheader').getByRole('button').allTextContents();
  assert.deepEqual((await headings()).slice(-2), ['Diff.', 'Why']);
  await page.getByRole('button', { name: 'Columns' }).click();
  const menu = page.getByRole('group', { name: 'Columns' });
  await menu.getByRole('checkbox', { name: 'Why' }).uncheck();
  await menu.getByRole('checkbox', { name: 'Exch.' }).check();
  await menu.getByRole('checkbox', { name: 'JA4' }).check();
  await menu.getByRole('button', { name: 'Move JA4 to the left' }).click();
  await page.keyboard.press('Escape');
  assert.deepEqual((await headings()).slice(-3), ['Diff.', 'JA4', 'Exch.']);
  assert.match(await text(row(page, 3)), / 1 t13d1516h2_8daaf6152771_02713d6af862 1 $/);

  const host = page.getByRole('columnheader', { name: 'Host' });
  await host.getByRole('button').focus();
  await page.keyboard.press('Shift+ArrowRight');
  const width = (await host.boundingBox())!.width;
  const edge = (await host.locator('.edge').boundingBox())!;
  await page.mouse.move(edge.x + 3, edge.y + 5);
  await page.mouse.down();
  await page.mouse.move(edge.x + 43, edge.y + 5);
  await page.mouse.up();
  assert.equal((await host.boundingBox())!.width, width + 40);

  await host.getByRole('button').click();
  await host.getByRole('button').click();
  assert.equal(await host.getAttribute('aria-sort'), 'descending');
  api.append(sampleConnection(4));
  await row(page, 4).waitFor();
  assert.deepEqual(await numbers(page), ['4', '3', '2', '1']);

  await page.reload();
  await row(page, 4).waitFor();
  assert.deepEqual((await headings()).slice(-3), ['Diff.', 'JA4', 'Exch.']);
  assert.equal((await host.boundingBox())!.width, width + 40);
  assert.deepEqual(await numbers(page), ['4', '3', '2', '1']);
  await page.getByRole('button', { name: 'Back to live order' }).click();
  assert.deepEqual(await numbers(page), ['1', '2', '3', '4']);
  await done();
});

test('what is kept in the browser and is none of ours counts as nothing', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, { facts: sampleConnection(1) });
  await page.evaluate(`for (const name of ['connections.columns', 'exchanges.columns', 'split', 'filters.saved', 'filters.recent'])
    localStorage.setItem('tlscope.' + name, name.length % 2 ? '{"shown":[7,"none"],"widths":{"host":1e9}}' : '][');`);
  await page.reload();
  await row(page, 1).click();
  await page.locator('#section-handshakes').waitFor();
  assert.equal(await page.getByRole('grid').getByRole('columnheader').count(), 9);
  await done();
});

test('a paused list stands still and says how much is new', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t, { facts: sampleConnection(1, 'left-open') });
  await row(page, 1).waitFor();
  await page.keyboard.press('p');
  const resume = page.getByRole('button', { name: 'Paused · nothing new · Resume ( p )' });
  await resume.waitFor();
  const main = await page.getByRole('main').boundingBox();
  api.append([...sampleConnection(2), ...sampleConnection(3, 'dial-failed')]);
  await page.getByRole('button', { name: 'Paused · 2 new connections' }).waitFor();
  await page.getByText('3 connections', { exact: true }).waitFor();
  assert.deepEqual(await numbers(page), ['1']);
  assert.deepEqual(await page.getByRole('main').boundingBox(), main);
  await page.keyboard.press('p');
  await row(page, 3).waitFor();
  assert.deepEqual(await numbers(page), ['1', '2', '3']);
  await page.getByText('Paused').waitFor({ state: 'detached' });
  await done();
});

test('a connection that failed before it carried an exchange is a row among the exchanges', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const facts = [
    ...exchangeFacts(1, 1),
    ...sampleConnection(2, 'refused-by-client'),
    ...sampleConnection(3, 'dial-failed'),
  ];
  const { page, done } = await open(t, { facts: [...sampleConnection(1, 'left-open'), ...facts], hash: '#exchanges' });
  const failed = page.locator('#failed-2');
  await failed.waitFor();
  assert.match(
    await text(failed),
    /TLS failed host2\.test:443 ca-not-trusted-by-client, client leg: The client does not trust the proxy\..*ca-not-trusted-by-client.* 2 $/,
  );
  assert.match(
    await text(page.locator('#failed-3')),
    /dial failed host3\.test:443 connection-refused, server leg: No one listens there\./,
  );
  await page.getByText('1 exchange', { exact: true }).waitFor();
  await page.getByText('+ 2 failed').waitFor();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Failed connections' }).uncheck();
  await failed.waitFor({ state: 'detached' });
  await page.getByRole('checkbox', { name: 'Failed connections' }).check();
  await page.keyboard.press('Escape');
  await failed.click();
  await page.locator('#section-handshakes').waitFor();
  assert.equal(new URL(page.url()).hash, '#2');
  await done();
});

test('keys lead from a connection to its exchanges and back', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const facts = [...sampleConnection(1), ...sampleConnection(2), ...exchangeFacts(1, 1), ...exchangeFacts(2, 2)];
  const { page, done } = await open(t, { facts });
  await row(page, 2).waitFor();
  await page.keyboard.press('k');
  await page.keyboard.press('x');
  await page.getByText('1 of 2 exchanges').waitFor();
  assert.equal(await page.getByRole('combobox').inputValue(), 'conn = 2');
  await exchange(page, 2).click();
  await page.locator('#section-response').waitFor();
  await page.keyboard.press('c');
  await page.locator('#section-handshakes').waitFor();
  assert.equal(new URL(page.url()).hash, '#2');
  await done();
});

test('rows are chosen by mouse and by keyboard, exported together and deleted after a question', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const connections = [1, 2, 3, 4, 5].flatMap((id) => sampleConnection(id));
  const facts = [...connections, ...exchangeFacts(1, 1), ...exchangeFacts(2, 2)];
  const { page, done } = await open(t, { facts, api: { deletes: true } });
  await row(page, 5).waitFor();
  const chosen = (say: string) => page.getByRole('toolbar').getByText(say).waitFor();
  await row(page, 2).click({ modifiers: ['Control'] });
  await chosen('1 connection chosen');
  await row(page, 4).click({ modifiers: ['Shift'] });
  await chosen('3 connections chosen');
  assert.equal(await page.locator('[role=row][aria-selected=true]').count(), 3);
  await row(page, 3).click({ modifiers: ['Control'] });
  await chosen('2 connections chosen');
  const main = await page.getByRole('main').boundingBox();
  await page.keyboard.press('Escape');
  await page.getByRole('toolbar').waitFor({ state: 'detached' });
  assert.deepEqual(await page.getByRole('main').boundingBox(), main);

  await page.getByRole('grid').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  await chosen('2 connections chosen');
  await page.keyboard.press('e');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'JSON', exact: true }).click(),
  ]);
  assert.equal((JSON.parse(readFileSync(await download.path(), 'utf8')) as unknown[]).length, 2);
  await page.locator('[role=grid]:focus').waitFor();
  await page.getByRole('button', { name: 'Dismiss' }).click();

  await page.getByRole('grid').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Shift+ArrowDown');
  await chosen('2 connections chosen');
  assert.deepEqual(await numbers(page, '[aria-selected=true]'), ['4', '5']);
  await row(page, 1).click({ modifiers: ['Control'] });
  await row(page, 2).click({ modifiers: ['Shift'] });
  assert.deepEqual(await numbers(page, '[aria-selected=true]'), ['1', '2']);
  await page.getByRole('grid').focus();
  await page.keyboard.press('Delete');
  await page.getByRole('heading', { name: 'Delete 2 connections?' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await row(page, 1).count(), 1);
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('Deleted 2 connections and 2 exchanges.').waitFor();
  await row(page, 1).waitFor({ state: 'detached' });
  assert.deepEqual(await numbers(page), ['3', '4', '5']);
  await page.getByText('3 connections', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Dismiss' }).click();
  await page.keyboard.press('/');
  await page.keyboard.type('host4 or host5');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+a');
  await chosen('2 connections chosen');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  assert.equal(new URL(page.url()).hash, '#compare/4/5');
  await done();
});

test('hosts are let pass from a row, and taken back', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  let added: readonly string[] = [];
  const desk: PassthroughDesk = {
    hosts: () => ({ configured: ['*.fixed.test'], added }),
    change: ({ add = [], remove = [] }) => {
      added = [...added, ...add].filter((host) => !remove.includes(host));
      api.append([{ type: 'passthrough.changed', added }]);
    },
  };
  const { api, page, done } = await open(t, { facts: sampleConnection(1), api: { passthrough: desk } });
  await row(page, 1).click({ modifiers: ['Control'] });
  await page.getByRole('button', { name: 'Let this host pass' }).click();
  await page.getByText('1 host passes through untouched from the next connection on.').waitFor();
  assert.deepEqual(added, ['host1.test']);
  await page.getByRole('button', { name: '1 host passes' }).click();
  const dialog = page.getByRole('dialog', { name: 'Hosts that pass' });
  assert.match(await text(dialog), /host1\.test ?Remove ?\*\.fixed\.test ?by --passthrough/);
  await dialog.getByRole('textbox').fill('*.other.test');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Remove *.other.test' }).waitFor();
  await dialog.getByRole('button', { name: 'Remove host1.test' }).click();
  await dialog.getByRole('button', { name: 'Remove host1.test' }).waitFor({ state: 'detached' });
  assert.deepEqual(added, ['*.other.test']);
  await done();
});

test('exchanges are replayed one after the other, until it is stopped', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const facts = [...sampleConnection(1), ...[1, 2, 3].flatMap((id) => exchangeFacts(id, 1))];
  const { page, done } = await open(t, { facts, hash: '#exchanges' });
  const asked: string[] = [];
  let letThrough = () => {};
  await page.route('**/api/exchanges/*/replay', async (route) => {
    asked.push(new URL(route.request().url()).pathname);
    if (asked.length === 2)
      await new Promise<void>((resolve) => {
        letThrough = resolve;
      });
    await route.fulfill({ json: { exchange: 9, conn: 9 } });
  });
  await exchange(page, 3).waitFor();
  await page.getByRole('grid').focus();
  await page.keyboard.press('Control+a');
  await page.getByRole('button', { name: 'Replay' }).click();
  await page.getByText('1 of 3 replayed').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  letThrough();
  await page.getByText('Replayed 2 of 3, then stopped.').waitFor();
  assert.deepEqual(asked, ['/api/exchanges/1/replay', '/api/exchanges/2/replay']);
  await done();
});

test('filters are saved, applied and removed, and the language is explained in the page', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, { facts: [...sampleConnection(1), ...sampleConnection(2, 'dial-failed')] });
  await row(page, 2).waitFor();
  const filter = page.getByRole('combobox');
  await filter.fill('failed');
  await page.getByText('1 of 2 connections').waitFor();
  const menu = page.getByRole('button', { name: 'Filters' });
  await menu.click();
  await page.getByRole('textbox', { name: 'Name for this filter' }).fill('<b>bad</b>');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Remove <b>bad</b>' }).waitFor();
  await page.keyboard.press('Escape');
  await filter.fill('');
  await page.reload();
  await row(page, 2).waitFor();
  await menu.click();
  await page.getByRole('button', { name: '<b>bad</b> failed' }).click();
  await page.getByText('1 of 2 connections').waitFor();
  await menu.click();
  await page.getByRole('button', { name: 'Remove <b>bad</b>' }).click();
  await page.getByText('None yet.').waitFor();
  await page.getByRole('button', { name: 'The filter language' }).click();
  const help = page.getByRole('dialog', { name: 'The filter language' });
  await help.getByRole('searchbox').fill('tls version');
  await help.getByRole('button', { name: 'tls.version < 1.2' }).click();
  assert.equal(await filter.inputValue(), 'tls.version < 1.2');
  await page.getByText('No connection matches the filter.').waitFor();
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await row(page, 2).waitFor();
  await done();
});

test('the room of the list is given by dragging and by keyboard, beside what is opened on a wide page, and is kept', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, { facts: sampleConnection(1), hash: '#1' });
  const splitter = page.getByRole('separator', { name: 'Room for the list' });
  const size = async () => (await page.getByRole('main').boundingBox())!;
  const before = (await size()).height;
  await splitter.focus();
  await page.keyboard.press('ArrowDown');
  const after = (await size()).height;
  assert.ok(after > before);
  await page.reload();
  await page.locator('#section-handshakes').waitFor();
  assert.equal((await size()).height, after);
  const edge = (await splitter.boundingBox())!;
  await page.mouse.move(edge.x + 300, edge.y + 3);
  await page.mouse.down();
  await page.mouse.move(edge.x + 300, edge.y + 103);
  await page.mouse.up();
  assert.ok(Math.abs((await size()).height - after - 100) < 8);
  await page.setViewportSize({ width: 1700, height: 800 });
  await page.getByRole('button', { name: 'Beside the list' }).click();
  assert.ok((await size()).width < 1000 && (await size()).height > 700);
  await done();
});

test('the page never scrolls sideways from 1024 px on, and names its controls', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const facts = [
    ...sampleConnection(1),
    ...sampleConnection(2, 'dial-failed'),
    ...exchangeFacts(1, 1, { target: `/${'x'.repeat(4000)}` }),
  ];
  const { page, done } = await open(t, { facts });
  await page.setViewportSize({ width: 1024, height: 700 });
  for (const key of ['1', '2']) {
    await page.keyboard.press(key);
    await page.keyboard.press('Control+a');
    await page.getByRole('toolbar').waitFor();
    const [wide, inner] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as number[];
    assert.equal(wide, inner);
    const list = page.locator('[role=grid]:visible');
    assert.ok(
      await list.evaluate((element) => element.scrollWidth <= element.clientWidth),
      'the usual columns have room',
    );
    for (const control of await page.locator('header button:visible').all()) {
      const box = (await control.boundingBox())!;
      assert.ok(box.x >= 0 && box.x + box.width <= 1024, await control.innerText());
    }
    assert.deepEqual(await page.evaluate(NAMELESS), []);
    assert.deepEqual(await page.evaluate(DOUBLE_IDS), []);
  }
  await done();
});

test('what the proxy dropped or could not store stays to be read', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, done } = await open(t, { facts: sampleConnection(1) });
  await row(page, 1).waitFor();
  const bar = await page.getByRole('contentinfo').boundingBox();
  const reason = 'The oldest closed connections left memory to keep it bounded.';
  api.append([
    { type: 'capture.dropped', connections: 2, reason },
    { type: 'capture.dropped', connections: 3, reason },
  ]);
  await page.getByRole('button', { name: '5 connections dropped' }).click();
  await page.getByText(`The proxy dropped 5 connections: ${reason}`).waitFor();
  api.append([{ type: 'capture.unstored', reason: 'The disk is <b>full</b>.' }]);
  const unstored = 'No longer written to the session’s file: The disk is <b>full</b>.';
  await page.getByText(unstored).waitFor();
  assert.deepEqual(await page.getByRole('contentinfo').boundingBox(), bar);
  await done();
});

test('a page whose proxy was killed and started again goes on where it was', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, complaints } = await open(t, { facts: sampleConnection(1) });
  await row(page, 1).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('host');
  await page.keyboard.press('Enter');
  await row(page, 1).click({ modifiers: ['Control'] });
  await api.api.close();
  await page.getByText('Connection to the proxy lost.').waitFor();
  await page.getByText(/Trying again (in \d s|now)/).waitFor();
  const again = await startSampleApi(t, { uiDir: UI, port: api.port });
  again.append([STARTED, ...sampleConnection(1), ...sampleConnection(2)]);
  await row(page, 2).waitFor();
  await page.getByText('Live').waitFor();
  again.append(sampleConnection(3));
  await row(page, 3).waitFor();
  assert.deepEqual(await numbers(page), ['1', '2', '3']);
  assert.equal(await page.getByRole('combobox').inputValue(), 'host');
  await page.getByRole('toolbar').getByText('1 connection chosen').waitFor();
  assert.deepEqual(otherThanAway(complaints), []);
  await page.context().close();
});

test('what is chosen, the cursor and a pause end with the capture that they were of', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { api, page, complaints } = await open(t, { facts: [...sampleConnection(1), ...sampleConnection(2)] });
  await row(page, 2).click({ modifiers: ['Control'] });
  await page.getByRole('toolbar').getByText('1 connection chosen').waitFor();
  await page.keyboard.press('p');
  await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
  await api.api.close();
  await page.getByText('Connection to the proxy lost.').waitFor();
  const again = await startSampleApi(t, { uiDir: UI, port: api.port });
  const other = [1, 2, 3].flatMap((id) => sampleConnection(id));
  again.append([{ ...STARTED, wallClock: '2026-01-02T04:00:00Z' }, ...other]);
  await row(page, 3).waitFor();
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
  assert.equal(await page.getByRole('toolbar').count(), 0);
  assert.equal(await page.locator('[role=row][aria-selected=true], .row.current').count(), 0);
  assert.deepEqual(otherThanAway(complaints), []);
  await page.context().close();
});

/** The numbers in the first column, as they stand. */
function numbers(page: Page, which = ''): Promise<string[]> {
  return page.locator(`[role=grid]:visible .row${which} > :first-child`).allTextContents();
}

/** Lets exchanges come as they would: ten with each frame that the page draws. */
async function stream({ api, page }: Pick<Awaited<ReturnType<typeof open>>, 'api' | 'page'>, from: number, to: number) {
  for (let id = from; id <= to; id++) {
    api.append(exchangeFacts(id, 1));
    if (id % 10 === 0) await page.evaluate('new Promise((drawn) => requestAnimationFrame(drawn))');
  }
}

async function report(t: TestContext, page: Page, what: string) {
  const { frames, tasks } = (await page.evaluate(
    '({ frames: window.frames_.splice(0), tasks: window.tasks_.splice(0) })',
  )) as { frames: number[]; tasks: number[] };
  frames.sort((a, b) => a - b);
  const at = (share: number) =>
    (frames[Math.min(frames.length - 1, Math.floor(frames.length * share))] ?? 0).toFixed(1);
  const longest = Math.max(0, ...tasks).toFixed(0);
  t.diagnostic(
    `${what}: ${frames.length} frames, p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)} ms; ${tasks.length} tasks over 50 ms, the longest ${longest} ms`,
  );
}

function exchange(page: Page, id: number) {
  return page.locator(`#exchange-${id}`);
}

test('nothing lies over a row: the way back to the newest stands below the list, and its end has room for what is done with chosen rows', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, {
    facts: Array.from({ length: 60 }, (_, at) => sampleConnection(at + 1)).flat(),
  });
  await row(page, 60).waitFor();
  const grid = page.getByRole('grid');
  const box = (await grid.boundingBox())!;
  await grid.evaluate((element) => {
    element.scrollTop = 200;
  });
  const pill = page.getByRole('button', { name: 'Follow the newest ↓' });
  await pill.waitFor();
  assert.ok((await pill.boundingBox())!.y >= box.y + box.height);
  assert.deepEqual(await grid.boundingBox(), box);
  await pill.click();
  await pill.waitFor({ state: 'detached' });

  const last = row(page, 60);
  const bottomOf = async (of: Locator) => {
    const { y, height } = (await of.boundingBox())!;
    return y + height;
  };
  await eventually(async () => (await bottomOf(last)) <= box.y + box.height);
  const before = await last.boundingBox();
  await last.click({ modifiers: ['Control'] });
  const bar = page.getByRole('toolbar');
  await bar.waitFor();
  assert.deepEqual(await last.boundingBox(), before, 'nothing moves under the mouse');
  await page.mouse.wheel(0, 200);
  await eventually(async () => (await bottomOf(last)) <= (await bar.boundingBox())!.y);
  await page.keyboard.press('Escape');
  await bar.waitFor({ state: 'detached' });
  await eventually(async () => (await last.boundingBox())!.y === before!.y);
  await done();
});

test('suites of TLS 1.3 are read whole in the connection list at 1280 px', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const { page, done } = await open(t, { facts: sampleConnection(1) });
  const cell = row(page, 1).getByRole('gridcell').nth(3);
  for (const suite of ['AES_256_GCM_SHA384', 'CHACHA20_POLY1305_SHA256']) {
    const [whole, room] = await cell.evaluate((element, words) => {
      element.textContent = words;
      return [element.scrollWidth, element.clientWidth];
    }, `TLS 1.3 ${suite}`);
    assert.ok(whole! <= room!, `${suite}: ${whole} of ${room} px`);
  }
  await done();
});

/** The page's policy lets no script of ours wait in it. The test's own time limit ends this. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(20);
}
