/** From a place that names another to that place. */
import { tick } from 'svelte';
import type { LegRole } from '../../../src/shared/model.ts';
import { messageKey, type View } from './view.svelte.ts';

/** Marks the lines of `messages` of a leg, and brings the first of them into view and focus. */
export async function jumpTo(view: View, leg: LegRole, messages: readonly number[]): Promise<void> {
  view.point(messages.map((n) => messageKey(leg, n)));
  for (const n of messages) {
    const line = await lineOf(view, leg, n);
    if (line === null) continue;
    line.scrollIntoView({ block: 'center' });
    line.focus({ preventScroll: true });
    return;
  }
}

/** Brings a message into view and focus, and opens it. */
export async function openMessage(view: View, leg: LegRole, n: number): Promise<void> {
  const line = await lineOf(view, leg, n);
  line?.scrollIntoView({ block: 'center' });
  line?.focus({ preventScroll: true });
  view.point([]);
  view.opened = messageKey(leg, n);
}

/** The line of a message; one that was left out of the ladder for its length is drawn first. */
async function lineOf(view: View, leg: LegRole, n: number): Promise<HTMLElement | null> {
  const find = () => document.querySelector<HTMLElement>(`button[data-leg="${leg}"][data-n="${n}"]`);
  const most = view.drawn + 2 * n;
  while (find() === null && view.drawn < most) {
    view.draw(view.drawn + 1);
    await tick();
  }
  return find();
}

/** Brings an event of the ladder into view and focus. */
export async function jumpToEvent(view: View, key: string): Promise<void> {
  view.form = 'ladder';
  view.point([]);
  await tick();
  const line = document.querySelector<HTMLElement>(`li[data-event="${CSS.escape(key)}"]`);
  if (line === null) return;
  line.scrollIntoView({ block: 'center' });
  (line.querySelector('button') ?? line).focus({ preventScroll: true });
}

/** Brings what is said of a leg's failure into view and focus. */
export function showFailure(leg: LegRole): void {
  show(`failure-${leg}`);
}

/** Brings a part of the page into view and focus. */
export function showSection(id: string): void {
  show(`section-${id}`);
}

function show(id: string): void {
  const place = document.getElementById(id);
  place?.scrollIntoView({ block: 'start' });
  place?.focus({ preventScroll: true });
}
