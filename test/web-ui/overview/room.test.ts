import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PairedPanel, PairedRow, SinglePanel } from '../../../web-ui/src/overview/picture.ts';
import { roomOf } from '../../../web-ui/src/overview/room.ts';

const rows = (n: number): PairedRow[] =>
  Array.from({ length: n }, (_, key) => ({
    key: String(key),
    label: 'x',
    kind: 'value',
    client: { n: 1, share: 1 },
    server: { n: 1, share: 1 },
  }));
const paired = (id: string, n: number): PairedPanel => ({ id, title: id, n: { client: 1, server: 1 }, rows: rows(n) });

const single = (id: string): SinglePanel => ({ id, title: '', list: 'exchanges', rows: [], empty: '' });

describe('the room of a panel', () => {
  it('does not change with the rows that come', () => {
    assert.equal(roomOf(paired('version', 0)), roomOf(paired('version', 6)));
    assert.equal(roomOf(paired('suite', 1)), roomOf(paired('suite', 8)));
  });

  it('is the same for panels side by side, whether they have heads or not', () => {
    assert.equal(roomOf(paired('suite', 3)), roomOf(paired('group', 0)));
    assert.equal(roomOf(paired('version', 3)), roomOf(paired('alpn', 5)));
    assert.equal(roomOf(paired('version', 3)), roomOf(single('status')));
  });

  it('always holds what there is', () => {
    for (let n = 0; n < 30; n++) assert.ok(roomOf(paired('version', n)) >= 54 + 20 * n);
    assert.ok(roomOf(single('failures')) >= 34 + 20 * 10);
    const below = [{ label: 'p50', client: '', server: '' }];
    assert.equal(roomOf({ ...paired('other', 1), below }), roomOf(paired('other', 2)));
  });
});
