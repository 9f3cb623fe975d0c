/** Bytes of a head as text, one character a byte, and what one pass over them tells. */

const ASCII = new TextDecoder('utf-8');
/** Arguments of one call; engines limit them. */
const PIECE = 8192;

export interface HeadText {
  /** ISO 8859-1, which no TextDecoder gives: its `latin1` is windows-1252. */
  readonly text: string;
  /** Carriage returns, those of line ends included. */
  readonly returns: number;
  /** Whether there are control characters other than CR, LF and HT. */
  readonly controls: boolean;
}

const RETURN = 1;
const CONTROL = 2;
const HIGH = 4;
const KIND = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x0d) return RETURN;
  if (byte === 0x09 || byte === 0x0a) return 0;
  if (byte < 0x20 || byte === 0x7f) return CONTROL;
  return byte < 0x80 ? 0 : HIGH;
});

export function headText(bytes: Uint8Array): HeadText {
  let kinds = 0;
  let returns = 0;
  for (let i = 0; i < bytes.length; i++) {
    const kind = KIND[bytes[i]!]!;
    kinds |= kind;
    returns += kind & RETURN;
  }
  return { text: kinds < HIGH ? ASCII.decode(bytes) : pieces(bytes), returns, controls: (kinds & CONTROL) !== 0 };
}

function pieces(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += PIECE) text += String.fromCharCode(...bytes.subarray(i, i + PIECE));
  return text;
}
