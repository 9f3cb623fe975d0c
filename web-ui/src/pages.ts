/**
 * The pages. The code of those beside the two lists comes after the lists are on screen, and is there before it is asked
 * for in most cases, so that it does not need a proxy that still runs.
 */
import type { Place } from './place.ts';

/** The pages that one turns to, with their keys. */
export const PAGES = [
  ['connections', 'Connections', '1'],
  ['exchanges', 'Exchanges', '2'],
  ['overview', 'Overview', '3'],
  ['setup', 'Set up', '4'],
] as const;

export type PageName = (typeof PAGES)[number][0];

export const PAGE_CODE = {
  overview: () => import('./overview/Overview.svelte'),
  setup: () => import('./setup/Setup.svelte'),
  compare: () => import('./compare/Compare.svelte'),
} satisfies Partial<Record<Place['view'], () => Promise<unknown>>>;

/** Reads the code of all pages when the browser has nothing better to do. What fails is tried again when it is needed. */
export function readAhead(): void {
  const read = () => {
    for (const page of Object.values(PAGE_CODE)) page().catch(() => {});
  };
  if ('requestIdleCallback' in window) window.requestIdleCallback(read, { timeout: 2000 });
  else setTimeout(read, 1000);
}
