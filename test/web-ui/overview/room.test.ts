import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PairedPanel, PairedRow, SinglePanel } from '../../../web-ui/src/overview/picture.ts';
import { roomOf, UNIT } from '../../../web-ui/src/overview/room.ts';

const rows = (n: number): PairedRow[] =>
  Array.from({ length: n }, (_, key) => ({
    key: String(key),
    label: 'x',
    kind: 'value',
    client: { n: 1, share: 1 },
    server: { n: 1, share: 1 },
  }));
const paired = (id: string, n: number): PairedPanel => ({ id, title: id, n: { client: 1, server: 1 }, rows: rows(n) });

describe('the room of a panel', () => {
  it('does not change with the rows that come', () => {
    assert.equal(roomOf(paired('version', 0)), roomOf(paired('version', 7)));
    assert.equal(roomOf(paired('suite', 1)), roomOf(paired('suite', 9)));
  });

  it('is the same for panels side by side, whether they have heads or not', () => {
    assert.equal(roomOf(paired('suite', 3)), roomOf(paired('cause', 0)));
    assert.equal(roomOf(paired('version', 3)), roomOf(paired('alpn', 5)));
    const status: SinglePanel = { id: 'status', title: '', list: 'exchanges', rows: [], empty: '' };
    assert.equal(roomOf(paired('version', 3)), roomOf(status));
  });

  it('always holds what there is', () => {
    for (let n = 0; n < 30; n++) assert.ok(roomOf(paired('version', n)) * UNIT >= 60 + 20 * n);
    const hosts: SinglePanel = { id: 'bytes', title: '', list: 'connections', rows: [], empty: '' };
    assert.ok(roomOf(hosts) * UNIT >= 30 + 20 * 10);
    const below = [{ label: 'p50', client: '', server: '' }];
    assert.equal(roomOf({ ...paired('other', 1), below }), roomOf(paired('other', 2)));
  });
});
