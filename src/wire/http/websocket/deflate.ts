/** Compression of messages (RFC 7692), by an inflater that is handed in. */
import type { TlsRole } from '../../../shared/model.ts';
import type { Unpacked } from '../pieces.ts';

/**
 * Raw DEFLATE (RFC 1951) of `bytes`, which may end without a final block. It does not throw.
 * @param dictionary what was inflated before, at most 32 KiB of it
 * @param limit bytes of what it may give; more is `too-long`
 */
export type InflateRaw = (bytes: Uint8Array, dictionary: Uint8Array, limit: number) => Unpacked;

/** What permessage-deflate was negotiated with. */
export interface DeflateParameters {
  /** Whether a side starts every message without the text of those before (RFC 7692 §7.1.1). */
  readonly forgets: Readonly<Record<TlsRole, boolean>>;
}

/** RFC 7692 §7.2.2: what the sender has taken off the end of a message. */
const TAIL = Uint8Array.of(0x00, 0x00, 0xff, 0xff);
/** What DEFLATE can refer back to, bytes. */
const WINDOW = 32 * 1024;
const NOTHING = new Uint8Array(0);

/** @param extensions Sec-WebSocket-Extensions of the response; undefined when it has not agreed to permessage-deflate */
export function deflateParameters(extensions: string): DeflateParameters | undefined {
  for (const extension of extensions.split(',')) {
    const [name, ...parameters] = extension.split(';').map((part) => part.trim().toLowerCase());
    if (name !== 'permessage-deflate') continue;
    const has = (each: string) => parameters.some((parameter) => parameter.split('=')[0]!.trim() === each);
    return { forgets: { client: has('client_no_context_takeover'), server: has('server_no_context_takeover') } };
  }
  return undefined;
}

/** Inflates one side's messages, in their order. */
export class MessageInflater {
  readonly #inflate: InflateRaw;
  readonly #forgets: boolean;
  readonly #limit: number;
  #before: Uint8Array = NOTHING;
  /** A message could not be inflated, so that those after, which refer to it, cannot either. */
  #broken = false;

  constructor(inflate: InflateRaw, forgets: boolean, limit: number) {
    this.#inflate = inflate;
    this.#forgets = forgets;
    this.#limit = limit;
  }

  next(payload: Uint8Array): Unpacked | 'after-broken' {
    if (this.#broken) return 'after-broken';
    const input = new Uint8Array(payload.length + TAIL.length);
    input.set(payload);
    input.set(TAIL, payload.length);
    let output: Unpacked;
    try {
      output = this.#inflate(input, this.#before, this.#limit);
    } catch {
      output = 'corrupt';
    }
    if (this.#forgets) return output;
    if (output instanceof Uint8Array) this.#before = lastOf(this.#before, output);
    else this.#broken = true;
    return output;
  }
}

function lastOf(before: Uint8Array, output: Uint8Array): Uint8Array {
  if (output.length >= WINDOW) return Uint8Array.from(output.subarray(-WINDOW));
  const kept = before.subarray(Math.max(0, before.length + output.length - WINDOW));
  const both = new Uint8Array(kept.length + output.length);
  both.set(kept);
  both.set(output, kept.length);
  return both;
}
