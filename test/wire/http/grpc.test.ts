/** gRPC and gRPC-Web: messages, compression, trailers, statuses, cuts. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { decodeGrpc, type GrpcOptions, grpcStatus, isGrpc } from '../../../src/wire/http/grpc.ts';
import fc from '../../support/property.ts';

const unpack: GrpcOptions['unpack'] = (encoding, bytes, maxOutputLength) => {
  if (encoding !== 'gzip') return 'unknown-coding';
  try {
    return gunzipSync(bytes, { maxOutputLength });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-long' : 'corrupt';
  }
};

function framed(content: Uint8Array | string, flags = 0): Buffer {
  const bytes = Buffer.from(content as string);
  const prefix = Buffer.alloc(5);
  prefix[0] = flags;
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}

const decode = (bytes: Uint8Array, type = 'application/grpc', encoding = '') =>
  decodeGrpc({ pieces: [{ bytes, at: 0 }], type, encoding }, { unpack, maxMessage: 1000 });
const texts = (call: ReturnType<typeof decodeGrpc>) => call.messages.map(({ bytes }) => Buffer.from(bytes).toString());
const issues = (call: ReturnType<typeof decodeGrpc>) =>
  [...call.messages.flatMap((message) => message.issues), ...call.issues].map(({ text }) => text).join('\n');

test('messages, with the time their last byte came', () => {
  const bytes = Buffer.concat([framed('one'), framed(''), framed('three')]);
  const pieces = [4, 9, bytes.length].map((end, i, ends) => ({ bytes: bytes.subarray(ends[i - 1] ?? 0, end), at: i }));
  const call = decodeGrpc({ pieces, type: 'application/grpc+proto', encoding: '' });
  assert.deepEqual(
    call.messages.map(({ bytes, at, wireBytes }) => [Buffer.from(bytes).toString(), at, wireBytes]),
    [
      ['one', 1, 8],
      ['', 2, 5],
      ['three', 2, 10],
    ],
  );
  assert.equal(issues(call), '');
});

test('compressed messages: undone, not known, broken, too long, denied', () => {
  const packed = gzipSync('packed');
  const call = decode(Buffer.concat([framed(packed, 1), framed('plain')]), undefined, 'gzip');
  assert.deepEqual(texts(call), ['packed', 'plain']);
  assert.deepEqual(
    call.messages.map(({ compressed, readable }) => [compressed, readable]),
    [
      [true, true],
      [false, true],
    ],
  );
  for (const [content, encoding, says] of [
    [packed, 'snappy', /not known here/],
    ['junk', 'gzip', /broken/],
    [gzipSync('x'.repeat(1001)), 'gzip', /longer than may be/],
    [packed, '', /nothing is/],
  ] as const) {
    const call = decode(framed(content, 1), undefined, encoding);
    assert.match(issues(call), says);
    assert.equal(call.messages[0]!.readable, false);
    assert.deepEqual(Buffer.from(call.messages[0]!.bytes), Buffer.from(content as string));
  }
});

test('gRPC-Web: trailers in the content, binary and in base64 pieces that are padded each', () => {
  const parts = [framed('a'), framed('bc'), framed('grpc-status: 5\r\ngrpc-message:no%20%C3%A9%zz\r\n', 0x80)];
  const binary = decode(Buffer.concat(parts), 'application/grpc-web+proto');
  const text = Buffer.from(parts.map((part) => part.toString('base64')).join(''));
  for (const call of [binary, decode(text, 'application/grpc-web-text')]) {
    assert.deepEqual(texts(call), ['a', 'bc']);
    assert.deepEqual(grpcStatus(call.trailers!), { code: 5, name: 'NOT_FOUND', message: 'no é%zz' });
    assert.equal(issues(call), '');
  }
  assert.match(issues(decode(Buffer.from('AAAA!AAA='), 'application/grpc-web-text')), /1 characters are not base64/);
});

test('odd flags, messages behind trailers, statuses that are none', () => {
  assert.match(issues(decode(framed('a', 2))), /0x2 have bits/);
  assert.match(issues(decode(framed('a', 0x80))), /0x80 have bits/);
  const after = Buffer.concat([framed('grpc-status:0', 0x80), framed('a')]);
  assert.match(issues(decode(after, 'application/grpc-web')), /after the trailers/);
  assert.equal(grpcStatus([['grpc-status', 'x']]), undefined);
  assert.equal(grpcStatus([]), undefined);
  assert.deepEqual(grpcStatus([['Grpc-Status', '99']]), { code: 99, name: 'unassigned', message: '' });
  assert.deepEqual(
    ['application/grpc', 'application/grpc-web-text+proto; x=y', 'application/grpcx', 'text/grpc'].map(isGrpc),
    [true, true, false, false],
  );
});

test('cut anywhere, what is whole stays and the rest is said; any bytes are survived', () => {
  const bytes = Buffer.concat([framed('one'), framed('two'), framed('')]);
  const ends = [0, 8, 16, 21];
  for (let length = 0; length <= bytes.length; length++) {
    const call = decode(bytes.subarray(0, length));
    assert.equal(call.messages.length, ends.filter((end) => end <= length).length - 1);
    assert.equal(issues(call) === '', ends.includes(length));
  }
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 100 }),
      fc.constantFrom('application/grpc', 'application/grpc-web', 'application/grpc-web-text'),
      (random, type) => void decode(random, type, 'gzip'),
    ),
  );
});
