import assert from 'node:assert/strict';
import { test } from 'node:test';
import { carriesMessages } from '../../../web-ui/src/exchange/sections.ts';
import { startLine } from '../../../web-ui/src/exchange/start-line.ts';
import { bodyWith, exchangeWith } from '../exchanges.ts';

test('a start line is what the protocol has, with the target and reason as sent', () => {
  const exchange = exchangeWith();
  assert.equal(startLine(exchange), 'GET /7 HTTP/1.1');
  assert.equal(startLine(exchange, exchange.response), 'HTTP/1.1 200 OK');
  assert.equal(startLine(exchange, { status: 103 }), 'HTTP/1.1 103');
  assert.equal(startLine(exchangeWith({ protocol: 'HTTP/2' })), undefined);
});

test('messages are asked for where there can be some', () => {
  const { request, response } = exchangeWith();
  const answered = (type: string) => exchangeWith({ response: { ...response!, body: bodyWith({ type }) } });
  assert.equal(carriesMessages(exchangeWith()), false);
  assert.equal(carriesMessages(exchangeWith({ switchedTo: 'WebSocket' })), true);
  assert.equal(carriesMessages(answered('text/event-stream;charset=utf-8')), true);
  assert.equal(carriesMessages(answered('text/event-streams')), false);
  assert.equal(carriesMessages(answered('application/grpc-web+proto')), true);
  assert.equal(
    carriesMessages(exchangeWith({ request: { ...request, body: bodyWith({ type: 'application/grpc' }) } })),
    true,
  );
});
