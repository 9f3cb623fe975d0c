/** How the decoders of this folder make Field trees: from elements, with ranges moved by where the certificate stands. */
import type { Field, Issue, Range } from '../../shared/model.ts';
import { type DerElement, isUniversal, readElements, TAG } from '../der.ts';
import { toHex } from '../hex.ts';
import { nameOf, type OidNames } from './oids.ts';
import { printable } from './printable.ts';
import { bodyOf, magnitude, readOid, readString, readTime, smallInteger } from './values.ts';

/** The certificate's bytes and where they begin in what the ranges refer to. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly base: number;
}

interface Parts {
  readonly value?: Field['value'] | undefined;
  readonly text?: string | undefined;
  readonly spec?: string | undefined;
  readonly children?: readonly Field[] | undefined;
  readonly issue?: Issue | undefined;
}

/** What an extension's value says: in words, and field by field. */
export interface ExtensionValue {
  readonly text?: string;
  readonly children: readonly Field[];
  readonly issue?: Issue;
}

/** Items of one list that get a field each; the rest shares one. */
export const MAX_ITEMS = 200;

/** Nesting that `dump` follows. */
const MAX_DEPTH = 8;

const TAG_NAMES: ReadonlyMap<number, string> = new Map([
  [TAG.boolean, 'BOOLEAN'],
  [TAG.integer, 'INTEGER'],
  [TAG.bitString, 'BIT STRING'],
  [TAG.octetString, 'OCTET STRING'],
  [TAG.null, 'NULL'],
  [TAG.oid, 'OBJECT IDENTIFIER'],
  [TAG.enumerated, 'ENUMERATED'],
  [TAG.utf8String, 'UTF8String'],
  [TAG.sequence, 'SEQUENCE'],
  [TAG.set, 'SET'],
  [TAG.numericString, 'NumericString'],
  [TAG.printableString, 'PrintableString'],
  [TAG.teletexString, 'TeletexString'],
  [TAG.ia5String, 'IA5String'],
  [TAG.utcTime, 'UTCTime'],
  [TAG.generalizedTime, 'GeneralizedTime'],
  [TAG.visibleString, 'VisibleString'],
  [TAG.universalString, 'UniversalString'],
  [TAG.bmpString, 'BMPString'],
]);

/** A field over `range` of the certificate; members that are undefined are left out. */
export function fieldOver(source: Source, name: string, range: Range, parts: Parts = {}): Field {
  return {
    name,
    ...(parts.value !== undefined && { value: parts.value }),
    ...(parts.text !== undefined && { text: parts.text }),
    range: [range[0] + source.base, range[1] + source.base],
    ...(parts.spec !== undefined && { spec: parts.spec }),
    ...(parts.children !== undefined && { children: parts.children }),
    ...(parts.issue !== undefined && { issue: parts.issue }),
  };
}

/** A field over a whole element, with the element's own issue unless `parts` has one. */
export function fieldOf(source: Source, name: string, element: DerElement, parts: Parts = {}): Field {
  return fieldOver(source, name, element.range, { ...parts, issue: parts.issue ?? element.issue });
}

/** A field whose value is the element's contents in hex. */
export function hexField(source: Source, name: string, element: DerElement, parts: Parts = {}): Field {
  return fieldOf(source, name, element, { value: toHex(bodyOf(source.bytes, element)), ...parts });
}

/** One field an element of `elements`, and one for all beyond `MAX_ITEMS`. */
export function listFields(
  source: Source,
  elements: readonly DerElement[],
  each: (element: DerElement, index: number) => Field,
): Field[] {
  const shown = elements.slice(0, MAX_ITEMS).map(each);
  const hidden = elements.slice(MAX_ITEMS);
  if (hidden.length > 0) {
    const range: Range = [hidden[0]!.range[0], hidden.at(-1)!.range[1]];
    shown.push(fieldOver(source, 'more', range, { text: `and ${hidden.length} more` }));
  }
  return shown;
}

/** Any element as what its tag says it is: for what no table knows. */
export function dump(source: Source, element: DerElement, name = tagName(element), depth = 0): Field {
  const body = bodyOf(source.bytes, element);
  if (element.constructed && depth < MAX_DEPTH) {
    const children = listFields(source, readElements(source.bytes, element.body), (child) =>
      dump(source, child, undefined, depth + 1),
    );
    return fieldOf(source, name, element, { children });
  }
  if (element.tagClass !== 'universal') return hexField(source, name, element);
  switch (element.tag) {
    case TAG.boolean:
      return fieldOf(source, name, element, { value: (body[0] ?? 0) !== 0 });
    case TAG.integer:
    case TAG.enumerated:
      return integerField(source, name, element);
    case TAG.oid:
      return fieldOf(source, name, element, { value: readOid(body) ?? toHex(body) });
    case TAG.null:
      return fieldOf(source, name, element);
    case TAG.utcTime:
    case TAG.generalizedTime:
      return timeField(source, name, element);
    default: {
      const text = readString(source.bytes, element);
      if (text === undefined) return hexField(source, name, element);
      return fieldOf(source, name, element, { value: text, text: printable(text) });
    }
  }
}

/** A number when it fits 32 bits and is not negative, else hex. */
export function integerField(source: Source, name: string, element: DerElement, parts: Parts = {}): Field {
  const body = bodyOf(source.bytes, element);
  const number =
    isUniversal(element, TAG.integer) || isUniversal(element, TAG.enumerated) ? smallInteger(body) : undefined;
  return fieldOf(source, name, element, { value: number ?? toHex(magnitude(body)), ...parts });
}

/** An identifier with its name in `names`, the dotted form where that has none. */
export function oidField(source: Source, name: string, element: DerElement, names: OidNames): Field {
  const body = bodyOf(source.bytes, element);
  const oid = readOid(body);
  return fieldOf(source, name, element, { value: oid ?? toHex(body), text: nameOf(names, oid) });
}

/** A date in ISO 8601, or the raw characters with an issue. */
export function timeField(source: Source, name: string, element: DerElement): Field {
  const time = readTime(source.bytes, element);
  if (time !== undefined) return fieldOf(source, name, element, { value: time, text: time });
  const raw = String.fromCharCode(...bodyOf(source.bytes, element).subarray(0, 64));
  return fieldOf(source, name, element, {
    value: raw,
    text: printable(raw),
    issue: { severity: 'error', text: 'Not a date.' },
  });
}

function tagName(element: DerElement): string {
  if (element.tagClass === 'context') return `[${element.tag}]`;
  if (element.tagClass !== 'universal') return `[${element.tagClass} ${element.tag}]`;
  return TAG_NAMES.get(element.tag) ?? `[universal ${element.tag}]`;
}
