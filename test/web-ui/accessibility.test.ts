/** What axe finds in the built dashboard, in every page and state of it, in both themes; and what it cannot find. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createLogger } from '../../src/cli/logger.ts';
import { type Demo, runDemo } from '../../src/demo/run-demo.ts';
import type { ExchangesPage } from '../../src/shared/api.ts';
import type { ConnectionSummary } from '../../src/shared/model.ts';
import { startSampleApi, TOKEN } from '../support/sample-api.ts';
import { needsTool } from '../support/tools.ts';
import { openPage } from './browser.ts';
import { STARTED, UI } from './dashboard.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let demo: Demo;
let whole: number;
let failed: number;
let exchange: number;
before(async () => {
  demo = await runDemo({ port: 0, uiPort: 0, log: createLogger('silent'), print: () => {}, width: 120, colour: false });
  const ask = async (path: string) => {
    const { port, token } = demo.app.ui;
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return answer.json();
  };
  const lines = (await ask('/api/connections')) as ConnectionSummary[];
  whole = lines.find(({ legs }) => legs.client?.state === 'established' && legs.server?.state === 'established')!.id;
  failed = lines.find(({ legs }) => legs.client?.failure !== undefined)!.id;
  exchange = ((await ask('/api/exchanges')) as ExchangesPage).exchanges[0]!.id;
});
after(() => demo.stop('the test is over'));

interface State {
  readonly name: string;
  readonly hash: () => string;
  /** What to do there; it resolves once the state is there. */
  readonly reach: (page: Page) => Promise<unknown>;
  /** How to get out of it again, where another address does not. */
  readonly leave?: (page: Page) => Promise<unknown>;
}

const closeDialog = async (page: Page) => {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
};
const clearFilter = (page: Page) => page.getByRole('combobox').first().fill('');
const detail = (page: Page) => page.locator('#section-handshakes').waitFor();

const STATES: readonly State[] = [
  { name: 'connections', hash: () => '', reach: (page) => page.getByRole('grid').waitFor() },
  { name: 'a connection', hash: () => `#${whole}`, reach: detail },
  {
    name: 'a message',
    hash: () => `#${whole}`,
    reach: async (page) => {
      await detail(page);
      await page.locator('button[data-leg=client][data-n="1"]').first().click();
      await page.getByRole('tree').first().waitFor();
    },
  },
  { name: 'a failed connection', hash: () => `#${failed}`, reach: detail },
  { name: 'exchanges', hash: () => '#exchanges', reach: (page) => page.getByRole('grid').waitFor() },
  { name: 'an exchange', hash: () => `#e${exchange}`, reach: (page) => page.locator('#section-response').waitFor() },
  { name: 'overview', hash: () => '#overview', reach: (page) => page.getByRole('main').waitFor() },
  { name: 'compare', hash: () => `#compare/${whole}/${failed}`, reach: (page) => page.getByRole('main').waitFor() },
  { name: 'compare, nothing chosen', hash: () => '#compare', reach: (page) => page.getByRole('main').waitFor() },
  { name: 'set up', hash: () => '#setup', reach: (page) => page.getByRole('tabpanel').waitFor() },
  {
    name: 'set up, phones',
    hash: () => '#setup',
    reach: (page) => page.getByRole('button', { name: 'iOS', exact: true }).click(),
  },
  {
    name: 'keys',
    hash: () => '',
    reach: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
    leave: closeDialog,
  },
  {
    name: 'a filter with an error',
    hash: () => '',
    reach: async (page) => {
      await page.getByRole('combobox').first().fill('hots = a');
      await page.getByRole('alert').waitFor();
    },
    leave: clearFilter,
  },
  {
    name: 'completion',
    hash: () => '',
    reach: async (page) => {
      await page.getByRole('combobox').first().pressSequentially('ho');
      await page.getByRole('option').first().waitFor();
    },
    leave: clearFilter,
  },
  {
    name: 'search',
    hash: () => '',
    reach: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
    },
  },
];

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious, ${theme}`, async (t) => {
    if (!needsTool(t, 'chromium')) return;
    const { page } = await openPage({ colorScheme: theme });
    const found: string[] = [];
    const { port, token } = demo.app.ui;
    await page.goto(`http://127.0.0.1:${port}/?token=${token}`);
    for (const { name, hash, reach, leave } of STATES) {
      await page.evaluate(`location.hash = ${JSON.stringify(hash())}`);
      await reach(page);
      found.push(...(await serious(page, theme)).map((each) => `${name}: ${each}`));
      await leave?.(page);
    }
    await page.context().close();
    assert.deepEqual(found, []);
  });
}

