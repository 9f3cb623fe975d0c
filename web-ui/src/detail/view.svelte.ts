/** What the reader has opened in one connection. It outlives every re-read of the connection's data. */

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { LegRole } from '../../../src/shared/model.ts';
import { type Form, readForm, rememberForm } from './form.ts';

export type MessageKey = `${LegRole}:${number}`;

/** Events of the ladder that are drawn before the reader asks for more, and how many more each time. */
const PART = 200;

export class View {
  /** The message whose fields are shown. */
  opened = $state<MessageKey>();
  /** Messages that the reader last asked to be shown, e.g. those of a finding. */
  readonly pointed = new SvelteSet<MessageKey>();
  /** How the handshakes are shown. */
  form = $state(readForm());
  /** How many events of the ladder are drawn at most. */
  drawn = $state(PART);
  readonly #folds = new Map<MessageKey, SvelteMap<string, boolean>>();

  toggle(key: MessageKey): void {
    this.pointed.clear();
    this.opened = this.opened === key ? undefined : key;
  }

  /** Points at these messages, and at none besides. */
  point(keys: readonly MessageKey[]): void {
    this.pointed.clear();
    for (const key of keys) this.pointed.add(key);
  }

  /** Shows the handshakes so from now on. */
  turnTo(form: Form): void {
    this.form = form;
    rememberForm(form);
  }

  /** Draws `count` events at least, in whole parts. */
  draw(count: number): void {
    this.drawn = Math.max(this.drawn, Math.ceil(count / PART) * PART);
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
