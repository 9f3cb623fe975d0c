/** The options at the end of a pcapng block (draft-ietf-opsawg-pcapng §3.5). */

export interface BlockOption {
  readonly code: number;
  readonly value: Uint8Array;
}

/** Options of one block that are read. */
const MAX_OPTIONS = 64;
/** Bytes of a text that are kept. */
const MAX_TEXT = 4096;
const END = 0;

/** Those that are whole, up to a bound; what is broken ends the list. */
export function readOptions(bytes: Uint8Array, littleEndian: boolean): BlockOption[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const options: BlockOption[] = [];
  for (let at = 0; at + 4 <= bytes.length && options.length < MAX_OPTIONS; ) {
    const code = view.getUint16(at, littleEndian);
    const length = view.getUint16(at + 2, littleEndian);
    if (code === END || at + 4 + length > bytes.length) break;
    options.push({ code, value: bytes.subarray(at + 4, at + 4 + length) });
    // Values are padded to 32 bits.
    at += 4 + length + (-length & 3);
  }
  return options;
}

/** The values of all options of this code as text; a zero ends it, as some programs write one. */
export function textOptions(options: readonly BlockOption[], code: number): string[] {
  return options
    .filter((option) => option.code === code)
    .map(({ value }) => new TextDecoder().decode(value.subarray(0, MAX_TEXT)).split('\0')[0]!);
}

/** The value of the first option of this code as a number of 8 or 64 bits; undefined when it is neither. */
export function numberOption(options: readonly BlockOption[], code: number, littleEndian: boolean): number | undefined {
  const value = options.find((option) => option.code === code)?.value;
  if (value?.length === 1) return value[0];
  if (value?.length !== 8) return undefined;
  return Number(new DataView(value.buffer, value.byteOffset, 8).getBigInt64(0, littleEndian));
}
