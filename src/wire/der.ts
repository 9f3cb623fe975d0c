/**
 * A reader of DER (X.690 §10) that takes what BER allows, says so, and never throws.
 *
 * An element is its place in the bytes; contents are read on demand, so that nothing is decoded that nobody looks at.
 */
import type { Issue, Range } from '../shared/model.ts';

export type TagClass = 'universal' | 'application' | 'context' | 'private';

export interface DerElement {
  readonly tagClass: TagClass;
  readonly constructed: boolean;
  readonly tag: number;
  /** The whole element, header included. */
  readonly range: Range;
  /** The contents; cut at the end of the input when the length says more. */
  readonly body: Range;
  readonly issue?: Issue;
}

/** Universal tag numbers, X.680 §8.4. */
export const TAG = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  null: 5,
  oid: 6,
  enumerated: 10,
  utf8String: 12,
  sequence: 16,
  set: 17,
  numericString: 18,
  printableString: 19,
  teletexString: 20,
  ia5String: 22,
  utcTime: 23,
  generalizedTime: 24,
  visibleString: 26,
  universalString: 28,
  bmpString: 30,
} as const;

const CLASSES: readonly TagClass[] = ['universal', 'application', 'context', 'private'];

/** Deeper nesting of indefinite lengths is not followed: their end can only be found by reading what is inside. */
const MAX_DEPTH = 16;

/** Elements read of one list; a certificate with more is hostile. */
const MAX_ELEMENTS = 65_536;

/** The element that starts `range`; undefined only when `range` is empty. */
export function readElement(bytes: Uint8Array, range: Range): DerElement | undefined {
  return readAt(bytes, range[0], range[1], 0);
}

/** The elements that fill `range`, at most `limit`. Constructed contents are read by passing an element's `body`. */
export function readElements(bytes: Uint8Array, range: Range, limit = MAX_ELEMENTS): DerElement[] {
  const elements: DerElement[] = [];
  let at = range[0];
  while (at < range[1] && elements.length < limit) {
    const element = readAt(bytes, at, range[1], 0);
    if (element === undefined) break;
    elements.push(element);
    at = element.range[1];
  }
  return elements;
}

/** Whether `element` is there and is universal `tag`. */
export function isUniversal(
  element: DerElement | undefined,
  tag: number,
): element is DerElement & { readonly tagClass: 'universal' } {
  return element?.tagClass === 'universal' && element.tag === tag;
}

/** Whether `element` is there and is context-specific `[tag]`. */
export function isContext(
  element: DerElement | undefined,
  tag: number,
): element is DerElement & { readonly tagClass: 'context' } {
  return element?.tagClass === 'context' && element.tag === tag;
}

function readAt(bytes: Uint8Array, start: number, limit: number, depth: number): DerElement | undefined {
  const end = Math.min(limit, bytes.length);
  if (start >= end) return undefined;
  const first = bytes[start]!;
  const kind = { tagClass: CLASSES[first >> 6]!, constructed: (first & 0x20) !== 0 };
  let tag = first & 0x1f;
  let at = start + 1;
  if (tag === 0x1f) {
    tag = 0;
    let octet = 0x80;
    while (at < end && (octet & 0x80) !== 0) {
      octet = bytes[at++]!;
      // Past 2^31 the number is of no use to anybody; the octets are still consumed.
      tag = Math.min(tag * 128 + (octet & 0x7f), 0x7fff_ffff);
    }
  }
  const cut = (text: string): DerElement => ({
    ...kind,
    tag,
    range: [start, end],
    body: [Math.min(at, end), end],
    issue: { severity: 'error', text },
  });
  if (at >= end) return cut('The input ends inside this element’s header.');
  const lengthOctet = bytes[at++]!;
  if (lengthOctet === 0x80) return readIndefinite(bytes, { ...kind, tag }, start, at, end, depth);
  let length = lengthOctet;
  let minimal = true;
  if (lengthOctet > 0x80) {
    const count = lengthOctet & 0x7f;
    if (at + count > end) return cut('The input ends inside this element’s length.');
    length = 0;
    for (let i = 0; i < count; i++) length = Math.min(length * 256 + bytes[at + i]!, Number.MAX_SAFE_INTEGER / 512);
    minimal = bytes[at] !== 0 && length > 0x7f;
    at += count;
  }
  if (length > end - at) return cut(`The length says ${length} bytes, ${end - at} are there.`);
  return {
    ...kind,
    tag,
    range: [start, at + length],
    body: [at, at + length],
    ...(minimal
      ? {}
      : { issue: { severity: 'warning', text: 'The length is not in its shortest form, as DER demands.' } }),
  };
}

/** X.690 §8.1.3.6: contents run to two zero octets. Forbidden in DER, met in the wild. */
function readIndefinite(
  bytes: Uint8Array,
  kind: Pick<DerElement, 'tagClass' | 'constructed' | 'tag'>,
  start: number,
  from: number,
  end: number,
  depth: number,
): DerElement {
  const closed = (bodyEnd: number, rangeEnd: number, text: string): DerElement => ({
    ...kind,
    range: [start, rangeEnd],
    body: [from, bodyEnd],
    issue: { severity: 'error', text },
  });
  if (!kind.constructed || depth >= MAX_DEPTH) {
    return closed(end, end, 'The length is indefinite and its end cannot be told.');
  }
  let at = from;
  while (at < end) {
    if (bytes[at] === 0 && bytes[at + 1] === 0 && at + 2 <= end) {
      return closed(at, at + 2, 'The length is indefinite, which DER forbids.');
    }
    const inner = readAt(bytes, at, end, depth + 1);
    if (inner === undefined) break;
    at = inner.range[1];
  }
  return closed(end, end, 'The length is indefinite and its end is missing.');
}
