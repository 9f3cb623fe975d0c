/**
 * WebSocket (RFC 6455) as it was received: the bytes of both sides in, messages out, in the order they were whole.
 *
 * Decoded when somebody looks, from what was kept. A cut end, a frame that is no frame and compression that is broken are
 * issues; what came before them stays.
 */
import type { Issue, Millis, TlsRole } from '../../shared/model.ts';
import { toHex } from '../hex.ts';
import { Joined, type Piece, UNPACKED_PROBLEMS, type Unpacked } from './pieces.ts';
import { closeCodeName, mayCloseWith } from './websocket/close-codes.ts';
import { deflateParameters, type InflateRaw, MessageInflater } from './websocket/deflate.ts';
import { type Frame, frameAt, isControl, OPCODES } from './websocket/frames.ts';

export type { InflateRaw } from './websocket/deflate.ts';

export interface WebSocketBytes {
  readonly client: readonly Piece[];
  readonly server: readonly Piece[];
  /** Sec-WebSocket-Extensions of the response; empty when absent. */
  readonly extensions: string;
}

export interface WebSocketOptions {
  /** Without it compressed messages are shown as they are. */
  readonly inflate?: InflateRaw;
  /** Bytes of one message, inflated; default 16 MiB. */
  readonly maxMessage?: number;
  /** Messages of one side; default 10,000. */
  readonly maxMessages?: number;
}

export interface WebSocketMessage {
  readonly sender: TlsRole;
  /** By the opcode of its first frame; `reserved` for one that RFC 6455 does not define. */
  readonly kind: 'text' | 'binary' | 'ping' | 'pong' | 'close' | 'continuation' | 'reserved';
  /** Unmasked, joined, inflated; as sent where it could not be inflated. */
  readonly payload: Uint8Array;
  /** Of a text message, and of a close frame its reason; invalid UTF-8 is replaced. */
  readonly text?: string;
  /** 1005 for a close frame without a code. */
  readonly close?: { readonly code: number; readonly name: string };
  readonly compressed: boolean;
  readonly frames: number;
  /** Of its frames, headers included. */
  readonly wireBytes: number;
  /** Of its first frame, in the sender's bytes. */
  readonly offset: number;
  readonly startedAt: Millis;
  /** It was whole. */
  readonly at: Millis;
  /** Of a ping that was answered: how long the pong took to be seen; ms. */
  roundTrip?: Millis;
  readonly issues: readonly Issue[];
}

export interface WebSocketTalk {
  readonly messages: readonly WebSocketMessage[];
  readonly issues: readonly Issue[];
}

const MAX_MESSAGE = 16 * 1024 * 1024;
const MAX_MESSAGES = 10_000;
/** RFC 7692 §6: RSV1 of a message's first frame. */
const COMPRESSED = 4;

/** Never throws. */
export function decodeWebSocket(bytes: WebSocketBytes, options: WebSocketOptions = {}): WebSocketTalk {
  const issues: Issue[] = [];
  const parameters = deflateParameters(bytes.extensions);
  const sides = (['client', 'server'] as const).map((sender) => {
    const inflater =
      parameters && options.inflate
        ? new MessageInflater(options.inflate, parameters.forgets[sender], options.maxMessage ?? MAX_MESSAGE)
        : undefined;
    const side = new Side(sender, new Joined(bytes[sender]), parameters !== undefined, inflater, options);
    side.read(issues);
    return side.messages;
  });
  const messages = sides.flat().sort((a, b) => a.at - b.at);
  pairPings(messages);
  return { messages, issues };
}

class Side {
  readonly messages: WebSocketMessage[] = [];
  readonly #sender: TlsRole;
  readonly #joined: Joined;
  readonly #mayCompress: boolean;
  readonly #inflater: MessageInflater | undefined;
  readonly #options: WebSocketOptions;
  /** Frames of the data message that is not whole. */
  #open: Frame[] = [];
  #closed = false;

  constructor(
    sender: TlsRole,
    joined: Joined,
    mayCompress: boolean,
    inflater: MessageInflater | undefined,
    options: WebSocketOptions,
  ) {
    this.#sender = sender;
    this.#joined = joined;
    this.#mayCompress = mayCompress;
    this.#inflater = inflater;
    this.#options = options;
  }

