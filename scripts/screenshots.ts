/**
 * `npm run screenshots`: pictures of every page of the dashboard in both themes, from a run of the demo, into docs/.
 * Needs Chromium; builds the dashboard first, so that it shows this checkout.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { createLogger } from '../src/cli/logger.ts';
import { runDemo } from '../src/demo/run-demo.ts';
import type { ExchangesPage } from '../src/shared/api.ts';
import type { ConnectionSummary } from '../src/shared/model.ts';
import { toolPath } from '../test/support/tools.ts';
import { indexed } from './indexed-png.ts';

const ROOT = resolve(import.meta.dirname, '..');
const OUT = join(ROOT, 'docs');
const THEMES = ['light', 'dark'] as const;

const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
spawnSync(process.execPath, [vite, 'build', 'web-ui', '--logLevel', 'warn'], { cwd: ROOT, stdio: 'inherit' });

const demo = await runDemo({
  port: 0,
  uiPort: 0,
  log: createLogger('error'),
  print: () => {},
  width: 120,
  colour: false,
});
const { port, token } = demo.app.ui;
const executablePath = toolPath('chromium');
const browser = await chromium.launch({
  ...(executablePath !== undefined && { executablePath }),
  args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
});
try {
  mkdirSync(OUT, { recursive: true });
  const shots = await plan();
  for (const theme of THEMES) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: theme });
    await page.goto(`http://127.0.0.1:${port}/?token=${token}`);
    await page.getByRole('grid').waitFor();
    for (const { name, hash, ready, height = 800 } of shots) {
      await page.setViewportSize({ width: 1280, height });
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      await ready(page);
      // What has focus has a ring, which would stand in the picture for no reason.
      await page.evaluate('document.activeElement?.blur(); document.fonts.ready');
      await page.mouse.move(0, 0);
      const png = indexed(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
      const file = join(OUT, `${name}-${theme}.png`);
      writeFileSync(file, png);
      console.log(`${file}  ${(png.length / 1000).toFixed(0)} kB`);
    }
    await page.close();
  }
} finally {
  await browser.close();
  await demo.stop('the pictures are taken');
}

interface Shot {
  readonly name: string;
  readonly hash: string;
  readonly height?: number;
  readonly ready: (page: Page) => Promise<unknown>;
}

/** The pages, with connections and exchanges of the demo on which much can be seen. */
async function plan(): Promise<readonly Shot[]> {
  const lines = (await ask('/api/connections')) as ConnectionSummary[];
  const { exchanges } = (await ask('/api/exchanges')) as ExchangesPage;
  const whole = lines.find(({ legs }) => legs.client?.version === 'TLS 1.3' && legs.server?.state === 'established');
  const old = lines.find(({ legs }) => legs.client?.version === 'TLS 1.2' && legs.server?.state === 'established');
  const failed = lines.find(({ legs }) => legs.client?.failure?.cause === 'ca-not-trusted-by-client');
  const exchange = exchanges.find(({ protocol }) => protocol === 'HTTP/2') ?? exchanges[0];
  if (!whole || !old || !failed || !exchange) throw new Error('The demo has not made what the pictures show.');
  const handshakes = (page: Page) => page.locator('#section-handshakes').waitFor();
  return [
    { name: 'connections', hash: '', ready: (page) => page.getByRole('grid').waitFor() },
    { name: 'connection', hash: `#${whole.id}`, height: 1000, ready: handshakes },
    { name: 'failure', hash: `#${failed.id}`, ready: handshakes },
    { name: 'exchange', hash: `#e${exchange.id}`, ready: (page) => page.locator('#section-response').waitFor() },
    { name: 'overview', hash: '#overview', ready: (page) => page.locator('main[aria-label=Overview]').waitFor() },
    {
      name: 'compare',
      hash: `#compare/${whole.id}/${old.id}`,
      ready: (page) => page.locator('main[aria-label=Compare]').waitFor(),
    },
    { name: 'setup', hash: '#setup', ready: (page) => page.getByRole('tabpanel').waitFor() },
  ];
}

async function ask(path: string): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return answer.json();
}
