/** Extensions that vendors brought: Microsoft's templates, Netscape's types and texts, and presence marks. */
import { type DerElement, readElements } from '../der.ts';
import { bitsText } from './bits.ts';
import { printable } from './printable.ts';
import { dump, type ExtensionValue, hexField, integerField, oidField, type Source } from './tree.ts';
import { bodyOf, readOid, readString, smallInteger } from './values.ts';

/** An extension that says all it has to say by being there. */
export const mark =
  (text: string) =>
  (source: Source, value: DerElement): ExtensionValue => ({ text, children: [dump(source, value)] });

/** A single string. */
export function text(source: Source, value: DerElement): ExtensionValue {
  const string = readString(source.bytes, value);
  return { ...(string !== undefined && { text: printable(string) }), children: [dump(source, value)] };
}

/** A single number. */
export function number(source: Source, value: DerElement): ExtensionValue {
  const count = smallInteger(bodyOf(source.bytes, value));
  return { ...(count !== undefined && { text: String(count) }), children: [dump(source, value)] };
}

/** szOID_CERTIFICATE_TEMPLATE: the template's identifier and version. */
export function certificateTemplate(source: Source, value: DerElement): ExtensionValue {
  const [id, ...versions] = readElements(source.bytes, value.body, 3);
  const names = ['templateMajorVersion', 'templateMinorVersion'] as const;
  const numbers = versions.map((version) => smallInteger(bodyOf(source.bytes, version)) ?? '?');
  const oid = id && readOid(bodyOf(source.bytes, id));
  return {
    text: `template ${oid ?? '?'}${numbers.length > 0 ? `, version ${numbers.join('.')}` : ''}`,
    children: [
      ...(id ? [oidField(source, 'templateID', id, {})] : []),
      ...versions.map((version, n) => integerField(source, names[n]!, version)),
    ],
  };
}

/** Bit 0 is the first of the BIT STRING. */
const NETSCAPE_TYPES = [
  'SSL client',
  'SSL server',
  'S/MIME',
  'object signing',
  'reserved',
  'SSL CA',
  'S/MIME CA',
  'object signing CA',
];

export function netscapeCertType(source: Source, value: DerElement): ExtensionValue {
  const words = bitsText(bodyOf(source.bytes, value), NETSCAPE_TYPES);
  return { text: words, children: [hexField(source, 'netscape-cert-type', value, { text: words })] };
}
