/** Chromium for the dashboard's tests: a fresh profile, nothing but loopback, every complaint of the page collected. */
import { after } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { toolPath } from '../support/tools.ts';

let running: Promise<Browser> | undefined;

/** The system's Chromium, one for all tests of a file. Ask `needsTool(t, 'chromium')` first. */
function browser(): Promise<Browser> {
  const executablePath = toolPath('chromium');
  running ??= chromium.launch({
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
  return running;
}

after(async () => (await running)?.close());

export interface WatchedPage {
  readonly page: Page;
  /** What went wrong in the page: uncaught errors, Content-Security-Policy violations, failed loads, dialogs. */
  readonly complaints: string[];
}

/** A page in a context of its own. */
export async function openPage(options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await (await browser()).newContext({ viewport: { width: 1280, height: 800 }, ...options });
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
