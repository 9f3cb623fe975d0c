/**
 * The entries of a HAR file, found in its bytes as they come, so that a file of any size is read with the memory of its
 * largest entry.
 *
 *     { "log": { … "entries": [ {entry}, {entry}, … ] … } }
 */

/** Bytes of one entry; a larger one is passed over. */
const MAX_ENTRY = 256 * 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export class HarEntries {
  /** Entries that were too large. */
  passedOver = 0;
  /** Whether `log.entries` was there. */
  found = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The last string at depth 1 or 2, which may be a key. */
  #word: number[] = [];
  #keys: string[] = [];
  #inEntries = false;
  #entry: Uint8Array[] | undefined;
  #size = 0;

  /** The entries that end in these bytes, as texts of JSON. Whether they are valid is for who parses them. */
  *feed(bytes: Uint8Array): Generator<string> {
    let start = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (this.#inString) {
        this.#string(byte);
        continue;
      }
      if (byte === QUOTE) {
        this.#inString = true;
        this.#word = [];
      } else if (byte === 0x7b || byte === 0x5b) {
        if (this.#inEntries && this.#depth === 3 && this.#entry === undefined) {
          this.#entry = [];
          this.#size = 0;
          start = i;
        }
        this.#depth++;
        if (byte === 0x5b && this.#depth === 3 && this.#keys[1] === 'log' && this.#keys[2] === 'entries') {
          this.#inEntries = true;
          this.found = true;
        }
      } else if (byte === 0x7d || byte === 0x5d) {
        this.#depth--;
        if (this.#depth === 2) this.#inEntries = false;
        if (this.#entry !== undefined && this.#depth === 3) {
          const entry = this.#take(bytes.subarray(start, i + 1));
          if (entry !== undefined) yield entry;
        }
      } else if (byte === 0x3a && this.#depth <= 2) {
        this.#keys[this.#depth] = String.fromCharCode(...this.#word);
      }
    }
    if (this.#entry !== undefined) this.#keep(bytes.subarray(start));
  }

  #string(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
    else if (this.#depth <= 2 && this.#word.length < 16) this.#word.push(byte);
  }

  #keep(bytes: Uint8Array): void {
    this.#size += bytes.length;
    // A copy, as the caller may use its buffer again; a Buffer's slice would be none.
    if (this.#size <= MAX_ENTRY) this.#entry!.push(new Uint8Array(bytes));
    else this.#entry = [];
  }

  #take(last: Uint8Array): string | undefined {
    this.#keep(last);
    const [parts, size] = [this.#entry!, this.#size];
    this.#entry = undefined;
    if (size <= MAX_ENTRY) return Buffer.concat(parts).toString('utf8');
    this.passedOver++;
    return undefined;
  }
}
