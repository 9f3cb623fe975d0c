import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { matches, parseFilter } from '../../../src/filter/filter.ts';
import { subjectOfConnection, subjectOfExchange } from '../../../src/filter/subject.ts';
import { type ExchangeSummary, fromExchangeSummary } from '../../../src/shared/exchange-summary.ts';
import type { ConnectionSummary } from '../../../src/shared/model.ts';
import { narrowed } from '../../../web-ui/src/overview/filters.ts';
import { Painter } from '../../../web-ui/src/overview/painter.ts';
import type { List, Picture } from '../../../web-ui/src/overview/picture.ts';
import { type Source, Tally } from '../../../web-ui/src/overview/tally.ts';
import { stretchFilter } from '../../../web-ui/src/overview/timeline.ts';
import fc from '../../support/property.ts';
import { exchangeSummaryWith } from '../exchanges.ts';
import { failureWith, headlineWith, summaryWith } from '../summaries.ts';
import { anyConnections, anyExchanges } from './summary-arbitrary.ts';

interface Lists {
  readonly connections: readonly ConnectionSummary[];
  readonly exchanges: readonly ExchangeSummary[];
}

/** As the page judges: an exchange with the connection that carried it. */
function judgeOf({ connections }: Lists, text: string): NonNullable<Source['judge']> {
  const parsed = parseFilter(text);
  assert.ok(parsed.ok, text);
  const { filter } = parsed;
  const carriers = new Map(connections.map((each) => [each.id, each]));
  return {
    connection: (summary) => matches(filter, subjectOfConnection(summary)),
    exchange: (summary) => matches(filter, subjectOfExchange(fromExchangeSummary(summary), carriers.get(summary.conn))),
  };
}

function tallied(lists: Lists, filter = ''): Tally {
  const [connections, exchanges] = [lists.connections, lists.exchanges].map(
    (all) => new Map(all.map((each) => [each.id, each])),
  );
  const tally = new Tally({
    connection: (id) => connections!.get(id) as ConnectionSummary | undefined,
    exchange: (id) => exchanges!.get(id) as ExchangeSummary | undefined,
    judge: filter === '' ? undefined : judgeOf(lists, filter),
  });
  for (const { id } of lists.connections) tally.renewConnection(id);
  for (const { id } of lists.exchanges) tally.renewExchange(id);
  return tally;
}

/** Every bar that can be clicked, and every bar that cannot though it counts something. */
function bars(
  picture: Picture,
): { readonly n: number; readonly part: string | undefined; readonly list: List; readonly where: string }[] {
  return [
    ...Object.values(picture.paired).flatMap(({ id, rows }) =>
      rows.flatMap(({ label, client, server }) =>
        [client, server].map(({ n, part }) => ({ n, part, list: 'connections' as const, where: `${id} ${label}` })),
      ),
    ),
    ...Object.values(picture.single).flatMap(({ id, list, rows }) =>
      rows.map(({ n, part, label }) => ({ n, part, list, where: `${id} ${label}` })),
    ),
    ...picture.timeline.all.map((stretch) => ({
      n: stretch.n,
      part: stretchFilter(stretch),
      list: 'connections' as const,
      where: 'time',
    })),
  ];
}

function found(lists: Lists, list: List, text: string): number {
  const judge = judgeOf(lists, text);
  return list === 'connections'
    ? lists.connections.filter(judge.connection).length
    : lists.exchanges.filter(judge.exchange).length;
}

const anyLists = fc.record({ connections: anyConnections, exchanges: anyExchanges });
const BASES = ['', 'failed', 'host = a.test or tls.version < 1.3', 'not failed', 'status = 4xx', '-h2'];

