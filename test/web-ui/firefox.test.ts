/** The built dashboard in Firefox: what is otherwise tried in Chromium alone, in short. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startSampleApi, TOKEN } from '../support/sample-api.ts';
import { sampleConnection } from '../support/sample-events.ts';
import { needsTool } from '../support/tools.ts';
import { KEYS, openFirefox } from './bidi.ts';
import { STARTED, UI } from './dashboard.ts';
import { sampleSetup } from './setup/sample-setup.ts';

test('the dashboard in Firefox: a live list, a connection by keyboard, the other pages', async (t: TestContext) => {
  if (!needsTool(t, 'firefox')) return;
  const api = await startSampleApi(t, { uiDir: UI, setup: async () => sampleSetup() });
  api.append([STARTED]);
  const page = await openFirefox(t);
  await page.goto(`http://${api.authority}/?token=${encodeURIComponent(TOKEN)}`);
  await page.until(`document.querySelector('footer')?.textContent.includes('Live')`);

  for (let conn = 1; conn <= 120; conn++)
    api.append(sampleConnection(conn, conn % 7 === 0 ? 'refused-by-client' : 'intercepted'));
  await page.until(`document.querySelector('#connection-120')`);
  const rows = Number(await page.evaluate(`document.querySelectorAll('[role=row]').length`));
  assert.ok(rows < 90, `${rows} rows are drawn of 120`);

  await page.evaluate(`document.querySelector('[role=grid]').focus()`);
  await page.press(KEYS.home);
  await page.until(`document.querySelector('#connection-1')`);
  await page.press('j', KEYS.enter);
  await page.until(`/^#\\d+$/.test(location.hash) && document.querySelector('#section-handshakes')`);
  assert.ok(Number(await page.evaluate(`document.querySelectorAll('[data-leg=client]').length`)) >= 7);
  await page.press(KEYS.escape, KEYS.escape);
  await page.until(`!document.querySelector('#section-handshakes')`);

  await page.press('4');
  await page.until(`document.querySelector('[role=tabpanel]')`);
  assert.equal(await page.evaluate('location.hash'), '#setup');
  await page.press('3');
  await page.until(`location.hash === '#overview'`);
  await page.press('?');
  await page.until(`document.querySelector('dialog[open]')`);
  await page.press(KEYS.escape);
  await page.until(`!document.querySelector('dialog[open]')`);
  assert.deepEqual(page.complaints, []);
});
