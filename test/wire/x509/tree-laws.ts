/** What holds for every field tree, and how tests find their way in one. */
import assert from 'node:assert/strict';
import type { Field, Range } from '../../../src/shared/model.ts';

/** The field at `a.b.c`; the first of several of one name. */
export function at(fields: readonly Field[], path: string): Field {
  const [first = '', ...rest] = path.split('.');
  const field = fields.find((field) => field.name === first);
  assert.ok(field, path);
  return rest.length === 0 ? field : at(field.children ?? [], rest.join('.'));
}

/** Children lie inside their parent, one after the other. */
export function assertNested(fields: readonly Field[], [start, end]: Range): void {
  let from = start;
  for (const field of fields) {
    assert.ok(field.range[0] >= from && field.range[1] >= field.range[0] && field.range[1] <= end, field.name);
    from = field.range[1];
    if (field.children) assertNested(field.children, field.range);
  }
}
