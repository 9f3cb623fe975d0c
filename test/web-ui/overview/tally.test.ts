import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ExchangeSummary } from '../../../src/shared/exchange-summary.ts';
import type { ConnectionSummary } from '../../../src/shared/model.ts';
import { Painter } from '../../../web-ui/src/overview/painter.ts';
import { type Source, statusClass, Tally } from '../../../web-ui/src/overview/tally.ts';
import fc from '../../support/property.ts';
import { exchangeSummaryWith } from '../exchanges.ts';
import { failureWith, headlineWith, summaryWith } from '../summaries.ts';
import { anyConnections, anyExchanges } from './summary-arbitrary.ts';

/** A session whose lines change. */
class Lines {
  readonly connections = new Map<number, ConnectionSummary>();
  readonly exchanges = new Map<number, ExchangeSummary>();

  source(judge?: Source['judge']): Source {
    return { connection: (id) => this.connections.get(id), exchange: (id) => this.exchanges.get(id), judge };
  }
}

function fresh(lines: Lines, judge?: Source['judge']): Tally {
  const tally = new Tally(lines.source(judge));
  for (const id of lines.connections.keys()) tally.renewConnection(id);
  for (const id of lines.exchanges.keys()) tally.renewExchange(id);
  return tally;
}

describe('running counts', () => {
  it('are after any changes what counting anew would give', () => {
    fc.assert(
      fc.property(anyConnections, anyConnections, anyExchanges, anyExchanges, fc.boolean(), (a, b, x, y, judged) => {
        const lines = new Lines();
        const judge = judged
          ? {
              connection: ({ id }: ConnectionSummary) => id % 3 > 0,
              // By its connection too: it is judged again when that changes.
              exchange: ({ id, conn }: ExchangeSummary) => id % 2 > 0 && lines.connections.get(conn)?.end === undefined,
            }
          : undefined;
        const running = new Tally(lines.source(judge));
        for (const round of [
          { connections: a, exchanges: x },
          { connections: b, exchanges: y },
          { connections: [], exchanges: y.slice(0, 2) },
        ]) {
          const ids = [new Set(lines.connections.keys()), new Set(lines.exchanges.keys())] as const;
          for (const list of [lines.connections, lines.exchanges]) list.clear();
          for (const each of round.connections) lines.connections.set(each.id, each);
          for (const each of round.exchanges) lines.exchanges.set(each.id, each);
          for (const id of new Set([...ids[0], ...lines.connections.keys()]))
            for (const carried of running.renewConnection(id)) running.renewExchange(carried);
          for (const id of new Set([...ids[1], ...lines.exchanges.keys()])) running.renewExchange(id);
          const [picture, anew] = [running, fresh(lines, judge)].map((tally) => new Painter().paint(tally));
          assert.deepEqual(withoutReach(picture!), withoutReach(anew!));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('follow one connection from open to failed to gone', () => {
    const lines = new Lines();
    const tally = new Tally(lines.source());
    lines.connections.set(1, summaryWith({ id: 1 }));
    tally.renewConnection(1);
    assert.deepEqual([tally.connections, tally.failedConnections], [1, 0]);
    lines.connections.set(
      1,
      summaryWith({ id: 1, legs: { client: headlineWith({ state: 'failed', failure: failureWith() }) } }),
    );
    tally.renewConnection(1);
    assert.deepEqual([tally.connections, tally.failedConnections, tally.failedByHost.count('EXAMPLE.test')], [1, 1, 1]);
    lines.connections.clear();
    tally.renewConnection(1);
    assert.deepEqual([tally.connections, tally.failedConnections, tally.failedByHost.total], [0, 0, 0]);
  });

  it('judge an exchange again when its connection changes', () => {
    const lines = new Lines();
    lines.exchanges.set(1, exchangeSummaryWith({ id: 1, conn: 5 }));
    const tally = new Tally(
      lines.source({ connection: () => true, exchange: ({ conn }) => lines.connections.has(conn) }),
    );
    tally.renewExchange(1);
    assert.equal(tally.exchanges, 0);
    lines.connections.set(5, summaryWith({ id: 5 }));
    // The caller's turn, so that one connection with very many is not one long step.
    assert.deepEqual([...tally.renewConnection(5)], [1]);
    assert.equal(tally.exchanges, 0);
    tally.renewExchange(1);
    assert.equal(tally.exchanges, 1);
  });

  it('know the classes of statuses', () => {
    assert.deepEqual([101, 204, 399, 404, 599, 600, 99, undefined].map(statusClass), [
      '1xx',
      '2xx',
      '3xx',
      '4xx',
      '5xx',
      'other',
      'other',
      'none',
    ]);
  });
});

/** Numbers that a stretch is said to reach to may go further after removals, to where nothing is; labels keep the first writing. */
function withoutReach(picture: ReturnType<Painter['paint']>): unknown {
  return JSON.parse(
    JSON.stringify(picture, (key, value) => (key === 'ids' || key === 'label' || key === 'part' ? undefined : value)),
  );
}
