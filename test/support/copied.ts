/** How much a piece of work copies: what its time grows with, whatever machine it runs on. */

/** Bytes that `work` copies between typed arrays, and characters it makes of numbers. */
export function copiedBy(work: () => void): number {
  let copied = 0;
  const { set, slice } = Uint8Array.prototype;
  const { fromCharCode } = String;
  Uint8Array.prototype.set = function (from, offset) {
    copied += from.length;
    set.call(this, from, offset);
  };
  Uint8Array.prototype.slice = function (start, end) {
    const result = slice.call(this, start, end) as Uint8Array<ArrayBuffer>;
    copied += result.length;
    return result;
  };
  String.fromCharCode = (...codes) => {
    copied += codes.length;
    return fromCharCode(...codes);
  };
  try {
    work();
  } finally {
    Object.assign(Uint8Array.prototype, { set, slice });
    String.fromCharCode = fromCharCode;
  }
  return copied;
}
