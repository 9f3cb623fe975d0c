/** The names of the filter language, all in one table: what each is, what it costs, how it reads. */

import { CONNECTION_FIELDS } from './fields-connection.ts';
import { EXCHANGE_FIELDS } from './fields-exchange.ts';
import { LEG_FIELDS } from './fields-legs.ts';
import type { FilterSubject } from './subject.ts';

/** `text` compares with texts, globs and regular expressions; `flag` is up or not; all else are numbers in some dress. */
export type FieldKind = 'text' | 'number' | 'status' | 'size' | 'duration' | 'version' | 'flag';

/**
 * What a filter asks of its subjects beyond a connection's summary:
 * `exchange`: an exchange's summary. `headers`: the whole exchange.
 * `connection`: the whole connection (decodes nothing).
 * `fingerprints`, `comparison`, `findings`: these parts of it, which are computed when somebody looks.
 * `body`: bodies as text.
 */
export type FilterNeed = 'exchange' | 'headers' | 'connection' | 'fingerprints' | 'comparison' | 'findings' | 'body';

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  /** One line for completion. */
  readonly text: string;
  /** A filter that uses it. */
  readonly example: string;
  readonly needs: readonly FilterNeed[];
  /** A name in brackets behind it, as in `header[host]`. */
  readonly bracketed?: true;
  /** `name(value, …)` is how `in` is written. */
  readonly called?: true;
  /** Texts compare with regard to case; without it they do not. */
  readonly exactCase?: true;
  /** All that the subject has of it; any of them may match. `argument`: what stands in the brackets, in lower case. */
  readonly read: (subject: FilterSubject, argument: string) => readonly (string | number)[] | boolean;
  /** What its bare name means, where that is not a word to search for: whether it exists, judged by this if given. */
  readonly alone?: true | ((subject: FilterSubject) => boolean);
}

/** A field as a filter names it. */
export interface FieldRef {
  readonly name: string;
  /** What stands in the brackets, in lower case. */
  readonly argument?: string;
}

export const FIELDS: readonly Field[] = [...EXCHANGE_FIELDS, ...CONNECTION_FIELDS, ...LEG_FIELDS];

const BY_NAME: ReadonlyMap<string, Field> = new Map(FIELDS.map((field) => [field.name, field]));

/** By its name in lower case. */
export function fieldNamed(name: string): Field | undefined {
  return BY_NAME.get(name);
}

/** `Header["X-Id"]` as the field it names: `header`, of `x-id`. Any other text is a name without brackets. */
export function fieldRef(text: string): FieldRef {
  const open = text.indexOf('[');
  if (open < 0 || !text.endsWith(']')) return { name: text.toLowerCase() };
  const inside = text.slice(open + 1, -1).trim();
  const quoted = /^(["'])(.*)\1$/s.exec(inside)?.[2];
  return { name: text.slice(0, open).toLowerCase(), argument: (quoted ?? inside).toLowerCase() };
}

/** Whether the bare name asks something, so that it is no word to search for. */
export function standsAlone(field: Field): boolean {
  return field.kind === 'flag' || field.alone !== undefined;
}
