import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordSizeLimitOf } from '../../src/capture/leg-record-size.ts';
import type { TlsRole } from '../../src/shared/model.ts';
import { WireMessage } from '../../src/wire/tls/message.ts';

const RECORD_SIZE_LIMIT = [0x00, 0x1c];

function u16(value: number): number[] {
  return [value >> 8, value & 0xff];
}

function extensions(...list: number[][]): number[] {
  const body = list.flat();
  return [...u16(body.length), ...body];
}

function extension(type: number[], data: number[]): number[] {
  return [...type, ...u16(data.length), ...data];
}

const OTHER = extension([0x00, 0x17], []);
const limit = (...data: number[]) => extension(RECORD_SIZE_LIMIT, data);

function message(type: number, body: number[], sender: TlsRole = 'server'): WireMessage {
  const bytes = Uint8Array.from([type, 0, ...u16(body.length), ...body]);
  return new WireMessage(22, bytes, { n: 0, sender, epoch: 'handshake', spans: [], at: 0 }, {});
}

const encryptedExtensions = (...list: number[][]) => message(8, extensions(...list));
/** TLS 1.2, no session id, a suite, no compression. */
const serverHello = (...list: number[][]) =>
  message(2, [0x03, 0x03, ...Array<number>(32).fill(7), 0, 0xc0, 0x2f, 0, ...extensions(...list)]);

test('in TLS 1.3 it stands in EncryptedExtensions, before in ServerHello', () => {
  assert.equal(recordSizeLimitOf([serverHello(OTHER), encryptedExtensions(OTHER, limit(0x04, 0x01))]), 1025);
  assert.equal(recordSizeLimitOf([serverHello(OTHER, limit(0x02, 0x00))]), 512);
});

test('a server that does not say it has none', () => {
  assert.equal(recordSizeLimitOf([]), undefined);
  assert.equal(recordSizeLimitOf([serverHello(OTHER)]), undefined);
  assert.equal(recordSizeLimitOf([serverHello(limit(0x02, 0x00)), encryptedExtensions(OTHER)]), undefined);
});

test('what is no number of two bytes says nothing, and what is cut off does not throw', () => {
  for (const data of [[], [0x40], [0, 0x40, 0], [0, 63]])
    assert.equal(recordSizeLimitOf([serverHello(limit(...data))]), undefined);
  for (const whole of [serverHello(OTHER, limit(0x02, 0x00)), encryptedExtensions(limit(0x02, 0x00))]) {
    for (let length = 4; length < whole.bytes.length; length++) {
      const { type, sender } = whole;
      assert.equal(
        recordSizeLimitOf([{ type, sender, bytes: whole.bytes.subarray(0, length) } as WireMessage]),
        undefined,
      );
    }
  }
});
