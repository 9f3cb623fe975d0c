/** What holds for the field tree of any message, whole or cut. */
import assert from 'node:assert/strict';
import type { Field } from '../../../src/shared/model.ts';

/**
 * Asserts that the fields follow each other within `outer` without a hole, and fill it; that a group is filled by its
 * children; and that the children of a value lie within it, or within what was made of it (`inner`).
 */
export function assertNested(fields: readonly Field[], outer: readonly [number, number], where: string): void {
  assert.equal(reach(fields, outer, where), outer[1], `${where}: filled`);
}

function reach(fields: readonly Field[], outer: readonly [number, number], where: string): number {
  let reached = outer[0];
  for (const field of fields) {
    const [start, end] = field.range;
    const at = `${where}: ${field.name} ${start}-${end} in ${outer.join('-')}`;
    assert.ok(start === reached && end >= start && end <= outer[1], at);
    const children = field.children ?? [];
    if (field.inner !== undefined) assertNested(children, [0, field.inner.length / 2], `${at} (inner)`);
    else if (field.value !== undefined) within(children, field.range, at);
    else if (end > start) assert.equal(reach(children, field.range, at), end, at);
    reached = end;
  }
  return reached;
}

/** The children of a value (the length before it, a certificate's own tree) need not fill it. */
function within(fields: readonly Field[], outer: readonly [number, number], where: string): void {
  for (const { name, range, children } of fields) {
    assert.ok(range[0] >= outer[0] && range[1] <= outer[1] && range[0] <= range[1], `${where}.${name} ${range}`);
    within(children ?? [], range, `${where}.${name}`);
  }
}
