/** What a filter says, as a tree: what the parser makes and all else reads. JSON-safe, and equal for equal filters. */
import type { FieldRef } from './fields.ts';

export type Expression =
  /** Every one holds; the empty filter is an `all` of nothing. */
  | { readonly kind: 'all'; readonly of: readonly Expression[] }
  | { readonly kind: 'any'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  /** The text stands in one of the subject's words; with `glob`, `*` is any run of characters. */
  | { readonly kind: 'word'; readonly text: string; readonly glob: boolean }
  | Test;

export interface Test {
  readonly kind: 'test';
  readonly field: FieldRef;
  readonly operator: Operator;
  /** None for `exists`, one or more for `in`, else one. */
  readonly values: readonly Value[];
}

/** `!=` and `!~` are a `not` around `=` and `~`. On a flag, `exists` asks whether it is up. */
export type Operator = '=' | '<' | '<=' | '>' | '>=' | '~' | 'contains' | 'startswith' | 'endswith' | 'in' | 'exists';

export type Value =
  /** With `glob`, `*` is any run of characters and `?` any one. */
  | { readonly kind: 'text'; readonly text: string; readonly glob: boolean }
  /** In the field's unit: bytes, milliseconds, a status. Both ends included; a number is a range of one, `4xx` of a hundred. */
  | { readonly kind: 'number'; readonly low: number; readonly high: number }
  | { readonly kind: 'regex'; readonly source: string; readonly ignoreCase: boolean };

/** Longest filter, in UTF-16 units. Bounds the time to parse and the size of what comes of it. */
export const MAX_LENGTH = 4096;
/** How deep parentheses and `not` may stand. */
export const MAX_DEPTH = 64;
/** Steps that the regular expressions of one filter may make together. */
export const MAX_REGEX_STEPS = 5000;
