/** A handshake as far as chains are concerned: the server's Certificate message and what goes with it. */
import type { Handshake, HandshakeMessage } from '../../src/shared/model.ts';
import { toHex } from '../../src/wire/hex.ts';
import { decodeMessage } from '../../src/wire/tls/messages/table.ts';
import { handshakeOf } from '../insight/handshake-fixture.ts';
import type { Issued } from './chain-pki.ts';

const u = (width: number, value: number) =>
  Array.from({ length: width }, (_, n) => Math.floor(value / 256 ** (width - 1 - n)) % 256);
const vector = (width: number, body: readonly number[]) => [...u(width, body.length), ...body];

export interface Sending {
  readonly version?: 0x0303 | 0x0304;
  readonly staple?: Uint8Array;
  /** Timestamps in the extension. */
  readonly timestamps?: number;
}

export function sending(
  chain: readonly Issued[],
  { version = 0x0304, staple, timestamps = 0 }: Sending = {},
): Handshake {
  const extensions: number[] = [];
  const add = (type: number, body: readonly number[]) => extensions.push(...u(2, type), ...vector(2, body));
  if (staple && version === 0x0304) add(5, [1, ...vector(3, [...staple])]);
  if (timestamps > 0) add(18, vector(2, new Array(timestamps).fill(vector(2, SCT)).flat()));
  const messages: HandshakeMessage[] = [];
  const push = (type: number, body: readonly number[]) => {
    const raw = Uint8Array.from([type, ...vector(3, body)]);
    messages.push(message(messages.length + 1, raw, version));
  };
  if (version === 0x0303) {
    push(2, [3, 3, ...new Array(32).fill(1), 0, 0xc0, 0x2b, 0, ...vector(2, extensions)]);
    push(
      11,
      vector(
        3,
        chain.flatMap(({ der }) => vector(3, [...der])),
      ),
    );
    if (staple) push(22, [1, ...vector(3, [...staple])]);
  } else {
    const entries = chain.flatMap(({ der }, n) => [...vector(3, [...der]), ...vector(2, n === 0 ? extensions : [])]);
    push(11, [0, ...vector(3, entries)]);
  }
  return handshakeOf([], { messages, certificates: chain.map(({ certificate }) => certificate) });
}

const SCT = [0, ...new Array<number>(32).fill(7), ...new Array<number>(8).fill(0), 0, 0, 4, 3, 0, 1, 9];

function message(n: number, raw: Uint8Array, version: number): HandshakeMessage {
  const { fields, issues, summary } = decodeMessage(raw, { version }, true);
  return {
    n,
    sender: 'server',
    contentType: 22,
    type: { id: raw[0]!, name: fields[1]!.name },
    epoch: 'handshake',
    spans: [[0, raw.length]],
    raw: toHex(raw),
    fields,
    summary,
    issues,
    at: 0,
  };
}
