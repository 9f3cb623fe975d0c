/**
 * Handshakes under toy keys, so that any record can be made: a key is one byte, and a sealed record is
 * `key content type` in TLS 1.3, `key content` and at least 16 bytes more before.
 */
import assert from 'node:assert/strict';
import type { TlsRole } from '../../../src/shared/model.ts';
import type { OpenerFactory, RecordOpener, TlsRecord } from '../../../src/wire/tls/opener.ts';
import type { Step } from './flow.ts';
import { flows, Replay, type ReplayOptions } from './replay.ts';

export const steps = (name: string): readonly Step[] => flows.get(name)?.steps ?? assert.fail(`no flow ${name}`);
export const bytesOf = (name: string) => steps(name).filter((step) => step.kind === 'bytes');
export const names = ({ messages }: Replay) => messages.map(({ type }) => type.name);

const KEYS = {
  CLIENT_HANDSHAKE_TRAFFIC_SECRET: 1,
  SERVER_HANDSHAKE_TRAFFIC_SECRET: 2,
  CLIENT_TRAFFIC_SECRET_0: 30,
  SERVER_TRAFFIC_SECRET_0: 40,
};
const FINISHED = Uint8Array.of(20, 0, 0, 1, 7);
const MAC = new Uint8Array(16);

/** TLS 1.3. */
class ToyOpener implements RecordOpener {
  readonly #key: number;

  constructor(key: number) {
    this.#key = key;
  }

  open({ body }: TlsRecord) {
    return body[0] === this.#key ? { type: body.at(-1)!, content: body.subarray(1, -1) } : undefined;
  }

  next(): RecordOpener {
    return new ToyOpener(this.#key + 1);
  }
}

/** TLS 1.2. */
function toyLegacyOpener(key: number): RecordOpener {
  return {
    open: ({ type, body }) =>
      body[0] === key ? { type, content: body.subarray(1, body.length - MAC.length) } : undefined,
  };
}

export const toyFactory: OpenerFactory = {
  fromTrafficSecret: (_suite, secret) => new ToyOpener(secret[0]!),
  fromMasterSecret: ({ masterSecret: [key = 0] }) => ({ client: toyLegacyOpener(key), server: toyLegacyOpener(key) }),
};

/** A TLS 1.3 handshake that is complete, under toy keys. */
export function sealed(options: ReplayOptions = {}) {
  const told = unfinished(options);
  told.send('server', 'handshake', 22, FINISHED);
  told.send('client', 'handshake', 22, FINISHED);
  assert.equal(told.session.complete, true);
  return told;
}

/** The same before both Finished. */
export function unfinished(options: ReplayOptions = {}) {
  const told = new Replay({ opener: toyFactory, ...options });
  const [hello, serverHello] = bytesOf('rfc8448-simple');
  told.feed('client', hello!.bytes, 0);
  told.feed('server', serverHello!.bytes, 0);
  for (const [label, key] of Object.entries(KEYS)) told.session.secret(label, Uint8Array.of(key));
  const send = (sender: TlsRole, epoch: 'handshake' | 'application', type: number, content: Uint8Array, update = 0) => {
    const label = epoch === 'handshake' ? '_HANDSHAKE_TRAFFIC_SECRET' : '_TRAFFIC_SECRET_0';
    const key = KEYS[`${sender.toUpperCase()}${label}` as keyof typeof KEYS] + update;
    return told.session.feed(sender, record(23, Buffer.concat([Uint8Array.of(key), content, Uint8Array.of(type)])), 0);
  };
  return Object.assign(told, { send });
}

/** A TLS 1.2 handshake that is complete, its master secret being `key`. */
export function sealedTls12(key: number, options: ReplayOptions = {}) {
  const told = new Replay({ opener: toyFactory, ...options });
  const [hello, flight] = bytesOf('tls12-ecdsa-gcm');
  told.feed('client', hello!.bytes, 0);
  told.feed('server', flight!.bytes, 0);
  told.session.secret('CLIENT_RANDOM', Uint8Array.of(key));
  const send = (sender: TlsRole, under: number, type: number, content: Uint8Array) =>
    told.session.feed(sender, record(type, Buffer.concat([Uint8Array.of(under), content, MAC])), 0);
  for (const sender of ['client', 'server'] as const) {
    told.feed(sender, record(20, Uint8Array.of(1)), 0);
    send(sender, key, 22, FINISHED);
  }
  assert.equal(told.session.complete, true);
  return Object.assign(told, { send, hello: hello!.bytes.subarray(5), serverHello: firstMessage(flight!.bytes) });
}

export function newSessionTicket(): Uint8Array {
  // Lifetime, age_add, an empty nonce, a ticket of two bytes, no extensions.
  return Uint8Array.from(Buffer.from('0400000f00001c2001020304000002aabb0000', 'hex'));
}

export function keyUpdate(): Uint8Array {
  return Uint8Array.of(24, 0, 0, 1, 0);
}

export function finished(): Uint8Array {
  return FINISHED;
}

export function record(type: number, body: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(type, 3, 3, body.length >> 8, body.length), body]);
}

/** The first handshake message of a stream, which is whole in its first record. */
function firstMessage(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(5, 5 + 4 + ((bytes[7]! << 8) | bytes[8]!));
}
