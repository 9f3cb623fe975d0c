import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gridOf } from '../../../web-ui/src/list/columns.ts';
import { CONNECTION_COLUMNS } from '../../../web-ui/src/list/connection-columns.ts';
import { exchangeColumns } from '../../../web-ui/src/list/exchange-columns.ts';
import { connectionOf, exchangeSource, type Lists, startOf } from '../../../web-ui/src/list/exchange-source.ts';
import { type ConnectionLine, connectionLine } from '../../../web-ui/src/live/connection-line.ts';
import { exchangeSummaryWith } from '../exchanges.ts';
import { failureWith, headlineWith, summaryWith } from '../summaries.ts';

const context = { wallClock: undefined };

function lineWith(over: Partial<ConnectionLine> = {}): ConnectionLine {
  return { ...summaryWith(), exchanges: 0, took: {}, ...over };
}

const FAILED = lineWith({
  id: 9,
  openedAt: 50,
  legs: { client: headlineWith({ state: 'failed', failure: failureWith({ stage: 'client-hello' }) }) },
});

describe('gridOf', () => {
  const columns = [
    { id: 'a', width: 40 },
    { id: 'b', width: 100, grow: 2 },
  ];

  it('lets a column grow until it has a width of its own', () => {
    assert.deepEqual(gridOf(columns, {}), { tracks: '40px minmax(100px, 2fr)', least: 40 + 100 + 10 + 30 });
    assert.deepEqual(gridOf(columns, { a: 60 }).tracks, '60px minmax(100px, 2fr)');
  });

  it('lets a column that fits its text have the room before those that grow', () => {
    const fitting = [...columns, { id: 'c', width: 50, fit: 90 }];
    assert.equal(gridOf(fitting, {}).tracks, '40px minmax(100px, 2fr) minmax(50px, 90px)');
    assert.equal(gridOf(fitting, { c: 70 }).tracks, '40px minmax(100px, 2fr) 70px');
  });

  it('lets columns give way where there is no room for all, in shares that are their widths', () => {
    const giving = [...columns, { id: 'c', width: 50, narrow: 20 }, { id: 'd', width: 80, narrow: 60, grow: 1 }];
    const around = 30 + 30;
    const usual = gridOf(giving, {}, 40 + 100 + 50 + 80 + around);
    assert.deepEqual(usual, { tracks: '40px minmax(100px, 2fr) 50px minmax(80px, 1fr)', least: 330 });
    const tight = gridOf(giving, {}, 329);
    assert.deepEqual(tight, { tracks: '40px 100px minmax(20px, 50fr) minmax(60px, 80fr)', least: 280 });
    const chosen = gridOf(giving, { d: 90 }, 329);
    assert.deepEqual(chosen, { tracks: '40px 100px minmax(20px, 50fr) 90px', least: 310 });
  });

  it('fills the row where nothing grows', () => {
    assert.deepEqual(gridOf(columns, { b: 300 }), { tracks: '40px 300px minmax(0, 1fr)', least: 40 + 300 + 10 + 30 });
  });
});

describe('columns', () => {
  it('have names of their own, and the usual ones fit into a page of 1024 px', () => {
    for (const columns of [CONNECTION_COLUMNS, exchangeColumns(() => undefined)]) {
      assert.equal(new Set(columns.map(({ id }) => id)).size, columns.length);
      const usual = columns.filter((column) => column.usual);
      assert.ok(gridOf(usual, {}).least <= 1024 - 15, 'beside the scroll bar');
      assert.ok(gridOf(usual, {}, 800).least <= 800 - 15, 'beside a pane on a page of 1600 px');
    }
  });

  it('say something of every row, also of one of which nothing is known', () => {
    const bare = { id: 1, openedAt: 0, from: { address: '', port: 0 }, legs: {}, exchanges: 0, took: {} };
    for (const column of CONNECTION_COLUMNS) {
      for (const line of [bare, lineWith(), FAILED]) assert.equal(typeof column.cell(line, context).text, 'string');
    }
    const rows = [exchangeSummaryWith(), { id: -9, failed: FAILED }];
    for (const column of exchangeColumns(() => undefined)) {
      for (const row of rows) assert.equal(typeof column.cell(row, context).text, 'string');
    }
  });

  it('tell a failure of TLS from one before it', () => {
    const status = exchangeColumns(() => undefined).find(({ id }) => id === 'status');
    const dial = lineWith({ legs: { server: headlineWith({ failure: failureWith({ stage: 'connect' }) }) } });
    assert.equal(status?.cell({ id: -9, failed: FAILED }, context).text, 'TLS failed');
    assert.equal(status?.cell({ id: -7, failed: dial }, context).text, 'dial failed');
  });
});

describe('connectionLine', () => {
  it('says how long each handshake took, where both ends of it are known', () => {
    const tls = { state: 'established', messages: [], fingerprints: { ja4: 't13' }, visibility: { level: 'full' } };
    const leg = (at: object) => ({ tcp: {}, bytes: { sent: 1, received: 2 }, tls: { ...tls, at } });
    const legs = { client: leg({ startedAt: 10, establishedAt: 25 }), server: leg({ startedAt: 5 }) };
    const line = connectionLine({ id: 1, openedAt: 0, from: { address: 'a', port: 1 }, legs } as never, 3);
    assert.deepEqual([line.took, line.ja4, line.exchanges], [{ client: 15 }, 't13', 3]);
  });
});

describe('exchangeSource', () => {
  const carried = lineWith({ ...FAILED, id: 10, exchanges: 1 });
  const exchange = exchangeSummaryWith({ id: 4, conn: 10 });
  const lists: Lists = {
    connections: [lineWith(), FAILED, carried],
    exchanges: [exchange],
    connectionSummary: (id) => lists.connections.find((line) => line.id === id),
    exchangeSummary: (id) => (id === 4 ? exchange : undefined),
  };

  it('puts connections that failed without an exchange between the exchanges', () => {
    const source = exchangeSource(lists, () => true);
    const rows = [...source.all()];
    assert.deepEqual(
      rows.map(({ id }) => id),
      [-9, 4],
    );
    assert.equal(source.row(-9), rows[0], 'the same row as long as the connection is');
    assert.deepEqual([source.row(4), source.row(-7), source.row(-10)], [exchange, undefined, undefined]);
    assert.deepEqual(rows.map(connectionOf), [9, 10]);
    assert.deepEqual(rows.map(startOf), [50, 100]);
  });

  it('leaves them out when they are not wanted', () => {
    const source = exchangeSource(lists, () => false);
    assert.deepEqual([[...source.all()], source.row(-9)], [[exchange], undefined]);
  });
});
