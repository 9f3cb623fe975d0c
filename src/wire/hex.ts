/** Byte strings as the model writes them: lower-case hex, two digits a byte. */
import type { Hex } from '../shared/model.ts';

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex of `bytes`; empty for none. */
export function toHex(bytes: Uint8Array): Hex {
  let text = '';
  for (const byte of bytes) text += DIGITS[byte];
  return text;
}

/** The bytes of a hex string. Stops at the first pair that is not hex, so that it never throws. */
export function fromHex(text: Hex): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1);
  for (let i = 0; i < bytes.length; i++) {
    const high = nibble(text.charCodeAt(2 * i));
    const low = nibble(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) return bytes.subarray(0, i);
    bytes[i] = high * 16 + low;
  }
  return bytes;
}

/** 0..15, or -1 for a character that is no hex digit. */
function nibble(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
