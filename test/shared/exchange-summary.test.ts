import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeaderPair, HttpExchange } from '../../src/shared/exchange.ts';
import { fromExchangeSummary, summariseExchange } from '../../src/shared/exchange-summary.ts';
import { isThin, thinExchange } from '../../src/shared/thin.ts';
import { bodyWith, exchangeWith } from '../web-ui/exchanges.ts';

interface Fields {
  readonly headers?: readonly HeaderPair[];
  readonly trailers?: readonly HeaderPair[];
  readonly type?: string;
}

function call({ headers = [], trailers = [], type = 'application/grpc' }: Fields): HttpExchange {
  const response = { status: 200, headers, trailers, headBytes: 0, body: bodyWith({ type }) };
  return exchangeWith({ response });
}
const statusOf = (exchange: HttpExchange) => summariseExchange(exchange).response?.grpcStatus;

test('a summary has the code that a gRPC call ended with, from its trailers or its headers alone', () => {
  assert.equal(statusOf(call({ trailers: [['grpc-status', '5']] })), 5);
  assert.equal(statusOf(call({ headers: [['Grpc-Status', '12']], type: 'application/grpc+proto' })), 12);
  assert.equal(statusOf(call({ trailers: [['grpc-status', '0']] })), 0);
  assert.equal(statusOf(call({})), undefined, 'it goes on');
  assert.equal(statusOf(call({ trailers: [['grpc-status', '<b>']] })), undefined);
  assert.equal(statusOf(call({ trailers: [['grpc-status', '5']], type: 'text/plain' })), undefined, 'no gRPC');
});

test('the code stays when the exchange is made of its summary, or leaves but its summary', () => {
  const exchange = call({
    trailers: [
      ['grpc-message', 'gone'],
      ['grpc-status', '5'],
    ],
  });
  const summary = summariseExchange(exchange);
  assert.deepEqual(summariseExchange(fromExchangeSummary(summary)), summary);
  thinExchange(exchange);
  assert.ok(isThin(exchange));
  assert.deepEqual(summariseExchange(exchange), summary);
});
