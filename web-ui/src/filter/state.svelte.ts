/** The filter box's text and what holds of it: while the text is faulty, the last filter that was none. */
import type { FilterError } from '../../../src/filter/fault.ts';
import { parseFilter } from '../../../src/filter/filter.ts';
import { Judge, type Known } from './judge.ts';
import { lackingNote } from './lacking.ts';

export class FilterState {
  error = $state.raw<FilterError>();
  /** Absent when everything is let through. */
  judge = $state.raw<Judge>();
  /** What the filter asks that the lists do not hold; empty when nothing. */
  note = $state('');
  #text = $state('');
  readonly #known: Known;

  constructor(known: Known) {
    this.#known = known;
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    if (text === this.#text) return;
    this.#text = text;
    const parsed = parseFilter(text);
    this.error = parsed.ok ? undefined : parsed.error;
    if (!parsed.ok) return;
    this.judge = text.trim() === '' ? undefined : new Judge(parsed.filter, this.#known);
    this.note = lackingNote(parsed.filter.expression);
  }
}
