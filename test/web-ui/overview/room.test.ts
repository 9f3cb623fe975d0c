import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PairedPanel, PairedRow } from '../../../web-ui/src/overview/picture.ts';
import { roomOf } from '../../../web-ui/src/overview/room.ts';

it('a panel has the same room whatever rows it has so far, and more only for more than it can have', () => {
  const bar = { n: 1, share: 1 };
  const panel = (rows: number): PairedPanel => ({
    id: 'alpn',
    title: '',
    n: { client: 0, server: 0 },
    rows: Array.from({ length: rows }, (_, at): PairedRow => {
      return { key: String(at), label: '', kind: 'value', client: bar, server: bar };
    }),
  });
  const rooms = [0, 1, 7, 9].map((rows) => roomOf(panel(rows)));
  assert.deepEqual(rooms.slice(0, 3), [rooms[0], rooms[0], rooms[0]]);
  assert.equal(rooms[3], rooms[0]! + 4);
});
