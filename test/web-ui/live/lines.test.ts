import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lines } from '../../../web-ui/src/live/lines.ts';

test('lines are made anew for what changed alone, in place, and follow the table', () => {
  const lines = new Lines(({ id, name }: { id: number; name: string }) => ({ id, name }));
  const table = new Map([
    [1, { id: 1, name: 'a' }],
    [2, { id: 2, name: 'b' }],
  ]);
  const told: (readonly [string | undefined, string | undefined])[] = [];
  const tell = (before: { name: string } | undefined, after: { name: string } | undefined) =>
    told.push([before?.name, after?.name]);
  lines.renew(table, true, tell);
  const [first, second] = lines.lines;
  const before = lines.lines;
  assert.equal(lines.renew(table, false).size, 0);

  table.get(2)!.name = 'c';
  table.set(3, { id: 3, name: 'd' });
  lines.note([2, 3]);
  assert.deepEqual(lines.renew(table, false, tell), new Set([2, 3]));
  assert.equal(lines.lines, before);
  assert.deepEqual(
    lines.lines.map(({ name }) => name),
    ['a', 'c', 'd'],
  );
  assert.equal(lines.lines[0], first);
  assert.notEqual(lines.lines[1], second);
  assert.equal(lines.line(3), lines.lines[2]);

  table.delete(1);
  lines.note([1]);
  lines.renew(table, false, tell);
  assert.equal(lines.line(1), undefined);
  assert.equal(lines.lines.length, 2);
  assert.deepEqual(told, [
    [undefined, 'a'],
    [undefined, 'b'],
    ['b', 'c'],
    [undefined, 'd'],
    ['a', undefined],
  ]);
});
