/** Summaries of any kind: of few names, so that they meet, and of names that filters must quote. */
import type { ExchangeOutcome } from '../../../src/shared/exchange.ts';
import type { ExchangeSummary } from '../../../src/shared/exchange-summary.ts';
import type { ConnectionSummary, FailureCause, LegHeadline } from '../../../src/shared/model.ts';
import fc from '../../support/property.ts';
import { exchangeSummaryWith } from '../exchanges.ts';
import { failureWith, headlineWith, summaryWith } from '../summaries.ts';

const anyName = fc.oneof(
  fc.constantFrom(
    'h2',
    'H2',
    'http/1.1',
    'or',
    '*',
    'a*b',
    '"',
    '\\',
    'a b',
    "it's",
    '(x)',
    'x, y',
    '\n',
    '\u202e',
    'ſ',
    'İ',
    'x'.repeat(400),
  ),
  fc.string({ minLength: 1, maxLength: 6 }),
);
const host = fc.oneof(
  fc.constant(''),
  fc.constantFrom('a.test', 'A.test', 'b.test', '[::1]', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'),
  anyName,
);
const time = fc.oneof(fc.double({ min: 0, max: 2000, noNaN: true }), fc.constantFrom(0, 1, 2, 5, 10, 1000));

const leg: fc.Arbitrary<LegHeadline> = fc
  .record({
    state: fc.constantFrom<NonNullable<LegHeadline['state']>>('waiting', 'negotiating', 'established', 'failed'),
    version: fc.option(fc.constantFrom('TLS 1.3', 'TLS 1.2', 'SSL 3.0', 'GREASE (0x1a1a)'), { nil: undefined }),
    suite: fc.option(fc.constantFrom('TLS_AES_128_GCM_SHA256', 'TLS_X', 'unknown (0x1234)'), { nil: undefined }),
    group: fc.option(fc.constantFrom('x25519', 'X25519MLKEM768'), { nil: undefined }),
    alpn: fc.option(anyName, { nil: undefined }),
    cause: fc.option(fc.constantFrom<FailureCause>('timeout', 'alert', 'certificate-expired'), { nil: undefined }),
    at: fc.option(fc.record({ from: time, took: time }), { nil: undefined }),
    bytes: fc.nat(5000),
  })
  .map(({ state, version, suite, group, alpn, cause, at, bytes }) => {
    const { version: _, suite: __, ...rest } = headlineWith();
    return {
      ...rest,
      state,
      ...(version !== undefined && { version }),
      ...(suite !== undefined && { suite }),
      ...(group !== undefined && { group }),
      ...(alpn !== undefined && { alpn }),
      ...(cause !== undefined && { failure: failureWith({ cause }) }),
      ...(at && { at: { startedAt: at.from, establishedAt: at.from + at.took } }),
      bytes: { sent: bytes, received: 0 },
    };
  });

/** Numbered from 1 and opened in this order, as all that is recorded is. */
export const anyConnections: fc.Arbitrary<ConnectionSummary[]> = fc
  .array(
    fc.record({
      host,
      gap: fc.oneof(fc.nat(300), fc.nat(100_000)),
      client: fc.option(leg, { nil: undefined }),
      server: fc.option(leg, { nil: undefined }),
      end: fc.option(fc.constantFrom('finished' as const, 'failed' as const, 'reset' as const), { nil: undefined }),
    }),
    { maxLength: 30 },
  )
  .map((all) => {
    let openedAt = 0;
    return all.map(({ host, gap, client, server, end }, index) => {
      openedAt += gap;
      return summaryWith({
        id: index + 1,
        openedAt,
        intent: { how: 'connect', host, port: 443 },
        legs: { ...(client && { client }), ...(server && { server }) },
        ...(end && { end: { by: 'client', cause: end, text: '' } }),
      });
    });
  });

/** Numbered from 1; carried by connections that need not be there. */
export const anyExchanges: fc.Arbitrary<ExchangeSummary[]> = fc
  .array(
    fc.record({
      host,
      conn: fc.integer({ min: 1, max: 35 }),
      status: fc.option(fc.constantFrom(101, 200, 204, 304, 404, 500, 599, 600, 0, 999), { nil: undefined }),
      took: fc.option(time, { nil: undefined }),
      state: fc.constantFrom<ExchangeOutcome['state']>('open', 'finished', 'aborted', 'lost'),
      own: fc.boolean(),
    }),
    { maxLength: 30 },
  )
  .map((all) =>
    all.map(({ host, conn, status, took, state, own }, index) => {
      // tlscope answers with nothing but errors.
      const isOwn = own && (status === 404 || status === 500);
      const outcome: ExchangeOutcome = { state, ...(isOwn && { ownAnswer: true }) };
      const { response, ...rest } = exchangeSummaryWith({ id: index + 1, conn, authority: host, outcome });
      return {
        ...rest,
        at: { started: 5, ...(took !== undefined && { ended: 5 + took }) },
        ...(status !== undefined && { response: { ...response!, status } }),
      };
    }),
  );
