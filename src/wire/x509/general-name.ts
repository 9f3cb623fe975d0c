/** GeneralName, RFC 5280 §4.2.1.6: the names a certificate is for. */
import type { Field, Issue } from '../../shared/model.ts';
import { type DerElement, readElement, readElements } from '../der.ts';
import { toHex } from '../hex.ts';
import { addressText } from '../ip-address.ts';
import { nameText } from './name.ts';
import { printable } from './printable.ts';
import { fieldOf, type Source } from './tree.ts';
import { bodyOf, readAscii, readOid, readString } from './values.ts';

interface GeneralName {
  /** `DNS`, `IP`, … */
  readonly kind: string;
  /** As it stands, with whatever characters. */
  readonly value: string;
  readonly issue?: Issue;
}

type Reader = (bytes: Uint8Array, element: DerElement) => Omit<GeneralName, 'kind'>;

const ascii: Reader = (bytes, element) => {
  const value = readAscii(bodyOf(bytes, element));
  const issue = asciiIssue(value);
  return { value, ...(issue && { issue }) };
};

/** IA5String is ASCII; a NUL has made one client read another name than the next. */
function asciiIssue(value: string): Issue | undefined {
  if (value.includes('\u0000')) return { severity: 'error', text: 'A NUL byte within a name.' };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is not ASCII is the question.
  if (/[^\u0000-\u007f]/.test(value)) return { severity: 'warning', text: 'Not ASCII, as RFC 5280 §4.2.1.6 asks.' };
  return undefined;
}

/** By context tag. */
const KINDS: readonly (readonly [kind: string, read: Reader])[] = [
  ['otherName', otherName],
  ['email', ascii],
  ['DNS', ascii],
  ['x400Address', raw],
  ['DirName', (bytes, element) => ({ value: nameText(bytes, readElement(bytes, element.body)) })],
  ['ediPartyName', raw],
  ['URI', ascii],
  ['IP', ipName],
  ['RID', (bytes, element) => ({ value: readOid(bodyOf(bytes, element)) ?? toHex(bodyOf(bytes, element)) })],
];

/** `DNS:example.test`, `IP:127.0.0.1`, `email:…`, `URI:…`, `DirName:…`; unsafe characters escaped. */
export function generalNameText(bytes: Uint8Array, element: DerElement): string {
  const { kind, value } = readGeneralName(bytes, element);
  // A directory name is escaped as a name already.
  return `${kind}:${kind === 'DirName' ? value : printable(value)}`;
}

export function generalNameField(source: Source, element: DerElement): Field {
  const { kind, value, issue } = readGeneralName(source.bytes, element);
  return fieldOf(source, kind, element, { value, text: generalNameText(source.bytes, element), issue });
}

/** Dotted quad, RFC 5952 text for IPv6; with a prefix length or mask when twice as long (RFC 5280 §4.2.1.10). */
export function ipText(body: Uint8Array): string | undefined {
  switch (body.length) {
    case 4:
    case 16:
      return addressText(body);
    case 8:
    case 32: {
      const half = body.length / 2;
      const mask = body.subarray(half);
      return `${ipText(body.subarray(0, half))}/${prefixLength(mask) ?? ipText(mask)}`;
    }
    default:
      return undefined;
  }
}

function readGeneralName(bytes: Uint8Array, element: DerElement): GeneralName {
  const known = element.tagClass === 'context' ? KINDS[element.tag] : undefined;
  if (known === undefined) return { kind: 'unknown', value: toHex(bodyOf(bytes, element)) };
  const [kind, read] = known;
  return { kind, ...read(bytes, element) };
}

function raw(bytes: Uint8Array, element: DerElement): Omit<GeneralName, 'kind'> {
  return { value: toHex(bodyOf(bytes, element)) };
}

/** `type-id` and, where it is text (a Kerberos or Windows user name), the value. */
function otherName(bytes: Uint8Array, element: DerElement): Omit<GeneralName, 'kind'> {
  const [type, wrapper] = readElements(bytes, element.body, 2);
  const oid = type && readOid(bodyOf(bytes, type));
  const inner = wrapper && readElement(bytes, wrapper.body);
  const text = inner && readString(bytes, inner);
  return { value: `${oid ?? 'unreadable identifier'};${text ?? (inner ? toHex(bytes.subarray(...inner.range)) : '')}` };
}

function ipName(bytes: Uint8Array, element: DerElement): Omit<GeneralName, 'kind'> {
  const body = bodyOf(bytes, element);
  const text = ipText(body);
  if (text !== undefined) return { value: text };
  return { value: toHex(body), issue: { severity: 'error', text: `An IP address of ${body.length} bytes.` } };
}

/** Undefined for a mask whose ones are not all in front. */
function prefixLength(mask: Uint8Array): number | undefined {
  const bits = Array.from(mask, (octet) => octet.toString(2).padStart(8, '0')).join('');
  const ones = bits.indexOf('0') < 0 ? bits.length : bits.indexOf('0');
  return bits.includes('1', ones) ? undefined : ones;
}
