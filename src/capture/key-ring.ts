/**
 * The secrets of many connections, from key logs, found by the client's random (RFC 9850 §2).
 *
 * Bytes of a log come in chunks of any size. Comments and empty lines mean nothing; lines that are no entries are
 * counted, so that somebody who gave the wrong file can be told.
 */
import { parseKeyLogLine } from '../crypto/keylog.ts';
import { toHex } from '../wire/hex.ts';

export interface RingSecret {
  readonly label: string;
  readonly secret: Uint8Array;
}

/** Longer lines are no entries. */
const MAX_LINE = 1024;
/** Entries kept: about 200 MB of key log. */
const MAX_ENTRIES = 1_000_000;
const NEWLINE = 0x0a;
/** The start of an encrypted pre-master secret, and the secret: SSL 3.0 to TLS 1.2 with RSA key exchange. */
const PRE_MASTER = /^RSA [0-9a-f]{16} [0-9a-f]{96}$/i;

export class KeyRing {
  readonly #secrets = new Map<string, RingSecret[]>();
  /** A label cut out of a line keeps the line alive; these are the same few for all. */
  readonly #labels = new Map<string, string>();
  #entries = 0;
  #malformed = 0;
  #left = 0;
  #preMasters = 0;
  #fits = false;

  /** Grows with every entry: whether it is worth looking again. */
  get entries(): number {
    return this.#entries;
  }

  /** Lines that are neither entries nor comments. */
  get malformed(): number {
    return this.#malformed;
  }

  /** Lines with pre-master secrets (`RSA …`), which are not used. */
  get preMasters(): number {
    return this.#preMasters;
  }

  /** Entries that were not kept because there were too many. */
  get left(): number {
    return this.#left;
  }

  /** Whether an entry was of a handshake that was asked for. */
  get fits(): boolean {
    return this.#fits;
  }

  /** Those of the handshake whose ClientHello has this random, in the order of the log. */
  of(clientRandom: Uint8Array): readonly RingSecret[] {
    const found = this.#secrets.get(toHex(clientRandom));
    this.#fits ||= found !== undefined;
    return found ?? [];
  }

  /** The reader of one log. Its last line counts when `end` is called, line end or not. */
  reader(): KeyLogReader {
    return new KeyLogReader((line) => this.#line(line));
  }

  #line(line: string): void {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) return;
    if (PRE_MASTER.test(text)) {
      this.#preMasters++;
      return;
    }
    const entry = parseKeyLogLine(text);
    if (entry === undefined) {
      this.#malformed++;
    } else if (this.#entries === MAX_ENTRIES) {
      this.#left++;
    } else {
      this.#entries++;
      const { label, secret } = entry;
      const key = toHex(entry.clientRandom);
      const known = this.#secrets.get(key);
      const kept = { label: this.#labelOf(label), secret };
      if (known === undefined) this.#secrets.set(key, [kept]);
      else known.push(kept);
    }
  }

  #labelOf(label: string): string {
    const known = this.#labels.get(label);
    if (known === undefined && this.#labels.size < 64) this.#labels.set(label, label);
    return known ?? label;
  }
}

class KeyLogReader {
  readonly #take: (line: string) => void;
  readonly #decoder = new TextDecoder('latin1');
  #begun = '';
  #tooLong = false;

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  /** The next bytes of the log; not kept beyond the call. */
  push(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#hold(bytes.subarray(start, end));
      this.end();
      start = end + 1;
    }
    this.#hold(bytes.subarray(start));
  }

  /** The log has ended. */
  end(): void {
    // What is too long is handed on all the same, so that it counts as what it is.
    this.#take(this.#tooLong ? 'too long' : this.#begun);
    this.#begun = '';
    this.#tooLong = false;
  }

  #hold(bytes: Uint8Array): void {
    this.#tooLong ||= this.#begun.length + bytes.length > MAX_LINE;
    if (!this.#tooLong) this.#begun += this.#decoder.decode(bytes);
  }
}
