/** Opens AEAD records: TLS 1.3 (RFC 8446 §5.2) and TLS 1.2 (RFC 5246 §6.2.3.3). */
import { type CipherCCMTypes, type CipherGCMTypes, createDecipheriv } from 'node:crypto';
import type { OpenedRecord, RecordOpener, TlsRecord } from '../wire/tls/opener.ts';
import { expandLabel } from './key-schedule.ts';
import type { SuiteKeys } from './suites.ts';

const NONCE_LENGTH = 12;

// Filled for one record at a time and shared by all openers: node:crypto gives each small array that it is handed an
// ArrayBuffer of its own, which takes longer than the hashing of a block.
const nonce = new Uint8Array(NONCE_LENGTH);
const header = new Uint8Array(5);
const pseudoHeader = new Uint8Array(13);

export class Tls13Opener implements RecordOpener {
  readonly #suite: SuiteKeys;
  readonly #secret: Uint8Array;
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  #sequence = 0;

  constructor(suite: SuiteKeys, secret: Uint8Array) {
    this.#suite = suite;
    this.#secret = secret;
    this.#key = expandLabel(suite.hash, secret, 'key', suite.keyLength);
    this.#iv = expandLabel(suite.hash, secret, 'iv', NONCE_LENGTH);
  }

  open(record: TlsRecord): OpenedRecord | undefined {
    xorSequence(this.#iv, this.#sequence);
    writeHeader(header, 0, record.type, record.version, record.body.length);
    const inner = decrypt(this.#suite, this.#key, header, record.body);
    if (!inner) return undefined;
    this.#sequence++;
    // Zeros pad the end; the last byte that is none is the type.
    let end = inner.length;
    while (end > 0 && inner[end - 1] === 0) end--;
    return end === 0 ? { type: 0, content: inner } : { type: inner[end - 1]!, content: inner.subarray(0, end - 1) };
  }

  next(): RecordOpener {
    const length = this.#secret.length;
    return new Tls13Opener(this.#suite, expandLabel(this.#suite.hash, this.#secret, 'traffic upd', length));
  }
}

export class Tls12AeadOpener implements RecordOpener {
  readonly #suite: SuiteKeys;
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  #sequence = 0;

  constructor(suite: SuiteKeys, key: Uint8Array, iv: Uint8Array) {
    this.#suite = suite;
    this.#key = key;
    this.#iv = iv;
  }

  open({ type, version, body }: TlsRecord): OpenedRecord | undefined {
    const { explicitNonceLength, tagLength } = this.#suite;
    const length = body.length - explicitNonceLength - tagLength;
    if (length < 0) return undefined;
    if (explicitNonceLength === 0) {
      xorSequence(this.#iv, this.#sequence);
    } else {
      nonce.set(this.#iv);
      nonce.set(body.subarray(0, explicitNonceLength), this.#iv.length);
    }
    writeSequence(pseudoHeader, this.#sequence);
    writeHeader(pseudoHeader, 8, type, version, length);
    const content = decrypt(this.#suite, this.#key, pseudoHeader, body.subarray(explicitNonceLength));
    if (!content) return undefined;
    this.#sequence++;
    return { type, content };
  }
}

/** Eight bytes, big-endian. Exact far beyond what a handshake can count. */
export function writeSequence(target: Uint8Array, sequence: number): void {
  let rest = sequence;
  for (let i = 7; i >= 0; i--) {
    target[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** Type, version and length, as in a record's header. */
export function writeHeader(target: Uint8Array, at: number, type: number, version: number, length: number): void {
  target[at] = type;
  target[at + 1] = version >> 8;
  target[at + 2] = version;
  target[at + 3] = length >> 8;
  target[at + 4] = length;
}

/** Makes the record's nonce (RFC 8446 §5.3). */
function xorSequence(iv: Uint8Array, sequence: number): void {
  nonce.set(iv);
  let rest = sequence;
  for (let i = NONCE_LENGTH - 1; rest > 0; i--) {
    nonce[i]! ^= rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** Under the nonce at hand. @param sealed Ciphertext and tag. @returns undefined when the tag does not match. */
function decrypt(
  suite: SuiteKeys,
  key: Uint8Array,
  additional: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const length = sealed.length - suite.tagLength;
  if (length < 0) return undefined;
  try {
    const options = { authTagLength: suite.tagLength };
    const decipher = createDecipheriv(suite.cipher as CipherCCMTypes & CipherGCMTypes, key, nonce, options);
    decipher.setAuthTag(sealed.subarray(length));
    decipher.setAAD(additional, { plaintextLength: length });
    const content = decipher.update(sealed.subarray(0, length));
    decipher.final();
    return content;
  } catch {
    // node:crypto's only word for a tag that does not match.
    return undefined;
  }
}
