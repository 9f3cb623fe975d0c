/** What holds for the field tree of any message, whole or cut. */
import type { Field } from '../../../src/shared/model.ts';

type Span = readonly [start: number, end: number];

/**
 * Asserts that the fields follow each other within `outer` without a hole, and fill it; that a group is filled by its
 * children; and that the children of a value lie within it, or within what was made of it (`inner`).
 *
 * It makes no words before something is wrong: a deep run asks it millions of times.
 */
export function assertNested(fields: readonly Field[], outer: Span, where: string): void {
  let reached = outer[0];
  for (const field of fields) {
    const { range, children = [], inner, name } = field;
    const [start, end] = range;
    if (start !== reached || end < start || end > outer[1]) fail(field, outer, where);
    if (inner !== undefined) assertNested(children, [0, inner.length / 2], name);
    else if (field.value !== undefined) assertWithin(children, range, name);
    else if (end > start) assertNested(children, range, name);
    reached = end;
  }
  if (reached !== outer[1]) throw new Error(`${where}: filled to ${reached} of ${outer.join('-')}`);
}

/** The children of a value (the length before it, a certificate's own tree) need not fill it. */
function assertWithin(fields: readonly Field[], outer: Span, where: string): void {
  for (const field of fields) {
    const { range, children } = field;
    if (range[0] < outer[0] || range[1] > outer[1] || range[0] > range[1]) fail(field, outer, where);
    if (children) assertWithin(children, range, field.name);
  }
}

function fail({ name, range }: Field, outer: Span, where: string): never {
  throw new Error(`${where}: ${name} ${range.join('-')} in ${outer.join('-')}`);
}
