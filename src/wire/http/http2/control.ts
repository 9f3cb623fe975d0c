/** The frames that carry no message: a row each, with what RFC 9113 §6 says of its length and stream. */
import type { TlsRole } from '../../../shared/model.ts';
import { toHex } from '../../hex.ts';
import { latin1 } from '../hpack/text.ts';
import type { Http2Setting } from '../observer.ts';
import type { Connection } from './connection.ts';
import { errorCode, FLAG, FRAME, settingName } from './names.ts';
import { settingFlaw } from './settings.ts';
import { otherSide } from './teller.ts';

/** Bytes of a text that a peer chose which are told. */
const MAX_TEXT = 4096;
/** Entries of a list. */
const MAX_LIST = 256;

export interface Frame {
  readonly sender: TlsRole;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

interface Row {
  /** `connection`: on stream 0 only. `stream`: never there. */
  readonly on: 'connection' | 'stream' | 'either';
  /** Whether a payload may have so many bytes; the text says how many it must have. */
  readonly fits: (length: number, flags: number) => boolean;
  readonly must: string;
  readonly read: (frame: Frame, connection: Connection) => void;
}

export const CONTROL: ReadonlyMap<number, Row> = new Map<number, Row>([
  [FRAME.priority, { on: 'stream', fits: (n) => n === 5, must: '5', read: priority }],
  [FRAME.rstStream, { on: 'stream', fits: (n) => n === 4, must: '4', read: reset }],
  [
    FRAME.settings,
    {
      on: 'connection',
      fits: (n, flags) => (flags & FLAG.ack ? n === 0 : n % 6 === 0),
      must: 'a multiple of 6, or 0 with ACK',
      read: settings,
    },
  ],
  [FRAME.ping, { on: 'connection', fits: (n) => n === 8, must: '8', read: ping }],
  [FRAME.goaway, { on: 'connection', fits: (n) => n >= 8, must: '8 at least', read: goaway }],
  [FRAME.windowUpdate, { on: 'either', fits: (n) => n === 4, must: '4', read: windowUpdate }],
  [FRAME.altsvc, { on: 'either', fits: (n) => n >= 2, must: '2 at least', read: altsvc }],
  [FRAME.origin, { on: 'connection', fits: () => true, must: '', read: origin }],
  [FRAME.priorityUpdate, { on: 'connection', fits: (n) => n >= 4, must: '4 at least', read: priorityUpdate }],
]);

/** A stream's place in the deprecated tree (RFC 9113 §5.3.2), which HEADERS may have too. The weight is from 1 to 256. */
export function readPriority(bytes: Uint8Array): { dependsOn: number; exclusive: boolean; weight: number } {
  const dependency = u32(bytes, 0);
  return { dependsOn: dependency & 0x7fffffff, exclusive: dependency > 0x7fffffff, weight: bytes[4]! + 1 };
}

/** Four bytes, the first bit left out: a stream identifier or an increment. */
export function u31(bytes: Uint8Array, at: number): number {
  return u32(bytes, at) & 0x7fffffff;
}

function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function priority({ sender, stream, payload }: Frame, { teller, opening }: Connection): void {
  const place = readPriority(payload);
  if (sender === 'client') opening.priority({ stream, ...place });
  teller.fact({ kind: 'priority', sender, stream, ...place });
}

function reset({ sender, stream, payload }: Frame, { streams }: Connection): void {
  streams.reset(sender, stream, u32(payload, 0));
}

function settings({ sender, flags, payload }: Frame, connection: Connection): void {
  const ack = (flags & FLAG.ack) !== 0;
  const list: Http2Setting[] = [];
  for (let at = 0; at < payload.length && list.length < MAX_LIST; at += 6) {
    const id = u16(payload, at);
    list.push({ id, name: settingName(id), value: u32(payload, at + 2) });
  }
  connection.teller.fact({ kind: 'settings', sender, settings: list, ack });
  if (ack) {
    connection.acknowledge(sender);
    return;
  }
  for (const setting of list) {
    const flaw = settingFlaw(setting);
    if (flaw !== undefined) connection.teller.issue('error', `SETTINGS of the ${sender}: ${flaw}`);
  }
  connection.settings[sender].announce(list);
  if (sender === 'client') connection.opening.settings(list);
}

function ping({ sender, flags, payload }: Frame, { teller }: Connection): void {
  teller.fact({ kind: 'ping', sender, ack: (flags & FLAG.ack) !== 0, data: toHex(payload) });
}

function goaway({ sender, payload }: Frame, { teller, streams }: Connection): void {
  const lastStream = u31(payload, 0);
  const code = u32(payload, 4);
  teller.fact({ kind: 'goaway', sender, lastStream, code: errorCode(code), debug: text(payload, 8, payload.length) });
  streams.goaway(sender, lastStream, code);
}

function windowUpdate({ sender, stream, payload }: Frame, { teller, streams, flows, opening }: Connection): void {
  const increment = u31(payload, 0);
  teller.fact({ kind: 'window-update', sender, stream, increment });
  if (increment === 0) {
    teller.issue(
      'error',
      `WINDOW_UPDATE of the ${sender} by nothing (RFC 9113 §6.9)`,
      stream === 0 ? undefined : stream,
    );
    return;
  }
  const flow = flows[otherSide(sender)];
  if (stream === 0) {
    if (sender === 'client') opening.windowUpdate(increment);
    flow.grantConnection(increment);
    return;
  }
  const open = streams.get(stream);
  if (open) flow.grant(open, increment);
  else streams.checkKnown(sender, stream, 'WINDOW_UPDATE');
}

function altsvc({ sender, stream, payload }: Frame, { teller }: Connection): void {
  const end = Math.min(2 + u16(payload, 0), payload.length);
  teller.fact({
    kind: 'altsvc',
    sender,
    stream,
    origin: text(payload, 2, end),
    value: text(payload, end, payload.length),
  });
}

function origin({ sender, payload }: Frame, { teller }: Connection): void {
  const origins: string[] = [];
  for (let at = 0; at + 2 <= payload.length && origins.length < MAX_LIST; ) {
    const end = Math.min(at + 2 + u16(payload, at), payload.length);
    origins.push(text(payload, at + 2, end));
    at = end;
  }
  teller.fact({ kind: 'origin', sender, origins });
}

function priorityUpdate({ sender, payload }: Frame, { teller }: Connection): void {
  const stream = u31(payload, 0);
  teller.fact({ kind: 'priority-update', sender, stream, priority: text(payload, 4, payload.length) });
}

function text(payload: Uint8Array, start: number, end: number): string {
  return latin1(payload, start, Math.min(end, start + MAX_TEXT));
}
