import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseFilter } from '../../../src/filter/filter.ts';
import { summariseExchange } from '../../../src/shared/exchange-summary.ts';
import type { ConnectionSummary } from '../../../src/shared/model.ts';
import { Judge } from '../../../web-ui/src/filter/judge.ts';
import { exchangeWith } from '../exchanges.ts';
import { failureWith, headlineWith, summaryWith } from '../summaries.ts';

function judge(text: string, { on = summaryWith({ id: 1 }), exchange = exchangeWith() } = {}) {
  const parsed = parseFilter(text);
  assert.ok(parsed.ok, text);
  const known = { on, exchange };
  const made = new Judge(parsed.filter, {
    connection: () => undefined,
    connectionSummary: () => known.on,
    exchange: (id) => (id === known.exchange.id ? known.exchange : undefined),
  });
  return { made, known };
}

describe('Judge', () => {
  it('judges connections by their summaries', () => {
    const bad = summaryWith({ id: 8, legs: { server: headlineWith({ state: 'failed', failure: failureWith() }) } });
    const found = (text: string) => [summaryWith(), bad].filter(judge(text).made.connection).map(({ id }) => id);
    assert.deepEqual(found('failed'), [8]);
    assert.deepEqual(found('cause = certificate-expired or id = 7'), [7, 8]);
    assert.deepEqual(found('status = 200'), []);
  });

  it('judges exchanges by what is known of them and of their connection', () => {
    const summary = summariseExchange(exchangeWith());
    const holds = (text: string) => judge(text).made.exchange(summary);
    assert.equal(holds('status = 2xx and path = /7 and header[content-type] contains text'), true);
    assert.equal(holds('client = 127.0.0.1'), true);
    assert.equal(holds('method = POST'), false);
    assert.equal(holds('finding exists'), false);
  });

  it('judges an exchange anew when its connection changed', () => {
    const summary = summariseExchange(exchangeWith());
    const { made, known } = judge('alpn = h2');
    assert.equal(made.exchange(summary), false);
    known.on = summaryWith({ id: 1, legs: { client: headlineWith({ alpn: 'h2' }) } }) satisfies ConnectionSummary;
    assert.equal(made.exchange(summary), true);
  });

  it('finds no exchange that has left', () => {
    const { made } = judge('');
    assert.equal(made.exchange(summariseExchange(exchangeWith({ id: 99 }))), false);
  });
});
