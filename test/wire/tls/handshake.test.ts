import assert from 'node:assert/strict';
import test from 'node:test';
import { type FramedMessage, HandshakeAssembler } from '../../../src/wire/tls/handshake.ts';

const message = (type: number, length: number) =>
  Uint8Array.of(type, 0, length >> 8, length, ...new Uint8Array(length).fill(type));

/** Each content as a record of its own, five bytes of header before it. */
function assemble(contents: readonly Uint8Array[]): { messages: FramedMessage[]; assembler: HandshakeAssembler } {
  const assembler = new HandshakeAssembler();
  const messages: FramedMessage[] = [];
  let at = 0;
  for (const content of contents) {
    const end = at + 5 + content.length;
    assembler.push(content, [at, end], at, (found) => messages.push(found));
    at = end;
  }
  return { messages, assembler };
}

test('several messages in a record', () => {
  const { messages } = assemble([Buffer.concat([message(8, 2), message(14, 0), message(20, 12)])]);
  assert.deepEqual(
    messages.map(({ bytes }) => bytes),
    [message(8, 2), message(14, 0), message(20, 12)],
  );
  assert.deepEqual(messages[2]?.spans, [[0, 5 + 6 + 4 + 16]]);
});

test('a message over several records, its header split as well', () => {
  const whole = message(11, 20);
  for (let size = 1; size < whole.length; size++) {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < whole.length; at += size) pieces.push(whole.subarray(at, at + size));
    const { messages } = assemble(pieces);
    assert.deepEqual(
      messages.map(({ bytes }) => bytes),
      [whole],
      `pieces of ${size}`,
    );
    assert.equal(messages[0]?.spans.length, pieces.length);
  }
});

test('a record that ends one message and begins the next belongs to both', () => {
  const { messages } = assemble([
    message(1, 8).subarray(0, 6),
    Buffer.concat([message(1, 8).subarray(6), message(2, 4).subarray(0, 5)]),
    message(2, 4).subarray(5),
  ]);
  assert.deepEqual(
    messages.map(({ spans }) => spans),
    [
      [
        [0, 11],
        [11, 27],
      ],
      [
        [11, 27],
        [27, 35],
      ],
    ],
  );
});

test('messages are copies: writing to the stream does not change them', () => {
  const content = message(20, 4);
  const { messages } = assemble([content]);
  content.fill(0);
  assert.deepEqual(messages[0]?.bytes, message(20, 4));
});

test('what is noted between messages is said of the next one, and the same words only once', () => {
  const assembler = new HandshakeAssembler();
  const messages: FramedMessage[] = [];
  for (let i = 0; i < 1000; i++) assembler.note('warning', 'odd');
  assembler.push(message(20, 1), [0, 10], 0, (found) => messages.push(found));
  assembler.push(message(20, 1), [10, 20], 0, (found) => messages.push(found));
  assert.deepEqual(messages[0]?.notes, [{ severity: 'warning', text: 'odd' }]);
  assert.equal(messages[1]?.notes, undefined);
});

test('what is not whole is counted', () => {
  const { messages, assembler } = assemble([message(20, 9).subarray(0, 7)]);
  assert.deepEqual([messages.length, assembler.held], [0, 7]);
});
