import assert from 'node:assert/strict';
import test from 'node:test';
import { brotliCompressSync, deflateSync, zstdCompressSync } from 'node:zlib';
import { nodeDecompress } from '../../../../src/crypto/decompress.ts';
import type { Field } from '../../../../src/shared/model.ts';
import { toHex } from '../../../../src/wire/hex.ts';
import { decodeMessage, readCertificateChain } from '../../../../src/wire/tls/messages/table.ts';
import type { DecodeContext } from '../../../../src/wire/tls/values.ts';
import fc from '../../../support/property.ts';
import { assertNested } from '../nesting.ts';
import { flows, replay } from '../replay.ts';

const CONTEXT: DecodeContext = { version: 0x0304, cipherSuite: 0x1301, decompress: nodeDecompress };

/** The Certificate message of a recorded handshake, and its body. */
const CERTIFICATE = replay(flows.get('tls13-ecdsa')!.steps).messages.find(({ type }) => type.id === 11)!.bytes;
const BODY = CERTIFICATE.subarray(4);

const FORMATS = [
  { name: 'zlib', algorithm: 1, compress: (bytes: Uint8Array) => deflateSync(bytes) },
  { name: 'brotli', algorithm: 2, compress: (bytes: Uint8Array) => brotliCompressSync(bytes) },
  { name: 'zstd', algorithm: 3, compress: (bytes: Uint8Array) => zstdCompressSync(bytes) },
];

for (const { name, algorithm, compress } of FORMATS) {
  const message = compressed(algorithm, BODY.length, compress(BODY));

  test(`${name}: the tree of the Certificate stands within, with its own ranges`, () => {
    const { fields, issues, summary } = decodeMessage(message, CONTEXT, true);
    assert.deepEqual(issues, []);
    assert.equal(summary, `${name} · 1 certificate · ${BODY.length} bytes uncompressed`);
    assertNested(fields, [0, message.length], name);
    const field = sealed(fields);
    assert.equal(field.inner, toHex(BODY));
    // The same fields as those of the message sent plainly, but for the header of four bytes before them.
    const [, plain] = decodeMessage(CERTIFICATE, CONTEXT, true).fields;
    assert.deepEqual(field.children, (plain?.children ?? []).slice(1).map(moved));
  });

  test(`${name}: the chain is that of the Certificate`, () => {
    const chain = readCertificateChain(message, CONTEXT);
    assert.deepEqual(chain, readCertificateChain(CERTIFICATE, CONTEXT));
    assert.equal(chain.length, 1);
  });

  test(`${name}: truncated at every byte, it says so and keeps the bytes`, () => {
    for (let length = 0; length < message.length; length++) {
      const cut = message.subarray(0, length);
      const { fields, issues } = decodeMessage(cut, CONTEXT, true);
      assert.ok(issues.some(({ severity }) => severity === 'error'));
      assertNested(fields, [0, length], `cut at ${length}`);
      assert.deepEqual(readCertificateChain(cut, CONTEXT), []);
    }
  });

  test(`${name}: a length that is not true is said, and nothing is opened`, () => {
    for (const length of [BODY.length - 1, BODY.length + 1]) {
      const wrong = compressed(algorithm, length, compress(BODY));
      const { fields, issues } = decodeMessage(wrong, CONTEXT, true);
      assert.equal(issues[0]?.severity, 'error');
      assert.equal(sealed(fields).issue, issues[0]);
      assert.equal(sealed(fields).inner, undefined);
      assert.equal(sealed(fields).value, toHex(compress(BODY)));
      assert.deepEqual(readCertificateChain(wrong, CONTEXT), []);
    }
  });

  test(`${name}: what a bomb declares is its bound, and the bound has one too`, () => {
    const bomb = compress(Buffer.alloc(1 << 24));
    for (const [length, says] of [
      [100, /not decompressed: the bytes are not/],
      [(1 << 24) - 1, /more than 1048576 are not opened/],
    ] as const) {
      const { issues, summary } = decodeMessage(compressed(algorithm, length, bomb), CONTEXT, true);
      assert.match(issues[0]?.text ?? '', says);
      assert.equal(summary, `${name} · ${length} bytes uncompressed`);
    }
  });
}

test('without a decompressor the envelope is all, and nothing is wrong with that', () => {
  const { fields, issues } = decodeMessage(compressed(2, 1000, Buffer.from('aabb', 'hex')), { version: 0x0304 }, true);
  assert.deepEqual(issues, []);
  assert.equal(sealed(fields).value, 'aabb');
});

test('an unknown algorithm and garbage are said, and their bytes kept', () => {
  for (const algorithm of [1, 2, 3, 9, 0x1a1a]) {
    const { fields, issues } = decodeMessage(compressed(algorithm, 50, Buffer.from('garbage')), CONTEXT, true);
    assert.equal(issues[0]?.severity, 'error');
    assert.equal(sealed(fields).value, Buffer.from('garbage').toString('hex'));
  }
});

test('what is wrong within the Certificate is said of the message', () => {
  const odd = Uint8Array.of(...BODY, 7);
  const { issues } = decodeMessage(compressed(1, odd.length, deflateSync(odd)), CONTEXT, true);
  assert.deepEqual(
    issues.map(({ text }) => text),
    ['Certificate: 1 byte left over'],
  );
});

test('any bytes, compressed, are decoded without a throw and stay nested', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...FORMATS), (body, { algorithm, compress }) => {
      const message = compressed(algorithm, body.length, compress(body));
      const { fields, issues } = decodeMessage(message, CONTEXT, true);
      assertNested(fields, [0, message.length], 'any');
      assert.deepEqual(decodeMessage(message, CONTEXT, false).issues, issues);
    }),
    { numRuns: 100 },
  );
});

function compressed(algorithm: number, length: number, bytes: Uint8Array): Uint8Array {
  const u24 = (value: number) => [value >> 16, (value >> 8) & 0xff, value & 0xff];
  const body = [algorithm >> 8, algorithm & 0xff, ...u24(length), ...u24(bytes.length), ...bytes];
  return Uint8Array.of(25, ...u24(body.length), ...body);
}

function sealed(fields: readonly Field[]): Field {
  return fields[1]!.children!.find(({ name }) => name === 'compressed_certificate_message')!;
}

function moved(field: Field): Field {
  const { range, children } = field;
  return { ...field, range: [range[0] - 4, range[1] - 4], ...(children && { children: children.map(moved) }) };
}
