/** Small choices of the reader, kept in this browser. Where it keeps nothing, they last as long as the page. */
import { keep, kept } from '../text/kept.ts';

/** Choices of one kind; the oldest go first. */
const MAX_KEYS = 100;

/** One choice. */
export class Remembered<Choice extends string> {
  readonly #name: string;
  readonly #choices: readonly [Choice, ...Choice[]];

  /** @param choices what it may be; the first is what it is before anybody chose */
  constructor(name: string, choices: readonly [Choice, ...Choice[]]) {
    this.#name = name;
    this.#choices = choices;
  }

  get(): Choice {
    return kept(this.#name, (value) => this.#choices.find((each) => each === value)) ?? this.#choices[0];
  }

  set(choice: Choice): void {
    keep(this.#name, choice);
  }
}

/** One choice for each of many keys, e.g. a view for each media type. */
export class RememberedByKey {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  get(key: string): string | undefined {
    return this.#all().find(([each]) => each === key)?.[1];
  }

  set(key: string, choice: string): void {
    const others = this.#all().filter(([each]) => each !== key);
    keep(this.#name, [...others, [key, choice]].slice(-MAX_KEYS));
  }

  #all(): readonly (readonly [string, string])[] {
    return kept(this.#name, (value) => (Array.isArray(value) ? value.filter(isPair) : undefined)) ?? [];
  }
}

function isPair(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string';
}
