/** Texts that many summaries have in common, such as host names and media types: each is there once, in memory of its own. */

const TEXTS = new Map<string, string>();
const MAX_TEXTS = 4096;
/** Characters; longer ones are seldom alike. */
const MAX_SHARED = 256;

/** The text as its own, and as that of all others that have it. */
export function shared(text: string): string {
  const known = TEXTS.get(text);
  if (known !== undefined) return known;
  const copy = own(text);
  if (text.length > MAX_SHARED) return copy;
  if (TEXTS.size === MAX_TEXTS) TEXTS.clear();
  TEXTS.set(copy, copy);
  return copy;
}

/** After a deletion: what only deleted ones had must not stay in memory. What others have goes on being theirs. */
export function forgetShared(): void {
  TEXTS.clear();
}

/** How many texts are shared by now. For tests, and for people. */
export function sharedCount(): number {
  return TEXTS.size;
}

/** Its texts are no longer parts of longer ones, which they would keep. */
export function own<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
