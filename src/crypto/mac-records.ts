/**
 * Opens records of TLS 1.2 and earlier that carry an HMAC: CBC, in either order of MAC and encryption, and NULL.
 *
 *   mac-then-encrypt (RFC 5246 §6.2.3.2)   [IV] { content MAC padding length }
 *   encrypt-then-mac (RFC 7366 §3)         [IV] { content padding length } MAC
 *
 * TLS 1.0 sends no IV: the last block of one record is the IV of the next (RFC 2246 §6.2.3.2).
 */
import { createDecipheriv, timingSafeEqual } from 'node:crypto';
import type { OpenedRecord, RecordOpener, TlsRecord } from '../wire/tls/opener.ts';
import { writeHeader, writeSequence } from './aead.ts';
import { hmac } from './hmac.ts';
import type { SuiteKeys } from './suites.ts';

export interface MacRecordKeys {
  readonly version: number;
  readonly macKey: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly encryptThenMac: boolean;
}

/** TLS 1.1, the first version whose records bring their IV. */
const EXPLICIT_IV = 0x0302;

export class CbcOpener implements RecordOpener {
  readonly #suite: SuiteKeys;
  readonly #keys: MacRecordKeys;
  readonly #mac: RecordMac;
  #iv: Uint8Array;

  constructor(suite: SuiteKeys, keys: MacRecordKeys) {
    this.#suite = suite;
    this.#keys = keys;
    this.#mac = new RecordMac(suite, keys.macKey);
    this.#iv = keys.iv;
  }

  open(record: TlsRecord): OpenedRecord | undefined {
    const { encryptThenMac, version } = this.#keys;
    const sealed = encryptThenMac ? this.#mac.strip(record, record.body) : record.body;
    const inner = sealed && this.#decrypt(sealed);
    const content = inner && !encryptThenMac ? this.#mac.strip(record, inner) : inner;
    if (sealed === undefined || content === undefined) return undefined;
    this.#mac.count();
    // Copied: the record's bytes belong to the stream.
    if (version < EXPLICIT_IV) this.#iv = new Uint8Array(sealed.subarray(sealed.length - this.#suite.ivLength));
    return { type: record.type, content };
  }

  /** @returns What is left without IV and padding; undefined when the padding is wrong. */
  #decrypt(sealed: Uint8Array): Uint8Array | undefined {
    const block = this.#suite.ivLength;
    const explicit = this.#keys.version >= EXPLICIT_IV;
    const iv = explicit ? sealed.subarray(0, block) : this.#iv;
    const blocks = explicit ? sealed.subarray(block) : sealed;
    if (iv.length < block || blocks.length === 0 || blocks.length % block !== 0) return undefined;
    const decipher = createDecipheriv(this.#suite.cipher, this.#keys.key, iv).setAutoPadding(false);
    const padded = decipher.update(blocks);
    return unpad(padded);
  }
}

export class NullOpener implements RecordOpener {
  readonly #mac: RecordMac;

  constructor(suite: SuiteKeys, keys: MacRecordKeys) {
    this.#mac = new RecordMac(suite, keys.macKey);
  }

  open(record: TlsRecord): OpenedRecord | undefined {
    const content = this.#mac.strip(record, record.body);
    if (content === undefined) return undefined;
    this.#mac.count();
    return { type: record.type, content };
  }
}

/** HMAC over sequence number, header and bytes (RFC 5246 §6.2.3.1). */
class RecordMac {
  readonly #hash: string;
  readonly #length: number;
  readonly #key: Uint8Array;
  readonly #prefix = new Uint8Array(13);
  #sequence = 0;

  constructor(suite: SuiteKeys, key: Uint8Array) {
    this.#hash = suite.macHash;
    this.#length = suite.macLength;
    this.#key = key;
  }

  /** The bytes before the MAC when it matches. The sequence stays: the record may still not open. */
  strip({ type, version }: TlsRecord, bytes: Uint8Array): Uint8Array | undefined {
    const length = bytes.length - this.#length;
    if (length < 0) return undefined;
    const content = bytes.subarray(0, length);
    writeSequence(this.#prefix, this.#sequence);
    writeHeader(this.#prefix, 8, type, version, length);
    const expected = hmac(this.#hash, this.#key, this.#prefix, content);
    if (!timingSafeEqual(expected, bytes.subarray(length))) return undefined;
    return content;
  }

  /** The record has opened. */
  count(): void {
    this.#sequence++;
  }
}

/** Every padding byte repeats the padding's length. SSL 3.0, which does not, is not opened. */
function unpad(bytes: Uint8Array): Uint8Array | undefined {
  const padding = bytes.at(-1) ?? 0;
  const end = bytes.length - padding - 1;
  if (end < 0) return undefined;
  for (let i = end; i < bytes.length; i++) if (bytes[i] !== padding) return undefined;
  return bytes.subarray(0, end);
}
