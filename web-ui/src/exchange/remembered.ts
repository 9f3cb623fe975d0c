/** Small choices of the reader, kept in this browser. Where it keeps nothing, they last as long as the page. */

const PREFIX = 'tlscope.';
type Store = Pick<Storage, 'getItem' | 'setItem'>;

/** Choices of one kind; the oldest go first. */
const MAX_KEYS = 100;

/** One choice. */
export class Remembered<Choice extends string> {
  readonly #name: string;
  readonly #choices: readonly Choice[];
  readonly #store: Store | undefined;

  /** @param choices what it may be; the first is what it is before anybody chose */
  constructor(name: string, choices: readonly [Choice, ...Choice[]], store: Store | undefined = browserStore()) {
    this.#name = PREFIX + name;
    this.#choices = choices;
    this.#store = store;
  }

  get(): Choice {
    const kept = attempt(() => this.#store?.getItem(this.#name));
    return this.#choices.find((each) => each === kept) ?? this.#choices[0]!;
  }

  set(choice: Choice): void {
    attempt(() => this.#store?.setItem(this.#name, choice));
  }
}

/** One choice for each of many keys, e.g. a view for each media type. */
export class RememberedByKey {
  readonly #name: string;
  readonly #store: Store | undefined;

  constructor(name: string, store: Store | undefined = browserStore()) {
    this.#name = PREFIX + name;
    this.#store = store;
  }

  get(key: string): string | undefined {
    return this.#all().find(([each]) => each === key)?.[1];
  }

  set(key: string, choice: string): void {
    const others = this.#all().filter(([each]) => each !== key);
    const kept = [...others, [key, choice]].slice(-MAX_KEYS);
    attempt(() => this.#store?.setItem(this.#name, JSON.stringify(kept)));
  }

  #all(): readonly (readonly [string, string])[] {
    const kept: unknown = attempt(() => JSON.parse(this.#store?.getItem(this.#name) ?? '[]'));
    return Array.isArray(kept) ? kept.filter(isPair) : [];
  }
}

function isPair(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string';
}

/** A browser that is told to keep nothing refuses already to be asked. */
function browserStore(): Storage | undefined {
  return attempt(() => globalThis.localStorage);
}

function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