  read(issues: Issue[]): void {
    const { length } = this.#joined.bytes;
    const most = this.#options.maxMessages ?? MAX_MESSAGES;
    const say = (severity: Issue['severity'], text: string) =>
      issues.push({ severity, text: `${this.#sender}: ${text}` });
    let offset = 0;
    while (offset < length) {
      const frame = frameAt(this.#joined, offset, this.#sender);
      if (frame === undefined) {
        say('warning', `the last ${length - offset} bytes, from ${offset}, are no whole frame`);
        break;
      }
      if (typeof frame === 'string') {
        say('error', `at ${offset}: ${frame}`);
        break;
      }
      // Frames of an unfinished message count too: they are all kept until it ends.
      if (this.messages.length + this.#open.length >= most) {
        say('note', `more than ${most} messages; the ${length - offset} bytes from ${offset} are not shown`);
        break;
      }
      this.#frame(frame);
      offset += frame.wireBytes;
    }
    if (this.#open.length > 0)
      say('warning', `the last message, from ${this.#open[0]!.offset}, has no final frame; ${this.#open.length} came`);
  }

  #frame(frame: Frame): void {
    if (isControl(frame.opcode)) {
      this.#message([frame]);
      return;
    }
    const [begun] = this.#open;
    if (begun && frame.opcode !== 0) {
      // What was begun is told as it is.
      const issue = error('another message begins before this one has its final frame (RFC 6455 §5.4)');
      this.#message(this.#open, [issue]);
      this.#open = [];
    }
    this.#open.push(frame);
    if (!frame.fin) return;
    const frames = this.#open;
    this.#open = [];
    this.#message(frames, frames[0]!.opcode === 0 ? [error('it continues no message (RFC 6455 §5.4)')] : []);
  }

  #message(frames: readonly Frame[], found: readonly Issue[] = []): void {
    const first = frames[0]!;
    const issues = [...found, ...frames.flatMap((frame) => frame.issues)];
    if (this.#closed) issues.push(error('it comes after a close frame, after which nothing may (RFC 6455 §5.5.1)'));
    const compressed = this.#isCompressed(frames, issues);
    const sent = frames.length === 1 ? first.payload : joinedPayloads(frames);
    const payload = compressed ? this.#inflated(sent, issues) : sent;
    const kind = (OPCODES[first.opcode] ?? 'reserved') as WebSocketMessage['kind'];
    if (kind === 'close') this.#closed = true;
    this.messages.push({
      sender: this.#sender,
      kind,
      payload,
      ...meaningOf(kind, payload, payload !== sent || !compressed, issues),
      compressed,
      frames: frames.length,
      wireBytes: frames.reduce((sum, frame) => sum + frame.wireBytes, 0),
      offset: first.offset,
      startedAt: first.startedAt,
      at: frames.at(-1)!.at,
      issues,
    });
  }

  #isCompressed(frames: readonly Frame[], issues: Issue[]): boolean {
    const compressed = this.#mayCompress && (frames[0]!.rsv & COMPRESSED) !== 0 && !isControl(frames[0]!.opcode);
    const odd = frames.find((frame, i) => (frame.rsv & (compressed && i === 0 ? ~COMPRESSED : ~0)) !== 0);
    if (odd)
      issues.push(error(`reserved bits ${odd.rsv.toString(2).padStart(3, '0')} mean nothing here (RFC 6455 §5.2)`));
    return compressed;
  }

  #inflated(sent: Uint8Array, issues: Issue[]): Uint8Array {
    const output: Unpacked | 'after-broken' = this.#inflater?.next(sent) ?? 'unknown-coding';
    if (output instanceof Uint8Array) return output;
    const why =
      output === 'after-broken' ? 'it refers to an earlier message that could not be' : UNPACKED_PROBLEMS[output];
    issues.push({ severity: 'warning', text: `shown as it was sent, and not inflated: ${why}` });
    return sent;
  }
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
const STRICT = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

function meaningOf(
  kind: WebSocketMessage['kind'],
  payload: Uint8Array,
  readable: boolean,
  issues: Issue[],
): Pick<WebSocketMessage, 'text' | 'close'> {
  if (!readable) return {};
  if (kind === 'text') return { text: textOf(payload, issues) };
  if (kind !== 'close') return {};
  if (payload.length < 2) {
    if (payload.length === 1)
      issues.push(error('a close frame holds one byte, where a code needs two (RFC 6455 §5.5.1)'));
    return { close: { code: 1005, name: closeCodeName(1005) } };
  }
  const code = payload[0]! * 256 + payload[1]!;
  if (!mayCloseWith(code)) issues.push(error(`the code ${code} cannot be sent in a close frame (RFC 6455 §7.4)`));
  return { close: { code, name: closeCodeName(code) }, text: textOf(payload.subarray(2), issues) };
}

function textOf(bytes: Uint8Array, issues: Issue[]): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    issues.push(error('its text is not valid UTF-8 (RFC 6455 §8.1)'));
    return UTF8.decode(bytes);
  }
}

/** A pong carries the payload of the ping it answers (RFC 6455 §5.5.3). */
function pairPings(messages: readonly WebSocketMessage[]): void {
  const waiting = { client: new Map<string, WebSocketMessage>(), server: new Map<string, WebSocketMessage>() };
  for (const message of messages) {
    if (message.kind === 'ping') waiting[message.sender].set(keyOf(message), message);
    else if (message.kind === 'pong') {
      const pings = waiting[message.sender === 'client' ? 'server' : 'client'];
      const ping = pings.get(keyOf(message));
      if (!ping) continue;
      ping.roundTrip = message.at - ping.at;
      pings.delete(keyOf(message));
    }
  }
}

/** As much of the payload as a proper ping can have. */
function keyOf({ payload }: WebSocketMessage): string {
  return toHex(payload.subarray(0, 125));
}

function joinedPayloads(frames: readonly Frame[]): Uint8Array {
  const payload = new Uint8Array(frames.reduce((sum, frame) => sum + frame.payload.length, 0));
  let at = 0;
  for (const frame of frames) {
    payload.set(frame.payload, at);
    at += frame.payload.length;
  }
  return payload;
}

function error(text: string): Issue {
  return { severity: 'error', text };
}
