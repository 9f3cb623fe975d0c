import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ListJudge } from '../../../web-ui/src/filter/judge.ts';
import { Arranged } from '../../../web-ui/src/list/arranged.ts';
import { Choice } from '../../../web-ui/src/list/choice.ts';
import type { ExchangeLine } from '../../../web-ui/src/list/exchange-source.ts';
import type { ConnectionLine } from '../../../web-ui/src/live/connection-line.ts';
import { Following } from '../../../web-ui/src/traffic/following.ts';
import { exchangeSummaryWith } from '../exchanges.ts';
import { summaryWith } from '../summaries.ts';

class View<Row extends { readonly id: number }> extends Arranged<Row> {
  override update(ids: Iterable<number> | 'all'): boolean {
    if (ids !== 'all') return super.update(ids);
    this.rebuild(false);
    return true;
  }
}

const ORDER = { key: ({ id }: { readonly id: number }) => id, descending: false };
const NOTHING = { connections: new Set<number>(), exchanges: new Set<number>() };

/** Connections by number, each with exchanges of ten times its number and one more. */
function harness(...ids: number[]) {
  const lines = new Map<number, ConnectionLine>();
  const rows = new Map<number, ExchangeLine>();
  const put = (conn: number) => {
    lines.set(conn, { ...summaryWith({ id: conn }), exchanges: 2, took: {} });
    for (const id of [10 * conn, 10 * conn + 1]) rows.set(id, exchangeSummaryWith({ id, conn }));
  };
  for (const id of ids) put(id);
  const connections = new View<ConnectionLine>({ all: () => lines.values(), row: (id) => lines.get(id) }, ORDER);
  const exchanges = new View<ExchangeLine>({ all: () => rows.values(), row: (id) => rows.get(id) }, ORDER);
  const selections = { connections: new Choice(), exchanges: new Choice() };
  const exchangesOf = (conn: number) => [10 * conn, 10 * conn + 1];
  const following = new Following({ connections, exchanges, selections, exchangesOf });
  following.filter(undefined, true);
  const pause = (paused: boolean) => {
    connections.pause(paused);
    exchanges.pause(paused);
  };
  const shown = () => [connections, exchanges].map(({ rows }) => rows.map(({ id }) => id).join(' '));
  const chosen = () => [selections.connections, selections.exchanges].map(({ ids }) => [...ids].join(' '));
  return { lines, rows, put, following, selections, pause, shown, chosen };
}

function only(...ids: number[]): ListJudge {
  return { connection: ({ id }) => ids.includes(id), exchange: ({ conn }) => ids.includes(conn) };
}

describe('Following', () => {
  it('lets go of all that was chosen when another capture takes the place, and of the pause', () => {
    const { lines, rows, put, following, selections, pause, shown, chosen } = harness(1, 2);
    selections.connections.toggle(1);
    selections.exchanges.toggle(21);
    pause(true);
    lines.clear();
    rows.clear();
    put(1);
    put(2);
    put(3);
    following.take('all', true);
    assert.deepEqual(chosen(), ['', '']);
    assert.deepEqual(shown(), ['1 2 3', '10 11 20 21 30 31']);
  });

  it('keeps what is chosen when the same capture is told anew', () => {
    const { lines, following, selections, shown, chosen } = harness(1, 2);
    selections.connections.only([1, 2]);
    lines.delete(2);
    following.take('all', false);
    assert.deepEqual(chosen(), ['1', '']);
    assert.equal(shown()[0], '1');
  });

  it('takes deleted rows out of a paused list, and out of what is chosen', () => {
    const { lines, rows, put, following, selections, pause, shown, chosen } = harness(1, 2);
    selections.connections.only([1, 2]);
    selections.exchanges.only([10, 20]);
    pause(true);
    lines.delete(1);
    for (const id of [10, 11, 21]) rows.delete(id);
    put(3);
    const deleted = { connections: new Set([1]), exchanges: new Set([10, 11, 21]) };
    following.take(
      { connections: new Set([1, 3]), lines: new Set([1, 2, 3]), exchanges: new Set([10, 11, 21, 30, 31]), deleted },
      false,
    );
    assert.deepEqual(shown(), ['2', '20']);
    assert.deepEqual(chosen(), ['2', '20']);
  });

  it('stands still while paused though the filter is judged anew, and not when the reader sets another', () => {
    const { following, pause, shown } = harness(1, 2);
    following.filter(only(1), true);
    pause(true);
    following.filter(only(2), false);
    assert.deepEqual(shown(), ['1', '10 11']);
    following.filter(only(2), true);
    assert.deepEqual(shown(), ['2', '20 21']);
  });

  it('judges the exchanges of a connection that changed anew', () => {
    const { following, selections, shown, chosen } = harness(1, 2);
    const let_through = [1, 2];
    following.filter(
      { connection: ({ id }) => let_through.includes(id), exchange: ({ conn }) => let_through.includes(conn) },
      true,
    );
    selections.exchanges.only([10, 20]);
    let_through.pop();
    following.take({ connections: new Set([2]), lines: new Set([2]), exchanges: new Set(), deleted: NOTHING }, false);
    assert.deepEqual(shown(), ['1', '10 11']);
    assert.deepEqual(chosen(), ['', '10']);
  });
});
