/**
 * What one side sends (RFC 9113 §4, §6): its frames in order, and what each does to the connection.
 *
 * What is malformed but framed is said and passed over. Where the framing is gone, or the header compression out of
 * step, the side is lost.
 */
import type { TlsRole } from '../../../shared/model.ts';
import { MAX_BLOCK, OpenBlock } from './block.ts';
import type { Connection } from './connection.ts';
import { CONTROL, readPriority, u31 } from './control.ts';
import { FRAME_HEADER, FrameCutter, type FrameSink, type Wanted } from './cutter.ts';
import { FLAG, FRAME, frameName } from './names.ts';
import type { Stream } from './stream.ts';
import { otherSide } from './teller.ts';

/** RFC 9113 §3.4: what a client says first. */
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** Bytes of a control frame's payload that are held; SETTINGS of all that exist have a hundred. */
const MAX_CONTROL = 64 * 1024;

export class Direction implements FrameSink {
  readonly #sender: TlsRole;
  readonly #connection: Connection;
  readonly #cutter: FrameCutter;
  /** Bytes of the preface still to come. */
  #preface: number;
  #begun = false;
  #block: OpenBlock | undefined;

  #type = 0;
  #flags = 0;
  #stream = 0;
  #length = 0;

  /** Of the DATA frame at hand: whose content it is, how much of that is still to come, whether Pad Length is. */
  #target: Stream | undefined;
  #content = 0;
  #padLength = false;

  constructor(sender: TlsRole, connection: Connection) {
    this.#sender = sender;
    this.#connection = connection;
    this.#preface = sender === 'client' ? PREFACE.length : 0;
    this.#cutter = new FrameCutter(this, this.#preface);
  }

