import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { messagesOf } from '../../src/capture/exchange-messages.ts';
import type { HeaderPair, HttpExchange } from '../../src/shared/exchange.ts';
import { MemoryBodies } from '../support/memory-bodies.ts';

function exchange(
  type: string,
  more: { switchedTo?: string; headers?: HeaderPair[]; encoding?: string } = {},
): HttpExchange {
  const { switchedTo, headers = [], encoding = '' } = more;
  const counts = { size: 0, wireBytes: 0, kept: 0 };
  const message = { headers, trailers: [], headBytes: 0, body: { ...counts, type, encoding } };
  return {
    ...{ id: 1, conn: 1, stream: 1, protocol: 'HTTP/1.1', scheme: 'https', authority: 'x.test' },
    request: { method: 'POST', target: '/', ...message },
    response: { status: 200, ...message },
    informational: [],
    at: { started: 0 },
    outcome: { state: 'finished' },
    issues: [],
    ...(switchedTo !== undefined && { switchedTo }),
  };
}

test('the frames of a WebSocket, one of them compressed', async () => {
  const bodies = new MemoryBodies();
  // RFC 6455 §5.7, a masked text frame; RFC 7692 §7.2.3.1, the same word compressed.
  bodies.append(1, 'request', Buffer.from('818537fa213d7f9f4d5158', 'hex'), 5);
  bodies.append(1, 'response', Buffer.from('c107f248cdc9c90700', 'hex'), 6);
  const headers: HeaderPair[] = [['Sec-WebSocket-Extensions', 'permessage-deflate']];
  const { kind, messages, issues } = await messagesOf(exchange('', { switchedTo: 'websocket', headers }), bodies);
  assert.deepEqual([kind, issues], ['websocket', []]);
  assert.deepEqual(
    messages.map(({ sender, type, text, at, size, compressed }) => [sender, type, text, at, size, compressed]),
    [
      ['client', 'text', 'Hello', 5, 5, undefined],
      ['server', 'text', 'Hello', 6, 5, true],
    ],
  );
});

test('the events of a stream, compressed or not; what is long is cut', async () => {
  for (const encoding of ['', 'gzip']) {
    const bodies = new MemoryBodies();
    const content = Buffer.from(`: hi\n\nid: 7\nevent: tick\ndata: one\n\ndata: ${'x'.repeat(20_000)}\n\n`);
    bodies.append(1, 'response', encoding === '' ? content : gzipSync(content), 9);
    const found = await messagesOf(exchange('text/event-stream; charset=utf-8', { encoding }), bodies);
    const [first, second] = found.messages;
    assert.deepEqual([found.kind, found.comments, found.messages.length], ['event-stream', 1, 2]);
    assert.deepEqual(
      [first?.type, first?.text, first?.eventId, first?.at, first?.cut],
      ['tick', 'one', '7', 9, undefined],
    );
    assert.deepEqual([second?.size, second?.text?.length, second?.cut], [20_000, 16_384, true]);
  }
});

test('gRPC messages with their fields by number', async () => {
  const bodies = new MemoryBodies();
  // Field 1, varint 150; field 2, the text "testing".
  const message = Buffer.from('08960112077465 7374696e67'.replace(' ', ''), 'hex');
  const packed = gzipSync(message);
  const frame = (flags: number, bytes: Uint8Array) =>
    Buffer.concat([Buffer.from([flags, 0, 0, 0, bytes.length]), bytes]);
  bodies.append(1, 'request', frame(0, message), 1);
  bodies.append(1, 'response', frame(1, packed), 2);
  const headers: HeaderPair[] = [['grpc-encoding', 'gzip']];
  const found = await messagesOf(exchange('application/grpc+proto', { headers }), bodies);
  assert.equal(found.kind, 'grpc');
  for (const { bytes, protobuf } of found.messages) {
    assert.equal(bytes, message.toString('hex'));
    assert.deepEqual(
      (protobuf as { number: number }[]).map(({ number }) => number),
      [1, 2],
    );
    assert.match(JSON.stringify(protobuf), /"testing"/);
  }
  assert.deepEqual(
    found.messages.map(({ sender, compressed }) => [sender, compressed]),
    [
      ['client', undefined],
      ['server', true],
    ],
  );
});

test('the operations of a GraphQL request, unless it is not there whole', async () => {
  const body = gzipSync('{"query":"mutation M { pay }"}');
  const counts = { size: body.length, wireBytes: body.length, kept: body.length };
  const facts = { ...counts, type: 'application/json', encoding: 'gzip' };
  const asked = exchange('text/html');
  const operations = async (sent: Uint8Array, more: Partial<typeof facts> = {}) => {
    const bodies = new MemoryBodies();
    bodies.append(1, 'request', sent, 1);
    const request = { ...asked.request, body: { ...facts, ...more } };
    const { kind, graphql, issues } = await messagesOf({ ...asked, request }, bodies);
    assert.deepEqual([kind, issues], ['none', []]);
    return graphql;
  };
  assert.deepEqual(await operations(body), [{ kind: 'mutation', name: 'M', fields: ['pay'] }]);
  assert.equal(await operations(body, { size: body.length + 1 }), undefined);
  assert.equal(await operations(body, { type: 'text/plain' }), undefined);
  assert.equal(await operations(body, { encoding: 'unheard-of' }), undefined);
  for (let length = 0; length < body.length; length++) {
    assert.equal(await operations(body.subarray(0, length), { size: length, kept: length }), undefined);
  }
  const bomb = gzipSync(`{"query":"{a}"}${' '.repeat(2_000_000)}`);
  assert.equal(await operations(bomb, { size: bomb.length, kept: bomb.length }), undefined);
});

test('other exchanges have none', async () => {
  assert.equal((await messagesOf(exchange('text/html'), new MemoryBodies())).kind, 'none');
});
