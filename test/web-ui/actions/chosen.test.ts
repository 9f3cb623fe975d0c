import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosenConnections, chosenExchanges } from '../../../web-ui/src/actions/chosen.ts';
import type { ConnectionLine } from '../../../web-ui/src/live/connection-line.ts';
import { exchangeSummaryWith } from '../exchanges.ts';
import { summaryWith } from '../summaries.ts';

function line(id: number, host: string): ConnectionLine {
  return { ...summaryWith({ id, intent: { how: 'connect', host, port: 443 } }), exchanges: 0, took: {} };
}

test('connections are chosen with their hosts, each once', () => {
  const chosen = chosenConnections([line(9, 'a.test'), line(2, 'a.test'), line(3, '')]);
  assert.deepEqual([chosen.rows, chosen.noun, chosen.connections, chosen.exchanges], [3, 'connection', [2, 3, 9], []]);
  assert.deepEqual([chosen.carriers, chosen.hosts], [[2, 3, 9], ['a.test']]);
});

test('exchanges stand for themselves, and for the connections that carried them where those are meant', () => {
  const lines = new Map([line(1, 'a.test'), line(2, 'b.test'), line(5, 'c.test')].map((each) => [each.id, each]));
  const rows = [
    exchangeSummaryWith({ id: 7, conn: 2 }),
    exchangeSummaryWith({ id: 8, conn: 2 }),
    exchangeSummaryWith({ id: 9, conn: 1 }),
  ];
  const chosen = chosenExchanges(rows, (id) => lines.get(id));
  assert.deepEqual([chosen.noun, chosen.connections, chosen.exchanges], ['exchange', [], [7, 8, 9]]);
  assert.deepEqual(
    [chosen.carriers, chosen.hosts],
    [
      [1, 2],
      ['a.test', 'b.test'],
    ],
  );
  const mixed = chosenExchanges([...rows, { id: -5, failed: lines.get(5)! }], (id) => lines.get(id));
  assert.deepEqual([mixed.rows, mixed.noun, mixed.connections], [4, 'row', [5]]);
  assert.deepEqual(mixed.carriers, [1, 2, 5]);
});

test('a host that would mean others as a glob is not offered to pass', () => {
  const hosts = ['*.com', '?.test', 'a.test', 'b.test:443', '[::1]', '2001:db8::1', 'x y', '::ffff:127.0.0.1'];
  const chosen = chosenConnections(hosts.map((host, index) => line(index + 1, host)));
  assert.deepEqual(chosen.hosts, ['a.test', '2001:db8::1', '::ffff:127.0.0.1']);
});
