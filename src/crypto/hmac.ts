/**
 * HMAC (RFC 2104) for short inputs, made of one-shot hashes.
 *
 * Each of node:crypto's Hmac objects has a handle in C++ and each digest an ArrayBuffer of its own: making and
 * collecting those costs more than the hashing, and every TLS 1.3 connection takes sixteen of them.
 */
import { createHmac, hash as digest } from 'node:crypto';

interface Shape {
  /** The hash's input block, bytes. */
  readonly block: number;
  /** The hash's output, bytes. */
  readonly size: number;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  md5: { block: 64, size: 16 },
  sha1: { block: 64, size: 20 },
  sha256: { block: 64, size: 32 },
  sha384: { block: 128, size: 48 },
};

/** A padded key and what is hashed behind it. Overwritten by each call. */
const scratch = Buffer.alloc(512);

/** The first so many bytes of it, made once: few lengths occur. */
const starts: Uint8Array[] = [];

const NONE = new Uint8Array(0);

/** HMAC of `data` and then `more`. The bytes belong to the caller. */
export function hmac(hash: string, key: Uint8Array, data: Uint8Array, more: Uint8Array = NONE): Uint8Array {
  const shape = SHAPES[hash];
  const length = data.length + more.length;
  if (!shape || key.length > shape.block || shape.block + length > scratch.length) {
    return createHmac(hash, key).update(data).update(more).digest();
  }
  const { block, size } = shape;
  pad(key, block, 0x36);
  scratch.set(data, block);
  scratch.set(more, block + data.length);
  const inner = digest(hash, start(block + length), 'latin1');
  pad(key, block, 0x5c);
  scratch.write(inner, block, 'latin1');
  const output = digest(hash, start(block + size), 'latin1');
  // No key stays behind.
  scratch.fill(0, 0, block);
  return Buffer.from(output, 'latin1');
}

function start(length: number): Uint8Array {
  starts[length] ??= scratch.subarray(0, length);
  return starts[length];
}

function pad(key: Uint8Array, block: number, value: number): void {
  for (let i = 0; i < block; i++) scratch[i] = i < key.length ? key[i]! ^ value : value;
}
