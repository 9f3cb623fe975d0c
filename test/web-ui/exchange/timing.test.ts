import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Connection, Handshake } from '../../../src/shared/model.ts';
import {
  earlyResponse,
  exchangeSpans,
  firstExchangeSpans,
  type Span,
  setUpTime,
} from '../../../web-ui/src/exchange/timing.ts';

const brief = (spans: readonly Span[]) =>
  spans.map(({ name, took, left, width, open }) => [name, took, left, width, ...(open ? ['open'] : [])]);

describe('exchangeSpans', () => {
  it('parts the time into sending, waiting and receiving', () => {
    assert.deepEqual(brief(exchangeSpans({ started: 100, requested: 110, responded: 140, ended: 150 })), [
      ['Request sent', 10, 0, 20],
      ['Waiting', 30, 20, 60],
      ['Receiving', 10, 80, 20],
    ]);
  });

  it('shows what is going on as such', () => {
    assert.deepEqual(brief(exchangeSpans({ started: 100 })), [['Request sent', 0, 0, 0, 'open']]);
    assert.deepEqual(brief(exchangeSpans({ started: 100, requested: 110 })), [
      ['Request sent', 10, 0, 100],
      ['Waiting', 0, 100, 0, 'open'],
    ]);
  });

  it('has no waiting where the response began before the request was whole', () => {
    const times = { started: 0, responded: 5, requested: 20, ended: 30 };
    assert.deepEqual(brief(exchangeSpans(times)), [
      ['Request sent', 20, 0, (20 / 30) * 100],
      ['Receiving', 25, (5 / 30) * 100, (25 / 30) * 100],
    ]);
    assert.equal(earlyResponse(times), 5);
    assert.equal(earlyResponse({ started: 0, responded: 5 }), 5, 'it still goes on');
    assert.equal(earlyResponse({ started: 0, requested: 5, responded: 5, ended: 9 }), undefined);
    assert.equal(earlyResponse({ started: 0, responded: 5, ended: 5 }), undefined, 'nobody saw when it was whole');
    assert.equal(earlyResponse({ started: 0 }), undefined);
  });
});

describe('firstExchangeSpans', () => {
  const tls = (startedAt: number, establishedAt: number) => ({ at: { startedAt, establishedAt } }) as Handshake;
  const bytes = { sent: 0, received: 0 };
  const from = { address: '::1', port: 1 };
  const legs: Connection['legs'] = {
    client: { side: 'client', tcp: { startedAt: 0 }, bytes, tls: tls(60, 100) },
    server: { side: 'server', tcp: { startedAt: 0, resolvedAt: 10, connectedAt: 20 }, bytes, tls: tls(20, 60) },
  };
  const times = { started: 150, requested: 160, responded: 190, ended: 200 };

  it('shows the dial, both handshakes and the exchange on one scale', () => {
    assert.deepEqual(brief(firstExchangeSpans(times, { id: 1, openedAt: 0, from, legs })), [
      ['DNS', 10, 0, 5],
      ['TCP', 10, 5, 5],
      ['TLS, server leg', 40, 10, 20],
      ['TLS, client leg', 40, 30, 20],
      ['Request sent', 10, 75, 5],
      ['Waiting', 30, 80, 15],
      ['Receiving', 10, 95, 5],
    ]);
    assert.equal(setUpTime({ id: 1, openedAt: 0, from, legs }), 100);
  });

  it('has nothing to show of what was not seen', () => {
    const connection = { id: 1, openedAt: 0, from, legs: {} };
    assert.deepEqual(firstExchangeSpans(times, connection), exchangeSpans(times));
    assert.equal(setUpTime(connection), undefined);
  });
});
