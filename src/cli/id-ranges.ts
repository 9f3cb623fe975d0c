/** Connections and exchanges as users name them on the command line: numbers, and ranges of them. */
import { UserError } from '../errors.ts';

export interface IdRange {
  readonly from: number;
  /** Itself included. */
  readonly to: number;
}

/**
 * @param texts each a number or a range, `5-9`
 * @param option that they were given with
 * @throws UserError `option-invalid`
 */
export function readIdRanges(texts: readonly string[], option: string, more = ''): readonly IdRange[] {
  return texts.map((text) => {
    const [, from, to = from] = /^([1-9]\d{0,14})(?:-([1-9]\d{0,14}))?$/.exec(text) ?? [];
    if (from !== undefined && Number(from) <= Number(to)) return { from: Number(from), to: Number(to) };
    const expected =
      from === undefined
        ? `Ids are the numbers that are shown, and ranges of them, e.g. 1 2 5-9${more}.`
        : `A range begins with the lower id: ${to}-${from}.`;
    throw new UserError('option-invalid', { option, value: text, expected });
  });
}

/** As it was given. */
export function rangeText({ from, to }: IdRange): string {
  return from === to ? `${from}` : `${from}-${to}`;
}
