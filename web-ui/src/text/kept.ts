/**
 * What the page remembers in this browser, by name. Whatever stands there and is not what it should be (another version's,
 * somebody's hand) counts as nothing; where the browser keeps nothing, nothing is remembered.
 */

const PREFIX = 'tlscope.';

/** What was kept under `name`, if `check` says that it is that; `check` takes any JSON value. */
export function kept<Value>(name: string, check: (value: unknown) => Value | undefined): Value | undefined {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? undefined : check(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Keeps a JSON-safe value; `undefined` takes away what was kept. */
export function keep(name: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Full, or not allowed here: the page goes on without.
  }
}

/** A check for lists of texts: at most `most`, none longer than `longest`. */
export function texts(value: unknown, most: number, longest: number): string[] | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined;
  return value.every((each) => typeof each === 'string' && each.length <= longest) ? (value as string[]) : undefined;
}

/** A check for objects: its own members, or `undefined` for what is none. */
export function members(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
