/** From a place that names messages to their lines among the handshakes. */
import type { LegRole } from '../../../src/shared/model.ts';
import { messageKey, type View } from './view.svelte.ts';

/** Marks the lines of `messages` of a leg, and brings the first of them into view and focus. */
export function jumpTo(view: View, leg: LegRole, messages: readonly number[]): void {
  view.point(messages.map((n) => messageKey(leg, n)));
  for (const n of messages) {
    const line = document.querySelector<HTMLElement>(`button[data-leg="${leg}"][data-n="${n}"]`);
    if (line === null) continue;
    line.scrollIntoView({ block: 'center' });
    line.focus({ preventScroll: true });
    return;
  }
}
