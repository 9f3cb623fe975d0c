import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PairedPanel, PairedRow, SinglePanel } from '../../../web-ui/src/overview/picture.ts';
import { linesOf, ROW } from '../../../web-ui/src/overview/room.ts';

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
    assert.equal(linesOf(paired('version', 0)), linesOf(paired('version', 6)));
    assert.equal(linesOf(paired('suite', 1)), linesOf(paired('suite', 8)));
  });

  it('is the same for panels side by side, whether they have heads or not', () => {
    assert.equal(linesOf(paired('suite', 3)), linesOf(paired('group', 0)));
    assert.equal(linesOf(paired('version', 3)), linesOf(paired('alpn', 5)));
    assert.equal(linesOf(paired('cause', 3)), linesOf(single('status')));
  });

  it('always holds what there is', () => {
    for (let n = 0; n < 30; n++) assert.ok(linesOf(paired('version', n)) >= (54 + 20 * n) / ROW);
    assert.ok(linesOf(single('failures')) >= (34 + 20 * 10) / ROW);
    const below = [{ label: 'p50', client: '', server: '' }];
    assert.equal(linesOf({ ...paired('other', 1), below }), linesOf(paired('other', 2)));
  });
});