describe('the picture', () => {
  it('has on every bar a filter that finds exactly the rows that it counts, whatever filter holds already', () => {
    fc.assert(
      fc.property(anyLists, fc.constantFrom(...BASES), (lists, base) => {
        for (const { n, part, list, where } of bars(new Painter().paint(tallied(lists, base)))) {
          if (part === undefined) continue;
          const text = narrowed(base, part);
          assert.ok(text !== undefined, `${where}: ${part}`);
          assert.equal(found(lists, list, text), n, `${where}: ${text}`);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('leaves out a filter only where a name is too long for one', () => {
    fc.assert(
      fc.property(anyLists, (lists) => {
        const isLong = JSON.stringify(lists).includes('x'.repeat(400));
        for (const { n, part, where } of bars(new Painter().paint(tallied(lists)))) {
          assert.ok(part !== undefined || n === 0 || isLong, where);
        }
      }),
    );
  });

  it('counts each leg, host and exchange once', () => {
    fc.assert(
      fc.property(anyLists, (lists) => {
        const { paired, single, timeline } = new Painter().paint(tallied(lists));
        for (const { id, rows, n } of Object.values(paired)) {
          for (const role of ['client', 'server'] as const) {
            assert.equal(
              rows.reduce((sum, row) => sum + row[role].n, 0),
              n[role],
              id,
            );
          }
        }
        assert.equal(
          single.status.rows.reduce((sum, { n }) => sum + n, 0),
          lists.exchanges.length,
        );
        assert.equal(
          timeline.all.reduce((sum, { n }) => sum + n, 0),
          lists.connections.length,
        );
        assert.equal(
          single.failures.rows.reduce((sum, { n }) => sum + n, 0),
          found(lists, 'connections', 'failed'),
        );
      }),
    );
  });

  it('shows the legs that do not match, and says none where an established handshake has none', () => {
    const connections = [
      summaryWith({
        id: 1,
        legs: { client: headlineWith({ alpn: 'http/1.1' }), server: headlineWith({ alpn: 'h2' }) },
      }),
      summaryWith({ id: 2, legs: { client: headlineWith(), server: headlineWith() } }),
    ];
    const { alpn } = new Painter().paint(tallied({ connections, exchanges: [] })).paired;
    assert.deepEqual(
      alpn.rows.map(({ label, client, server }) => [label, client.n, server.n]),
      [
        ['h2', 0, 1],
        ['http/1.1', 1, 0],
        ['none', 1, 1],
      ],
    );
  });

  it('marks what a connection has on one leg alone, and counts legs that failed before apart', () => {
    const failed = { state: 'failed' as const, failure: failureWith() };
    const { version: _, suite: __, ...unsettled } = headlineWith(failed);
    const pair = (id: number, client: object, server: object) =>
      summaryWith({ id, legs: { client: headlineWith(client), server: { ...unsettled, ...server } } });
    const dialFailed = [1, 2, 3].map((id) => pair(id, { alpn: 'h2' }, {}));
    const rowsOf = (connections: ConnectionSummary[], of: 'version' | 'alpn') =>
      new Painter()
        .paint(tallied({ connections, exchanges: [] }))
        .paired[of].rows.filter(({ client, server }) => client.n + server.n > 0)
        .map(({ label, client, server, unequal, quiet }) => [label, client.n, server.n, unequal, quiet]);
    assert.deepEqual(rowsOf(dialFailed, 'version'), [
      ['TLS 1.3', 3, 0, undefined, undefined],
      ['not reached', 0, 3, undefined, true],
    ]);
    const established = { state: 'established', version: 'TLS 1.3', failure: undefined };
    // As many on either leg, and no connection with the same on both.
    const crossed = [
      pair(4, { alpn: 'h2' }, { ...established, alpn: 'http/1.1' }),
      pair(5, { alpn: 'http/1.1' }, { ...established, alpn: 'h2' }),
      pair(6, { alpn: 'x' }, { ...established, alpn: 'X' }),
      pair(7, {}, { ...established, alpn: 'y' }),
    ];
    assert.deepEqual(rowsOf([...dialFailed, ...crossed], 'alpn'), [
      ['h2', 4, 1, true, undefined],
      ['http/1.1', 1, 1, true, undefined],
      ['x', 1, 1, undefined, undefined],
      ['y', 0, 1, true, undefined],
      ['none', 1, 0, true, undefined],
      ['not reached', 0, 3, undefined, true],
    ]);
  });

  it('states quantiles, and what it is that hosts are sorted by', () => {
    const connections = [1, 2, 3, 40].map((took, index) =>
      summaryWith({
        id: index + 1,
        legs: { server: headlineWith({ at: { startedAt: 0, establishedAt: took }, failure: failureWith() }) },
      }),
    );
    const exchanges = [30, 10, 20].map((took, index) =>
      exchangeSummaryWith({ id: index + 1, at: { started: 0, ended: took } }),
    );
    const { paired, single } = new Painter().paint(tallied({ connections, exchanges }));
    assert.deepEqual(paired.handshake.below, [
      { label: 'p50', client: '–', server: '2.00 ms' },
      { label: 'p90', client: '–', server: '40.0 ms' },
      { label: 'p99', client: '–', server: '40.0 ms' },
    ]);
    assert.deepEqual(paired.handshake.n, { client: 0, server: 4 });
    assert.deepEqual(
      single.slowest.rows.map(({ label, text }) => [label, text]),
      [['origin.test', '20.0 ms · p90 30.0 ms · n = 3']],
    );
    assert.equal(single.failures.rows[0]?.text, '4 failures');
  });

  it('takes its time in steps, however many hosts there are', () => {
    const exchanges = Array.from({ length: 1000 }, (_, index) =>
      exchangeSummaryWith({ id: index + 1, authority: `h${index}.test`, at: { started: 0, ended: index } }),
    );
    const lists = { connections: [], exchanges };
    const steps = new Painter().painting(tallied(lists));
    let n = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) n++;
    assert.ok(n > 15, `${n} steps`);
    assert.deepEqual(step.value, new Painter().paint(tallied(lists)));
  });

  it('keeps rows in their places while they stay among the first', () => {
    const connection = (id: number, alpn: string) => summaryWith({ id, legs: { client: headlineWith({ alpn }) } });
    const painter = new Painter();
    const labels = (...alpn: string[]) =>
      painter
        .paint(tallied({ connections: alpn.map((name, index) => connection(index + 1, name)), exchanges: [] }))
        .paired.alpn.rows.map(({ label }) => label);
    assert.deepEqual(labels('a', 'a', 'b'), ['a', 'b']);
    assert.deepEqual(labels('a', 'a', 'b', 'b', 'b', 'c'), ['a', 'b', 'c']);
  });
});
