/** A QR code as one SVG path. */
import { encode } from 'uqr';

export interface QrPath {
  /** The side, in modules, quiet zone included. */
  readonly size: number;
  /** The dark modules, one unit each. */
  readonly path: string;
}

/** Light modules around the code: the least that ISO/IEC 18004 asks for. */
const QUIET_ZONE = 4;

/** The code of a short text, such as a URL; it is read with 15 % of it hidden or dirty. */
export function qrPath(text: string): QrPath {
  const { size, data } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  const runs: string[] = [];
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      let end = x + 1;
      while (row[end]) end++;
      runs.push(`M${x} ${y}h${end - x}v1h-${end - x}z`);
      x = end;
    }
  });
  return { size, path: runs.join('') };
}
