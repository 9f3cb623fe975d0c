/** Chromium for the dashboard's tests: a fresh profile, nothing but loopback, every complaint of the page collected. */
import type { TestContext } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { toolPath } from '../support/tools.ts';

/** Starts the system's Chromium; it is closed when the test ends. Ask `needsTool(t, 'chromium')` first. */
export async function startBrowser(t: TestContext): Promise<Browser> {
  const executablePath = toolPath('chromium');
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  t.after(() => browser.close());
  return browser;
}

export interface WatchedPage {
  readonly page: Page;
  /** What went wrong in the page: uncaught errors, Content-Security-Policy violations, failed loads, dialogs. */
  readonly complaints: string[];
}

/** A page in a context of its own. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, complaints };
}
