import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lines } from '../../../web-ui/src/live/lines.ts';

test('lines are made anew for what changed alone, and follow the table', () => {
  const lines = new Lines(({ name }: { name: string }) => ({ name }));
  const table = new Map([
    [1, { name: 'a' }],
    [2, { name: 'b' }],
  ]);
  lines.renew(table, true);
  const [first, second] = lines.lines;
  const before = lines.lines;
  assert.equal(lines.renew(table, false).size, 0);
  assert.equal(lines.lines, before);

  table.get(2)!.name = 'c';
  table.set(3, { name: 'd' });
  lines.note([2, 3]);
  assert.deepEqual(lines.renew(table, false), new Set([2, 3]));
  assert.deepEqual(lines.lines, [{ name: 'a' }, { name: 'c' }, { name: 'd' }]);
  assert.equal(lines.lines[0], first);
  assert.notEqual(lines.lines[1], second);
  assert.equal(lines.line(3), lines.lines[2]);

  table.delete(1);
  lines.note([1]);
  lines.renew(table, false);
  assert.equal(lines.line(1), undefined);
  assert.equal(lines.lines.length, 2);
});
