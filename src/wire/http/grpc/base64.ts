/** The base64 of gRPC-Web's text form: pieces that were each encoded by themselves, one behind the other, pads included. */
import type { Issue } from '../../../shared/model.ts';
import type { Piece } from '../pieces.ts';

const PAD = 0x3d;
const VALUES = new Int8Array(256).fill(-1);
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

/** What the pieces' text stands for, in as many pieces, with their times. Characters outside of base64 are passed over. */
export function decodeBase64Pieces(pieces: readonly Piece[], issues: Issue[]): Piece[] {
  let bits = 0;
  let held = 0;
  let odd = 0;
  const decoded = pieces.map(({ bytes, at }): Piece => {
    const output = new Uint8Array(Math.ceil((bytes.length * 3) / 4) + 1);
    let length = 0;
    for (const character of bytes) {
      if (character === PAD) {
        held = bits = 0;
        continue;
      }
      const value = VALUES[character]!;
      if (value < 0) {
        odd++;
        continue;
      }
      held = ((held << 6) | value) & 0xffff;
      bits += 6;
      if (bits < 8) continue;
      bits -= 8;
      output[length++] = (held >> bits) & 0xff;
    }
    return { bytes: output.subarray(0, length), at };
  });
  if (odd > 0) issues.push({ severity: 'warning', text: `${odd} characters are not base64, and passed over` });
  return decoded;
}
