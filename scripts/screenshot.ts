/** Makes docs/dashboard.png: the dashboard after a run of the demo, one connection open. Needs Chromium. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { createLogger } from '../src/cli/logger.ts';
import { runDemo } from '../src/demo/run-demo.ts';

const OUT = resolve(import.meta.dirname, '..', 'docs', 'dashboard.png');
/** Which of the demo's connections is open in the picture: one where much can be seen. */
const SHOWN = 3;

const demo = await runDemo({
  port: 0,
  uiPort: 0,
  log: createLogger('error'),
  print: () => {},
  width: 120,
  colour: false,
});
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1100 }, colorScheme: 'light' });
  const { port, token } = demo.app.ui;
  // In one address, so that the list shows the connection too.
  await page.goto(`http://127.0.0.1:${port}/?token=${token}#${SHOWN}`);
  await page.getByText('The two handshakes').waitFor();
  await page.waitForTimeout(500);
  mkdirSync(join(OUT, '..'), { recursive: true });
  await page.screenshot({ path: OUT });
} finally {
  await browser.close();
  await demo.stop('the picture is taken');
}
