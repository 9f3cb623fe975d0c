/** What the writers of code share: the fields of a request that its sender chose, and those that its client will add. */
import type { HeaderPair, HttpExchange } from '../shared/exchange.ts';
import { printable } from '../wire/x509/printable.ts';
import { isPseudo } from './content.ts';

/** RFC 9110 §5.6.2. */
export const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** A note as one line of ASCII, for a comment. */
export function ascii(note: string): string {
  return printable(note.replace(/[’‘]/g, "'").replaceAll('…', '...')).replace(/[^\x20-\x7e]/g, '?');
}

export interface RequestFields {
  readonly fields: readonly HeaderPair[];
  /** One line each, safe in a comment. */
  readonly notes: readonly string[];
}

/**
 * The request's fields without HTTP/2's pseudo-header fields and without those in `without` (lower case).
 * What is no field at all by HTTP's grammar is left out and said.
 */
export function requestFields({ request }: HttpExchange, without: ReadonlySet<string>): RequestFields {
  const notes: string[] = [];
  const fields = request.headers.filter((pair) => {
    const [name, value] = pair;
    if (isPseudo(pair) || without.has(name.toLowerCase())) return false;
    const isField = TOKEN.test(name) && !/[\0\r\n]/.test(value);
    if (!isField) notes.push(`Left out, as it is no header field: ${printable(name)}`);
    return isField;
  });
  return { fields, notes };
}
