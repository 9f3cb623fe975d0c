/** What the reader has opened in one connection. It outlives every re-read of the connection's data. */

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { LegRole } from '../../../src/shared/model.ts';

export type MessageKey = `${LegRole}:${number}`;

export class View {
  /** Messages whose fields are shown. */
  readonly open = new SvelteSet<MessageKey>();
  /** Messages that the reader last asked to be shown, e.g. those of a finding. */
  readonly pointed = new SvelteSet<MessageKey>();
  readonly #folds = new Map<MessageKey, SvelteMap<string, boolean>>();

  toggle(key: MessageKey): void {
    this.pointed.clear();
    if (!this.open.delete(key)) this.open.add(key);
  }

  /** Points at these messages, and at none besides. */
  point(keys: readonly MessageKey[]): void {
    this.pointed.clear();
    for (const key of keys) this.pointed.add(key);
  }

  /** Which branches of a message's field tree the reader unfolded or folded. */
  folds(key: MessageKey): SvelteMap<string, boolean> {
    let folds = this.#folds.get(key);
    if (folds === undefined) {
      folds = new SvelteMap();
      this.#folds.set(key, folds);
    }
    return folds;
  }
}

/** The key of message `n` of a leg. */
export function messageKey(leg: LegRole, n: number): MessageKey {
  return `${leg}:${n}`;
}