  feed(bytes: Uint8Array): void {
    if (this.#connection.lost[this.#sender]) return;
    const from = this.#preface > 0 ? this.#readPreface(bytes) : 0;
    if (this.#preface === 0) this.#cutter.push(bytes, from);
  }

  end(orderly: boolean): void {
    const { streams, teller, lost } = this.#connection;
    if (orderly && !lost[this.#sender] && (this.#cutter.inside || this.#block))
      teller.issue('warning', `the ${this.#sender} ends the connection inside a frame or a header block`);
    streams.end(this.#sender, orderly);
  }

  frame(type: number, flags: number, stream: number, length: number): Wanted {
    this.#type = type;
    this.#flags = flags;
    this.#stream = stream;
    this.#length = length;
    if (!this.#begun && (type !== FRAME.settings || flags & FLAG.ack))
      return this.#stop(`the first frame is ${frameName(type)}, not SETTINGS (RFC 9113 §3.4)`);
    this.#begun = true;
    if (this.#block && (type !== FRAME.continuation || stream !== this.#block.stream))
      return this.#stop(`${frameName(type)} inside a header block of stream ${this.#block.stream} (RFC 9113 §6.10)`);
    const allowed = this.#connection.settings[otherSide(this.#sender)].maxFrameSize;
    if (length > allowed) this.#wrong(`has ${length} bytes, ${allowed} are allowed (RFC 9113 §4.2)`);
    switch (type) {
      case FRAME.data:
        return this.#beginData();
      case FRAME.headers:
      case FRAME.pushPromise:
      case FRAME.continuation:
        return length > MAX_BLOCK ? this.#stop(`${frameName(type)} of ${length} bytes`) : 'whole';
      default:
        return this.#beginControl();
    }
  }

  payload(bytes: Uint8Array): boolean {
    switch (this.#type) {
      case FRAME.headers:
      case FRAME.pushPromise:
        this.#beginBlock(bytes);
        break;
      case FRAME.continuation:
        this.#continueBlock(bytes);
        break;
      default:
        CONTROL.get(this.#type)?.read(
          { sender: this.#sender, flags: this.#flags, stream: this.#stream, payload: bytes },
          this.#connection,
        );
    }
    return !this.#connection.lost[this.#sender];
  }

  part(bytes: Uint8Array): void {
    let content = bytes;
    if (this.#padLength) {
      this.#padLength = false;
      this.#content = this.#length - 1 - bytes[0]!;
      if (this.#content < 0) this.#wrong('has more padding than it is long (RFC 9113 §6.1)');
      content = bytes.subarray(1);
    }
    if (this.#content <= 0 || content.length === 0) return;
    if (content.length > this.#content) content = content.subarray(0, this.#content);
    this.#content -= content.length;
    if (this.#target) this.#connection.streams.body(this.#sender, this.#target, content);
  }

  finished(): void {
    const { streams, flows } = this.#connection;
    const last = (this.#flags & FLAG.endStream) !== 0;
    const target = this.#target;
    this.#target = undefined;
    flows[this.#sender].sent(target?.gone ? undefined : target, this.#length, last);
    if (target) streams.contentEnd(this.#sender, target, last, FRAME_HEADER + this.#length);
  }

  /** @returns where in the bytes the first frame begins */
  #readPreface(bytes: Uint8Array): number {
    for (let at = 0; at < bytes.length; at++) {
      const place = PREFACE.length - this.#preface;
      if (bytes[at] !== PREFACE.charCodeAt(place)) {
        this.#connection.lose(this.#sender, place, 'it does not begin with the preface of HTTP/2 (RFC 9113 §3.4)');
        return 0;
      }
      this.#preface--;
      if (this.#preface === 0) {
        this.#connection.teller.fact({ kind: 'preface', sender: 'client' });
        return at + 1;
      }
    }
    return bytes.length;
  }

  #beginData(): Wanted {
    if (this.#stream === 0) this.#wrong('is on stream 0 (RFC 9113 §6.1)');
    else this.#target = this.#connection.streams.content(this.#sender, this.#stream);
    this.#content = this.#length;
    this.#padLength = (this.#flags & FLAG.padded) !== 0;
    if (this.#padLength && this.#length === 0) this.#wrong('has no room for its Pad Length (RFC 9113 §6.1)');
    return 'parts';
  }

  #beginControl(): Wanted {
    const row = CONTROL.get(this.#type);
    if (row === undefined) {
      const { teller } = this.#connection;
      teller.fact({
        kind: 'frame',
        sender: this.#sender,
        type: this.#type,
        stream: this.#stream,
        length: this.#length,
      });
      return 'nothing';
    }
    const place = this.#stream === 0 ? 'connection' : 'stream';
    if (row.on !== 'either' && row.on !== place) this.#wrong(`is on stream ${this.#stream}`);
    else if (!row.fits(this.#length, this.#flags)) this.#wrong(`has ${this.#length} bytes; it must be ${row.must}`);
    else if (this.#length > MAX_CONTROL) this.#wrong(`has ${this.#length} bytes, which are passed over`);
    else return 'whole';
    return 'nothing';
  }

  /** HEADERS (RFC 9113 §6.2) and PUSH_PROMISE (§6.6). */
  #beginBlock(payload: Uint8Array): void {
    const isPush = this.#type === FRAME.pushPromise;
    const hasPriority = !isPush && (this.#flags & FLAG.priority) !== 0;
    let at = 0;
    let end = payload.length;
    if (this.#flags & FLAG.padded) {
      at = 1;
      end -= payload[0] ?? 0;
    }
    const fixed = at + (isPush ? 4 : hasPriority ? 5 : 0);
    if (fixed > end) {
      this.#stop(`${frameName(this.#type)} is shorter than its own fields (RFC 9113 §6.2)`);
      return;
    }
    if (hasPriority) this.#tellPriority(payload.subarray(at, fixed));
    const promised = isPush ? u31(payload, at) : 0;
    const last = !isPush && (this.#flags & FLAG.endStream) !== 0;
    const fragment = fixed === 0 && end === payload.length ? payload : payload.subarray(fixed, end);
    if (this.#flags & FLAG.endHeaders) {
      this.#decode(this.#stream, promised, last, fragment, FRAME_HEADER + payload.length);
      return;
    }
    this.#block = new OpenBlock(this.#stream, promised, last);
    this.#block.add(fragment, payload.length);
  }

  #continueBlock(payload: Uint8Array): void {
    const block = this.#block;
    if (block === undefined) {
      this.#stop('CONTINUATION outside a header block (RFC 9113 §6.10)');
    } else if (!block.add(payload, payload.length)) {
      this.#stop(`a header block of more than ${MAX_BLOCK} bytes`);
    } else if (this.#flags & FLAG.endHeaders) {
      this.#block = undefined;
      this.#decode(block.stream, block.promised, block.last, block.bytes, block.wireBytes);
    }
  }

  #decode(stream: number, promised: number, last: boolean, block: Uint8Array, wireBytes: number): void {
    const { teller, streams, hpack, opening, lost } = this.#connection;
    const list = hpack[this.#sender].decode(block);
    if (list.oversized !== undefined && !lost[otherSide(this.#sender)])
      teller.issue(
        'error',
        `a header table of ${list.oversized} bytes is more than is allowed (RFC 7541 §6.3)`,
        stream,
      );
    if (list.error !== undefined) {
      this.#stop(`the header block of stream ${stream} cannot be decoded: ${list.error}`);
    } else if (stream === 0) {
      this.#wrong('is on stream 0 (RFC 9113 §6.2)');
    } else if (promised === 0) {
      streams.headers(this.#sender, stream, list, last, wireBytes);
      if (this.#sender === 'client') opening.head(list.pairs);
    } else if (this.#sender === 'client') {
      this.#wrong('comes from the client (RFC 9113 §8.4)');
    } else {
      streams.promise(stream, promised, list, wireBytes);
    }
  }

  #tellPriority(bytes: Uint8Array): void {
    const stream = this.#stream;
    const place = readPriority(bytes);
    this.#connection.teller.fact({ kind: 'priority', sender: this.#sender, stream, ...place, inHeaders: true });
  }

  #wrong(what: string): void {
    const stream = this.#stream === 0 ? undefined : this.#stream;
    this.#connection.teller.issue('error', `${frameName(this.#type)} of the ${this.#sender} ${what}`, stream);
  }

  #stop(reason: string): 'stop' {
    this.#block = undefined;
    this.#connection.lose(this.#sender, this.#cutter.offset, reason);
    return 'stop';
  }
}
