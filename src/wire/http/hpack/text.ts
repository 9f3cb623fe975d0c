/** Bytes as text, one character a byte (latin1): what `TextDecoder` has no encoding for. */

/** Longest text that is made in one step. */
const STEP = 256;

/** Lists of each length up to `STEP`: `apply` is quick on a true array and slow on a typed one. */
const lists: number[][] = [];

/** `bytes` from `start` to `end`, which must lie within. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= STEP) return piece(bytes, start, end);
  let text = '';
  for (let at = start; at < end; at += STEP) text += piece(bytes, at, Math.min(end, at + STEP));
  return text;
}

function piece(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  lists[length] ??= new Array<number>(length).fill(0);
  const list = lists[length]!;
  for (let i = 0; i < length; i++) list[i] = bytes[start + i]!;
  return String.fromCharCode.apply(null, list);
}
