/**
 * What a leg keeps of its handshake beside the messages: the bytes as they stood on the wire, for exports, and the
 * secrets, for exports and checks. It dies with the events that refer to it.
 *
 * Thousands of these wait in memory for somebody to look. So what is kept ends where the handshake does, and once
 * nothing more comes it lies in one piece, with two short lists of what stands where; views are made for who asks.
 *
 *     #tags     client   server   CLIENT_TRAFFIC_SECRET_0   server  …
 *     #numbers  size,at  size,at  size,0                    size,at …
 *     #parts    bytes    bytes    bytes                     bytes   …   one each while it records, one in all when packed
 */
import { type Evidence, laterMaster, type TapePiece } from '../shared/evidence.ts';
import type { Millis, TlsRole } from '../shared/model.ts';
import { toHex } from '../wire/hex.ts';
import { KEY_LOG_LABELS } from '../wire/tls/key-log-labels.ts';
import { messageBytes, waitingBytes } from '../wire/tls/slab.ts';

/** What the lists cost, and what an entry does beside its bytes. */
const LISTS_WEIGHT = 320;
const ENTRY_WEIGHT = 24;

/** A label that was cut out of a line keeps the line alive, and the secret's text with it; these do not. */
const LABELS: ReadonlyMap<string, string> = new Map(KEY_LOG_LABELS.map((label) => [label, label]));

const MASTER = 'CLIENT_RANDOM';

/** A connection can renegotiate for ever. */
const MAX_TAGS = 256;

export class Tape implements Evidence {
  #tags: string[] = [];
  #numbers: number[] = [];
  #parts: Uint8Array[] = [];
  #isPacked = false;
  #bytes = 0;
  /** Bytes kept of each direction, and whether it has ended: what follows is not kept. */
  readonly #lengths = { client: 0, server: 0 };
  readonly #ended = { client: false, server: false };
  #declared = 0;
  #firstRandom: string | undefined;

  /** Copies the bytes: the stream may read its next chunk into the same memory. */
  record(sender: TlsRole, bytes: Uint8Array, at: Millis): void {
    if (this.#isPacked || this.#ended[sender] || bytes.length === 0) return;
    this.#lengths[sender] += bytes.length;
    this.#add(sender, bytes, at);
  }

  /** Bytes kept of `sender`'s stream, from its start. */
  length(sender: TlsRole): number {
    return this.#lengths[sender];
  }

  /** Takes back what was kept of `sender` beyond `offset` of its stream, and keeps no more of it. */
  end(sender: TlsRole, offset: number): void {
    if (this.#isPacked) return;
    this.#ended[sender] = true;
    if (this.#lengths[sender] <= offset) return;
    this.#lengths[sender] = offset;
    let left = offset;
    for (const [i, tag] of this.#tags.entries()) {
      if (tag !== sender) continue;
      const part = this.#parts[i]!;
      if (part.length > left) {
        this.#bytes -= part.length - left;
        this.#parts[i] = part.subarray(0, left);
        this.#numbers[2 * i] = left;
      }
      left -= this.#numbers[2 * i]!;
    }
  }

  /**
   * The first of a label counts, but for master secrets of renegotiated handshakes.
   * @param clientRandom of the handshake it belongs to, where that is known
   */
  secret(label: string, secret: Uint8Array, clientRandom?: Uint8Array): void {
    if (this.#isPacked) return;
    const tag = LABELS.get(label) ?? label;
    if (!this.#tags.includes(tag)) {
      if (tag === MASTER && clientRandom) this.#firstRandom = toHex(clientRandom);
      this.#add(tag, secret, 0);
      return;
    }
    const random = tag === MASTER && clientRandom ? toHex(clientRandom) : undefined;
    if (random === undefined || random === this.#firstRandom || this.#tags.length >= MAX_TAGS) return;
    const later = laterMaster(random);
    if (!this.#tags.includes(later)) this.#add(later, secret, 0);
  }

  /** Nothing more comes. */
  pack(): void {
    if (this.#isPacked) return;
    this.#isPacked = true;
    const whole = messageBytes.room(this.#bytes);
    let position = 0;
    for (const part of this.#parts) {
      whole.set(part, position);
      position += part.length;
    }
    // Copies, as lists that grew have room for more.
    this.#parts = [whole];
    this.#tags = this.#tags.slice();
    this.#numbers = this.#numbers.slice();
  }

  /** Whether it is all there is going to be. */
  get isPacked(): boolean {
    return this.#isPacked;
  }

  /** Bytes of the tape and of the secrets. */
  get size(): number {
    return this.#bytes;
  }

  /** Bytes kept alive that no event has declared yet. The next to be appended does. */
  undeclared(): number {
    const weight = LISTS_WEIGHT + this.#tags.length * ENTRY_WEIGHT + this.#bytes;
    const more = Math.max(0, weight - this.#declared);
    this.#declared += more;
    return more;
  }

  get tape(): readonly TapePiece[] {
    const pieces: TapePiece[] = [];
    this.#each((tag, bytes, at) => {
      if ((tag === 'client' || tag === 'server') && bytes.length > 0) pieces.push({ sender: tag, bytes, at });
    });
    return pieces;
  }

  get secrets(): ReadonlyMap<string, Uint8Array> {
    const secrets = new Map<string, Uint8Array>();
    this.#each((tag, bytes) => {
      if (tag !== 'client' && tag !== 'server') secrets.set(tag, bytes);
    });
    return secrets;
  }

  #add(tag: string, bytes: Uint8Array, at: Millis): void {
    this.#tags.push(tag);
    this.#numbers.push(bytes.length, at);
    // Not among the messages: what is packed later leaves its place here.
    this.#parts.push(waitingBytes.keep(bytes));
    this.#bytes += bytes.length;
  }

  #each(visit: (tag: string, bytes: Uint8Array, at: Millis) => void): void {
    let position = 0;
    for (const [i, tag] of this.#tags.entries()) {
      const [size, at] = [this.#numbers[2 * i]!, this.#numbers[2 * i + 1]!];
      const bytes = this.#isPacked ? this.#parts[0]!.subarray(position, position + size) : this.#parts[i]!;
      visit(tag, bytes, at);
      position += size;
    }
  }
}
