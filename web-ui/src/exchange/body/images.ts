/** Images by the bytes they begin with. Only formats of pixels: SVG is markup, and is shown as the text it is. */

export interface ImageFacts {
  readonly type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif' | 'image/x-icon';
  /** px, where the beginning says it. */
  readonly width?: number;
  readonly height?: number;
}

/** Pixels of a picture that is shown: a few bytes can ask for gigabytes. */
export const MAX_PIXELS = 64 * 1024 * 1024;

/** Undefined for what is none of these. Reads no further than the first 256 KiB. */
export function imageFacts(bytes: Uint8Array): ImageFacts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 256 * 1024));
  const is = (at: number, text: string) =>
    bytes.length >= at + text.length && [...text].every((each, index) => bytes[at + index] === each.charCodeAt(0));
  if (is(0, '\x89PNG\r\n\x1a\n')) {
    if (view.byteLength < 24) return { type: 'image/png' };
    return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (is(0, 'GIF87a') || is(0, 'GIF89a')) {
    if (view.byteLength < 10) return { type: 'image/gif' };
    return { type: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  if (is(0, '\xff\xd8\xff')) return { type: 'image/jpeg', ...jpegSize(view) };
  if (is(0, 'RIFF') && is(8, 'WEBP')) return { type: 'image/webp', ...webpSize(view) };
  if (is(4, 'ftypavif') || is(4, 'ftypavis')) return { type: 'image/avif', ...avifSize(view) };
  if (is(0, '\0\0\x01\0') && bytes.length >= 22 && bytes[4]! > 0 && bytes[5] === 0) {
    return { type: 'image/x-icon', width: bytes[6] || 256, height: bytes[7] || 256 };
  }
  return undefined;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** From the first frame header (ITU-T T.81 §B.2.2). */
function jpegSize(view: DataView): Size | undefined {
  let at = 2;
  while (at + 9 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}

/** RFC 9649 §2.5 to §2.7. */
function webpSize(view: DataView): Size | undefined {
  if (view.byteLength < 30) return undefined;
  const chunk = view.getUint32(12);
  const three = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (chunk === 0x56503858) return { width: three(24) + 1, height: three(27) + 1 };
  if (chunk === 0x56503820)
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (chunk !== 0x5650384c) return undefined;
  const bits = view.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** The largest `ispe` box (ISO/IEC 23008-12 §6.5.3) of the first bytes. */
function avifSize(view: DataView): Size | undefined {
  let size: Size | undefined;
  for (let at = 0; at + 16 <= Math.min(view.byteLength, 8192); at++) {
    if (view.getUint32(at) !== 0x69737065) continue;
    const found = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (size === undefined || found.width * found.height > size.width * size.height) size = found;
  }
  return size;
}
