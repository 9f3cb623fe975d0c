/** The built dashboard opened in a real browser, behind the real API server and its policy, for tests. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import type { Fact } from '../../src/shared/events.ts';
import { type SampleApi, type SampleApiOptions, startSampleApi, TOKEN } from '../support/sample-api.ts';
import { openPage } from './browser.ts';

export const UI = resolve(import.meta.dirname, '../../web-ui/dist');
export const STARTED = {
  type: 'capture.started' as const,
  format: 1,
  wallClock: '2026-01-02T03:04:05Z',
  version: '0.1.0',
} satisfies Fact;

/** Elements that take focus and have no name. As text, since these sources know no DOM. */
export const NAMELESS = `[...document.querySelectorAll('button, a, input, summary, [role=grid], [role=tree], [role=region]')]
  .filter((element) => !element.textContent.trim() && !element.getAttribute('aria-label')
    && !element.getAttribute('aria-labelledby') && !element.closest('label'))
  .map((element) => element.outerHTML)`;

/** Ids that stand twice. */
export const DOUBLE_IDS = `[...document.querySelectorAll('[id]')].map(({ id }) => id)
  .filter((id, index, all) => all.indexOf(id) !== index)`;

/** What a browser says of a server that is going or gone. */
const AWAY = /ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED|WebSocket/;

/** The complaints of a page whose server went away meanwhile, without those that this alone explains. */
export function otherThanAway(complaints: readonly string[]): string[] {
  return complaints.filter((complaint) => !AWAY.test(complaint));
}

export interface OpenOptions {
  /** What happened before the page was opened. */
  readonly facts?: readonly Fact[];
  readonly hash?: string;
  readonly maxBytes?: number;
  /** What else the API is to be like. */
  readonly api?: SampleApiOptions;
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/** The dashboard, live. */
export async function open(t: TestContext, { facts = [], hash = '', maxBytes, api: like, prepare }: OpenOptions = {}) {
  const api: SampleApi = await startSampleApi(t, { uiDir: UI, ...(maxBytes !== undefined && { maxBytes }), ...like });
  api.append([STARTED, ...facts]);
  const { page, complaints } = await openPage();
  await prepare?.(page);
  await page.goto(`http://${api.authority}/?token=${encodeURIComponent(TOKEN)}${hash}`);
  await page.getByText('Live').waitFor();
  if (/^#\d/.test(hash)) await page.locator('#section-handshakes').waitFor();
  /** The page had nothing to complain of. */
  const done = async (): Promise<void> => {
    await page.context().close();
    assert.deepEqual(complaints, []);
  };
  return { api, page, complaints, done };
}

/** A connection's row in the list. */
export function row(page: Page, conn: number) {
  return page.locator(`#connection-${conn}`);
}

/** Its text, blanks made one. */
export async function text(locator: ReturnType<Page['locator']>): Promise<string> {
  return ((await locator.textContent()) ?? '').replace(/\s+/g, ' ');
}
