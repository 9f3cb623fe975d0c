/** What is masked in exports of exchanges: the reader's choice, in the words of the API's `redact`. */

export interface Masking {
  readonly cookies: boolean;
  readonly authorization: boolean;
  /** More words: `header:x-api-key, query:token, field:password`. */
  readonly more: string;
}

const WORD = /^(?:cookies|authorization|(?:header|query|field):.+)$/;

/** The `redact` of a request; empty when nothing is to be masked. */
export function redactOf({ cookies, authorization, more }: Masking): string {
  return [...(cookies ? ['cookies'] : []), ...(authorization ? ['authorization'] : []), ...wordsOf(more)].join(',');
}

/** A word that the API would not take, so that nobody shares what was meant to be masked. */
export function badWord({ more }: Masking): string | undefined {
  return wordsOf(more).find((word) => !WORD.test(word));
}

function wordsOf(more: string): string[] {
  return more.split(/[,\s]+/).filter((word) => word !== '');
}
