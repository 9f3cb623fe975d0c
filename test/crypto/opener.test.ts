/** Openers on their own; that they open what real peers seal is shown by test/wire/tls/golden.test.ts. */
import assert from 'node:assert/strict';
import { createCipheriv, createHmac } from 'node:crypto';
import test from 'node:test';
import { expandLabel, prf } from '../../src/crypto/key-schedule.ts';
import { nodeOpener } from '../../src/crypto/opener.ts';
import type { MasterKeys, TlsRecord } from '../../src/wire/tls/opener.ts';
import { CIPHER_SUITES } from '../../src/wire/tls/registries.generated.ts';

const SECRET = Buffer.alloc(32, 7);
const MASTER: MasterKeys = {
  version: 0x0303,
  cipherSuite: 0xc02f,
  masterSecret: Buffer.alloc(48, 1),
  clientRandom: Buffer.alloc(32, 2),
  serverRandom: Buffer.alloc(32, 3),
  encryptThenMac: false,
};

/** A TLS 1.3 record of AES-128-GCM, sealed here. */
function seal(secret: Uint8Array, sequence: number, inner: Uint8Array): TlsRecord {
  const nonce = Buffer.from(expandLabel('sha256', secret, 'iv', 12));
  nonce[11]! ^= sequence & 0xff;
  nonce[10]! ^= sequence >> 8;
  const cipher = createCipheriv('aes-128-gcm', expandLabel('sha256', secret, 'key', 16), nonce);
  cipher.setAAD(Uint8Array.of(23, 3, 3, (inner.length + 16) >> 8, inner.length + 16));
  const body = Buffer.concat([cipher.update(inner), cipher.final(), cipher.getAuthTag()]);
  return { type: 23, version: 0x0303, body };
}

test('the inner type is the last byte that is not zero', () => {
  const opener = nodeOpener.fromTrafficSecret(0x1301, SECRET)!;
  const opened = opener.open(seal(SECRET, 0, Uint8Array.of(1, 2, 0, 22, 0, 0, 0)));
  assert.equal(opened?.type, 22);
  assert.deepEqual([...opened!.content], [1, 2, 0]);
});

test('records are opened in order, far beyond 256, and a foreign one between them does no harm', () => {
  const opener = nodeOpener.fromTrafficSecret(0x1301, SECRET)!;
  for (let sequence = 0; sequence < 600; sequence++) {
    assert.equal(opener.open(seal(Buffer.alloc(32, 8), sequence, Uint8Array.of(22))), undefined);
    assert.equal(opener.open(seal(SECRET, sequence, Uint8Array.of(5, 22)))?.content[0], 5, `${sequence}`);
  }
});

test('a changed byte anywhere in a record keeps it closed', () => {
  const record = seal(SECRET, 0, Uint8Array.of(1, 2, 22));
  for (let i = 0; i < record.body.length; i++) {
    const body = Uint8Array.from(record.body);
    body[i]! ^= 1;
    assert.equal(nodeOpener.fromTrafficSecret(0x1301, SECRET)!.open({ ...record, body }), undefined);
  }
});

test('after a KeyUpdate the next secret is used', () => {
  const next = expandLabel('sha256', SECRET, 'traffic upd', 32);
  const opener = nodeOpener.fromTrafficSecret(0x1301, SECRET)!.next!();
  assert.equal(opener.open(seal(next, 0, Uint8Array.of(9, 22)))?.content[0], 9);
});

test('bodies of every length, too short ones included, never throw', () => {
  for (const cipherSuite of [0xc02f, 0xcca8, 0xc0ae, 0xc013, 0xc028, 0x000a, 0x0002]) {
    for (const version of [0x0301, 0x0302, 0x0303]) {
      for (const encryptThenMac of [false, true]) {
        const openers = nodeOpener.fromMasterSecret({ ...MASTER, cipherSuite, version, encryptThenMac });
        for (let length = 0; length < 100; length++) {
          assert.equal(openers?.client.open({ type: 22, version, body: new Uint8Array(length) }), undefined);
        }
      }
    }
  }
  for (let length = 0; length < 40; length++) {
    const record = { type: 23, version: 0x0303, body: new Uint8Array(length) };
    assert.equal(nodeOpener.fromTrafficSecret(0x1303, SECRET)!.open(record), undefined);
  }
});

