/** Named bits of a BIT STRING, X.680 §22: bit 0 is the first of the first octet. */

/** The names of the bits that are set in the contents of a BIT STRING, joined; `none` when none is. */
export function bitsText(body: Uint8Array, names: readonly string[]): string {
  const isSet = (bit: number) => ((body[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0;
  return names.filter((_, bit) => isSet(bit)).join(', ') || 'none';
}
