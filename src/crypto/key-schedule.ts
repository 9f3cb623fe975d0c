/** Keys from secrets: HKDF-Expand-Label of TLS 1.3, the PRF of the versions before. */
import { hmac } from './hmac.ts';

const infos = new Map<string, Uint8Array>();

/**
 * HKDF-Expand-Label with an empty context (RFC 8446 §7.1), for outputs no longer than the hash: record keys and IVs,
 * and the next traffic secret. One HMAC.
 */
export function expandLabel(hash: string, secret: Uint8Array, label: string, length: number): Uint8Array {
  return hmac(hash, secret, labelInfo(label, length)).subarray(0, length);
}

/** HKDF-Extract (RFC 5869 §2.2). */
export function extract(hash: string, salt: Uint8Array, inputKey: Uint8Array): Uint8Array {
  return hmac(hash, salt, inputKey);
}

/** Derive-Secret (RFC 8446 §7.1) over a transcript that is hashed already. As long as the hash. */
export function deriveSecret(hash: string, secret: Uint8Array, label: string, transcript: Uint8Array): Uint8Array {
  const { length } = transcript;
  const full = Buffer.from(`tls13 ${label}`, 'latin1');
  const info = Buffer.concat([
    Uint8Array.of(length >> 8, length, full.length),
    full,
    Uint8Array.of(length),
    transcript,
    Uint8Array.of(1),
  ]);
  return hmac(hash, secret, info).subarray(0, length);
}

/** PRF of `version` (RFC 5246 §5; RFC 2246 §5 before TLS 1.2). `hash` is the suite's, used from TLS 1.2 on. */
export function prf(
  version: number,
  hash: string,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const labelled = Buffer.concat([Buffer.from(label, 'latin1'), seed]);
  if (version >= 0x0303) return expand(hash, secret, labelled, length);
  // The halves overlap by a byte when the secret's length is odd.
  const half = (secret.length + 1) >> 1;
  const output = expand('md5', secret.subarray(0, half), labelled, length);
  const other = expand('sha1', secret.subarray(secret.length - half), labelled, length);
  for (let i = 0; i < length; i++) output[i]! ^= other[i]!;
  return output;
}

/** P_hash (RFC 5246 §5). */
function expand(hash: string, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let a: Uint8Array = seed;
  for (let filled = 0; filled < length; ) {
    a = hmac(hash, secret, a);
    const block = hmac(hash, secret, a, seed);
    output.set(block.subarray(0, length - filled), filled);
    filled += block.length;
  }
  return output;
}

/** HkdfLabel and the counter of the first block, the same for every connection. */
function labelInfo(label: string, length: number): Uint8Array {
  const key = `${label} ${length}`;
  let info = infos.get(key);
  if (!info) {
    const full = Buffer.from(`tls13 ${label}`, 'latin1');
    info = Buffer.concat([Uint8Array.of(length >> 8, length, full.length), full, Uint8Array.of(0, 1)]);
    infos.set(key, info);
  }
  return info;
}