test('axe finds nothing serious where there is nothing to show', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const api = await startSampleApi(t, { uiDir: UI });
  api.append([STARTED]);
  const { page } = await openPage();
  const found: string[] = [];
  const look = async (name: string) => {
    found.push(...(await serious(page, 'light')).map((each) => `${name}: ${each}`));
  };
  await page.goto(`http://${api.authority}/`);
  await page.getByRole('heading', { name: "This page needs the dashboard's token" }).waitFor();
  await look('no token');
  await page.goto(`http://${api.authority}/?token=${encodeURIComponent(TOKEN)}`);
  await page.getByText('No connection yet').waitFor();
  await look('empty');
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByRole('alert').waitFor();
  await look('no proxy to set up');
  await api.api.close();
  await page.getByText('Connection to the proxy lost.').waitFor();
  await look('offline');
  await page.context().close();
  assert.deepEqual(found, []);
});

test('at 200 % everything is still there, and nothing has to be scrolled sideways', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  // Zoom by the browser is a smaller viewport with larger pixels: 1280 by 800 at 200 %.
  const page = await demoPage({ viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
  for (const name of ['Exchanges', 'Overview', 'Set up', 'Connections']) {
    await page.getByRole('button', { name, exact: true }).first().click();
    await page.getByRole('main').first().waitFor();
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 640, name);
    for (const control of ['Keys', 'Set up']) {
      const box = await page.getByRole('button', { name: control, exact: true }).first().boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= 640 && box.y + box.height <= 400, `${name}: ${control}`);
    }
  }
  await page.context().close();
});

test('nothing moves for those who asked for less motion', async (t) => {
  if (!needsTool(t, 'chromium')) return;
  const page = await demoPage({ reducedMotion: 'reduce' });
  for (const hash of [`#${whole}`, `#e${exchange}`, '#overview', '#setup']) {
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await page.getByRole('main').first().waitFor();
    assert.deepEqual(await page.evaluate(MOVING), [], hash);
  }
  await page.context().close();
});

async function demoPage(options: Parameters<typeof openPage>[0]): Promise<Page> {
  const { page } = await openPage(options);
  const { port, token } = demo.app.ui;
  await page.goto(`http://127.0.0.1:${port}/?token=${token}`);
  await page.getByRole('grid').waitFor();
  return page;
}

/** Elements whose style lets them move for longer than a moment. */
const MOVING = `[...document.querySelectorAll('*')].filter((element) => {
  const { animationName, animationDuration, transitionDuration } = getComputedStyle(element);
  const long = (value) => value.split(',').some((each) => parseFloat(each) * (each.trim().endsWith('ms') ? 0.001 : 1) > 0.001);
  return (animationName !== 'none' && long(animationDuration)) || long(transitionDuration);
}).map((element) => element.outerHTML.slice(0, 80))`;

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly {
    readonly html: string;
    readonly target: readonly string[];
    readonly failureSummary?: string;
  }[];
}

/** Rules that axe calls moderate: everything stands in a landmark, and each has a name of its own. */
const LANDMARKS = new Set(['region', 'landmark-unique']);

/** Only the colours differ between the themes: in the dark one, no more is asked. */
async function serious(page: Page, theme: 'light' | 'dark'): Promise<string[]> {
  // As an expression of the debugger's: the policy of the page lets no script in.
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(AXE);
  const options = theme === 'dark' ? { runOnly: ['color-contrast'] } : {};
  const { violations } = (await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'], ...${JSON.stringify(options)} })`,
  )) as { violations: Violation[] };
  return violations
    .filter(({ id, impact }) => impact === 'serious' || impact === 'critical' || LANDMARKS.has(id))
    .flatMap(({ id, impact, help, nodes }) =>
      nodes
        .slice(0, 4)
        .map(
          ({ target, html, failureSummary = '' }) =>
            `${impact} ${id}: ${help}; ${target.join(' ')} ${html.slice(0, 120)} ${failureSummary.split('\n')[1]?.trim() ?? ''}`,
        ),
    );
}
