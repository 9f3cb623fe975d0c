/** Filters that the reader gave a name, and those that held lately; kept in this browser. */
import { keep, kept, members, texts } from '../text/kept.ts';

export interface SavedFilter {
  readonly name: string;
  readonly text: string;
}

const MOST_SAVED = 50;
const MOST_RECENT = 10;
const LONGEST = 4096;
export const LONGEST_NAME = 60;

export class SavedFilters {
  saved = $state.raw<readonly SavedFilter[]>(kept('filters.saved', readSaved) ?? []);
  /** The newest first. */
  recent = $state.raw<readonly string[]>(kept('filters.recent', (value) => texts(value, MOST_RECENT, LONGEST)) ?? []);

  /** Keeps a filter under a name; another of that name gives way, and so does the oldest of too many. */
  save(name: string, text: string): void {
    const trimmed = name.trim().slice(0, LONGEST_NAME);
    if (trimmed === '' || text.trim() === '') return;
    const others = this.saved.filter((each) => each.name !== trimmed);
    this.saved = [...others, { name: trimmed, text }].slice(-MOST_SAVED);
    keep('filters.saved', this.saved);
  }

  remove(name: string): void {
    this.saved = this.saved.filter((each) => each.name !== name);
    keep('filters.saved', this.saved);
  }

  /** A filter held. */
  note(text: string): void {
    if (text.trim() === '' || text === this.recent[0]) return;
    this.recent = [text, ...this.recent.filter((each) => each !== text)].slice(0, MOST_RECENT);
    keep('filters.recent', this.recent);
  }
}

function readSaved(value: unknown): SavedFilter[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.slice(0, MOST_SAVED).flatMap((each: unknown) => {
    const { name, text } = members(each) ?? {};
    const isOne =
      typeof name === 'string' &&
      name !== '' &&
      name.length <= LONGEST_NAME &&
      typeof text === 'string' &&
      text.length <= LONGEST;
    return isOne ? [{ name, text }] : [];
  });
}
