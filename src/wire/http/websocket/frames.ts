/** WebSocket frames of one side (RFC 6455 §5.2). */
import type { Issue, Millis, TlsRole } from '../../../shared/model.ts';
import type { Joined } from '../pieces.ts';

export interface Frame {
  readonly opcode: number;
  readonly fin: boolean;
  /** RSV1, RSV2 and RSV3 as the bits 4, 2 and 1. */
  readonly rsv: number;
  readonly masked: boolean;
  /** Without the mask. */
  readonly payload: Uint8Array;
  /** Where it starts in the side's bytes; header and payload, bytes. */
  readonly offset: number;
  readonly wireBytes: number;
  readonly startedAt: Millis;
  readonly at: Millis;
  readonly issues: readonly Issue[];
}

export const OPCODES: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

export const isControl = (opcode: number) => opcode >= 8;

/** RFC 6455 §5.5: a control frame's payload is no longer. */
const MAX_CONTROL = 125;

/** The frame at `offset`; undefined when not all of it is there; words when nothing can be read from there on. */
export function frameAt(joined: Joined, offset: number, sender: TlsRole): Frame | undefined | string {
  const { bytes } = joined;
  const [first, second] = [bytes[offset], bytes[offset + 1]];
  if (first === undefined || second === undefined) return undefined;
  const issues: Issue[] = [];
  const masked = (second & 0x80) !== 0;
  let length = second & 0x7f;
  let at = offset + 2;
  if (length >= 126) {
    const size = length === 126 ? 2 : 8;
    if (at + size > bytes.length) return undefined;
    length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + bytes[at + i]!;
    if (length > Number.MAX_SAFE_INTEGER) return `a frame claims ${length} bytes, which nobody sends`;
    if (length < (size === 2 ? 126 : 65536)) fault(issues, 'its length takes more bytes than it needs (RFC 6455 §5.2)');
    at += size;
  }
  const mask = at;
  if (masked) at += 4;
  if (at + length > bytes.length) return undefined;
  const opcode = first & 0x0f;
  const fin = (first & 0x80) !== 0;
  if (OPCODES[opcode] === undefined) fault(issues, `its opcode ${opcode} is reserved (RFC 6455 §5.2)`);
  if (isControl(opcode) && !fin) fault(issues, 'a control frame cannot be fragmented (RFC 6455 §5.5)');
  if (isControl(opcode) && length > MAX_CONTROL)
    fault(issues, `a control frame holds ${length} bytes, and may hold 125`);
  if (masked !== (sender === 'client'))
    fault(issues, masked ? 'a server must not mask its frames' : 'a client must mask its frames (RFC 6455 §5.1)');
  return {
    opcode,
    fin,
    rsv: (first >> 4) & 7,
    masked,
    payload: masked ? unmasked(bytes, mask, at, length) : bytes.subarray(at, at + length),
    offset,
    wireBytes: at + length - offset,
    startedAt: joined.timeAt(offset),
    at: joined.timeAt(at + length - 1),
    issues,
  };
}

function unmasked(bytes: Uint8Array, mask: number, start: number, length: number): Uint8Array {
  // `slice` of a Buffer would be a view, and unmask what is kept.
  const payload = Uint8Array.from(bytes.subarray(start, start + length));
  for (let i = 0; i < length; i++) payload[i] = payload[i]! ^ bytes[mask + (i & 3)]!;
  return payload;
}

function fault(issues: Issue[], text: string): void {
  issues.push({ severity: 'error', text });
}
