/** What a peer said first, as far as it is kept: enough to tell what it speaks in place of TLS. */

/** Enough to tell by which protocol a peer speaks, in bytes. */
const FIRST_BYTES = 128;

/** The first bytes of a stream as far as they are kept: a copy, since the stream may read on into the same memory. */
export function begun(before: Uint8Array | undefined, bytes: Uint8Array): Uint8Array {
  if (before === undefined) return new Uint8Array(bytes.subarray(0, FIRST_BYTES));
  if (before.length === FIRST_BYTES) return before;
  return Uint8Array.of(...before, ...bytes.subarray(0, FIRST_BYTES - before.length));
}
