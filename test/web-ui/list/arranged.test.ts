import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Arranged } from '../../../web-ui/src/list/arranged.ts';

interface Row {
  readonly id: number;
  readonly name: string;
}

function harness(...names: string[]) {
  const table = new Map<number, Row>();
  const put = (id: number, name: string) => table.set(id, { id, name });
  names.forEach((name, index) => {
    put(index + 1, name);
  });
  const arranged = new Arranged<Row>(
    { all: () => table.values(), row: (id) => table.get(id) },
    { key: ({ id }) => id, descending: false },
    ({ name }) => name.startsWith('x'),
  );
  arranged.rebuild();
  const shown = () => arranged.rows.map(({ name }) => name).join(' ');
  return { table, put, arranged, shown };
}

describe('Arranged', () => {
  it('takes in what came, changed and left, and says whether any left', () => {
    const { table, put, arranged, shown } = harness('a', 'b');
    put(3, 'c');
    put(1, 'A');
    assert.equal(arranged.update([1, 3]), false);
    assert.equal(shown(), 'A b c');
    table.delete(2);
    assert.equal(arranged.update([2, 99]), true);
    assert.equal(shown(), 'A c');
    assert.equal(arranged.shown(2), undefined);
    assert.equal(arranged.shown(3)?.name, 'c');
  });

  it('lets through what the filter lets through, also when a row changes its mind', () => {
    const { put, arranged, shown } = harness('a', 'bb', 'c');
    arranged.filter(({ name }) => name.length === 1);
    assert.equal(shown(), 'a c');
    put(2, 'b');
    put(3, 'cc');
    assert.equal(arranged.update([2, 3]), true);
    assert.equal(shown(), 'a b');
  });

  it('keeps the order of a sort while rows come and change', () => {
    const { put, arranged, shown } = harness('b', 'd', 'a');
    arranged.sort({ key: ({ name }) => name, descending: true });
    assert.equal(shown(), 'd b a');
    put(4, 'c');
    put(3, 'e');
    arranged.update([4, 3]);
    assert.equal(shown(), 'e d c b');
    arranged.sort(undefined);
    assert.equal(shown(), 'b d e c');
  });

  it('stands still while paused and counts what is new and would be shown', () => {
    const { table, put, arranged, shown } = harness('a', 'b');
    arranged.filter(({ name }) => name !== 'no');
    arranged.pause(true);
    put(3, 'c');
    put(4, 'no');
    put(1, 'A');
    arranged.update([3, 4, 1]);
    arranged.update([3]);
    assert.deepEqual([shown(), arranged.waiting], ['a b', 1]);
    table.delete(3);
    arranged.update([3]);
    assert.equal(arranged.waiting, 0);
    put(5, 'e');
    arranged.update([5]);
    arranged.rebuild(false);
    assert.deepEqual([shown(), arranged.waiting], ['a b', 1]);
    arranged.sort({ key: ({ name }) => name, descending: true });
    assert.equal(shown(), 'b a');
    arranged.sort(undefined);
    arranged.pause(false);
    assert.deepEqual([shown(), arranged.waiting], ['A b e', 0]);
  });

  it('holds a pause against another verdict that is not of the reader, and counts by it', () => {
    const { put, arranged, shown } = harness('a', 'b');
    arranged.pause(true);
    put(3, 'c');
    arranged.filter(({ name }) => name === 'a', false);
    arranged.update([3]);
    assert.deepEqual([shown(), arranged.waiting], ['a b', 0]);
    arranged.filter(({ name }) => name !== 'b', false);
    assert.deepEqual([shown(), arranged.waiting], ['a b', 1]);
    arranged.pause(false);
    assert.deepEqual([shown(), arranged.waiting], ['a c', 0]);
    arranged.pause(true);
    arranged.filter(({ name }) => name === 'b');
    assert.equal(shown(), 'b');
  });

  it('lets deleted rows leave while it is paused', () => {
    const { table, put, arranged, shown } = harness('x1', 'b', 'c');
    arranged.pause(true);
    put(4, 'd');
    arranged.update([4]);
    for (const id of [1, 4]) table.delete(id);
    assert.equal(arranged.remove([1, 4, 9]), true);
    assert.deepEqual([shown(), arranged.marked, arranged.waiting], ['b c', 0, 0]);
    assert.equal(arranged.remove([1]), false);
  });

  it('begins again with another capture, paused or not', () => {
    const { table, put, arranged, shown } = harness('a', 'b');
    arranged.pause(true);
    put(3, 'c');
    arranged.update([3]);
    table.clear();
    put(1, 'other');
    arranged.restart();
    assert.deepEqual([shown(), arranged.waiting], ['other', 0]);
    put(2, 'next');
    arranged.update([2]);
    assert.equal(shown(), 'other next');
  });

  it('counts marked rows apart', () => {
    const { table, put, arranged } = harness('x1', 'a');
    assert.equal(arranged.marked, 1);
    put(3, 'x3');
    put(1, 'y1');
    arranged.update([3, 1]);
    assert.equal(arranged.marked, 1);
    table.delete(3);
    arranged.update([3]);
    assert.equal(arranged.marked, 0);
  });
});
