/** What is wrong with a filter, for people. */

export interface FilterError {
  /** One sentence. */
  readonly message: string;
  /** Where it begins, counted from 1 in UTF-16 units; one past the end when something is missing there. */
  readonly column: number;
  /** Units from `column` on that it is about; 0 when something is missing. */
  readonly length: number;
  /** What to do about it. */
  readonly hint?: string;
}

/** How a fault leaves the depths of the parser. It never leaves `parseFilter`. */
export class FilterFault {
  readonly error: FilterError;

  constructor(place: { readonly start: number; readonly end: number }, message: string, hint?: string) {
    const { start, end } = place;
    this.error = { message, column: start + 1, length: end - start, ...(hint !== undefined && { hint }) };
  }
}

const MAX_SHOWN = 40;

/** The user's own text in a message: short, and with nothing in it that is not plainly visible. */
export function shown(text: string): string {
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
}