test('a NULL suite still checks its MAC', () => {
  const cipherSuite = 0xc010;
  const content = Uint8Array.of(20, 0, 0, 0);
  const openers = nodeOpener.fromMasterSecret({ ...MASTER, cipherSuite })!;
  const forged = createHmac('sha1', Buffer.alloc(20)).update(content).digest();
  const record = { type: 22, version: 0x0303, body: Buffer.concat([content, forged]) };
  assert.equal(openers.client.open(record), undefined);
});

/** Records of TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA of the client, sealed here. */
function cbcSealer(version: number, encryptThenMac: boolean) {
  const seed = Buffer.concat([MASTER.serverRandom, MASTER.clientRandom]);
  const block = prf(version, 'sha256', MASTER.masterSecret, 'key expansion', seed, 104);
  const key = block.subarray(40, 56);
  let last = Buffer.from(block.subarray(72, 88));
  const mac = (sequence: number, bytes: Uint8Array) => {
    const prefix = Buffer.alloc(13);
    prefix.writeUInt32BE(sequence, 4);
    prefix.set([22, version >> 8, version & 0xff, bytes.length >> 8, bytes.length], 8);
    return createHmac('sha1', block.subarray(0, 20)).update(prefix).update(bytes).digest();
  };
  /** @param padding instead of the right one */
  return (sequence: number, content: Uint8Array, padding?: number): TlsRecord => {
    const inner = encryptThenMac ? content : Buffer.concat([content, mac(sequence, content)]);
    const length = 15 - (inner.length % 16);
    const padded = Buffer.concat([inner, Buffer.alloc(length + 1, padding ?? length)]);
    const iv = version >= 0x0302 ? Buffer.alloc(16, sequence) : last;
    const cipher = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
    const blocks = cipher.update(padded);
    if (padding === undefined) last = Buffer.from(blocks.subarray(-16));
    const sealed = version >= 0x0302 ? Buffer.concat([iv, blocks]) : blocks;
    return { type: 22, version, body: encryptThenMac ? Buffer.concat([sealed, mac(sequence, sealed)]) : sealed };
  };
}

test('a CBC record that does not open leaves counter and IV alone, though its MAC may match', () => {
  const content = Uint8Array.of(20, 0, 0, 0);
  for (const version of [0x0301, 0x0302, 0x0303]) {
    for (const encryptThenMac of [false, true]) {
      const where = `${version} ${encryptThenMac}`;
      const opener = nodeOpener.fromMasterSecret({ ...MASTER, cipherSuite: 0xc013, version, encryptThenMac })!.client;
      const seal = cbcSealer(version, encryptThenMac);
      for (let sequence = 0; sequence < 3; sequence++) {
        assert.equal(opener.open(seal(sequence, content, 255)), undefined, where);
        assert.equal(opener.open({ type: 22, version, body: Buffer.alloc(64, sequence) }), undefined, where);
        assert.deepEqual([...(opener.open(seal(sequence, content))?.content ?? [])], [...content], where);
      }
    }
  }
});

test('which suites can be opened here: all but these ciphers of the registry', () => {
  const opens = (id: number, keyExchange: string) =>
    keyExchange === 'TLS13'
      ? nodeOpener.fromTrafficSecret(id, SECRET) !== undefined
      : nodeOpener.fromMasterSecret({ ...MASTER, cipherSuite: id }) !== undefined;
  const closed = CIPHER_SUITES.filter(([id, , kx, , encryption]) => encryption !== '' && !opens(id, kx));
  const reasons = new Set(closed.map(([, , , , encryption, mode]) => `${encryption} ${mode}`.trim()));
  assert.deepEqual([...reasons].sort(), [
    'AEGIS',
    'CAMELLIA GCM',
    'DES CBC',
    'IDEA CBC',
    'NULL',
    'RC2 CBC',
    'RC4',
    'SEED CBC',
    'SM4 CCM',
    'SM4 GCM',
  ]);
});

test('SSL 3.0 and unknown suites are declined', () => {
  assert.equal(nodeOpener.fromMasterSecret({ ...MASTER, version: 0x0300 }), undefined);
  assert.equal(nodeOpener.fromMasterSecret({ ...MASTER, cipherSuite: 0xfefe }), undefined);
  assert.equal(nodeOpener.fromTrafficSecret(0x1307, SECRET), undefined);
});
