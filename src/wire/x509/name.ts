/** Distinguished names, RFC 5280 §4.1.2.4. */
import type { Field, Issue } from '../../shared/model.ts';
import { type DerElement, readElements } from '../der.ts';
import { toHex } from '../hex.ts';
import { ATTRIBUTES } from './oids.ts';
import { printable } from './printable.ts';
import { fieldOf, listFields, type Source } from './tree.ts';
import { bodyOf, readOid, readString } from './values.ts';

/** Attributes of one name that are read; real ones have about ten. */
const MAX_ATTRIBUTES = 64;

interface Attribute {
  readonly element: DerElement;
  readonly short: string;
  readonly long: string;
  /** As the issuer wrote it, with whatever characters; `#` and the DER in hex for what is no string (RFC 4514 §2.4). */
  readonly value: string;
  readonly isString: boolean;
  /** More than one attribute share an RDN when this is not 0. */
  readonly placeInRdn: number;
}

/**
 * A name as RFC 4514 writes it, most specific part first and a space after each comma: `CN=a.test, O=Example, C=DE`.
 * Unsafe characters are shown as `\u{202e}`.
 */
export function nameText(bytes: Uint8Array, name: DerElement | undefined): string {
  if (name === undefined) return '';
  const rdns: string[] = [];
  let count = 0;
  for (const attribute of attributesOf(bytes, name)) {
    if (++count > MAX_ATTRIBUTES) break;
    const text = `${attribute.short}=${attribute.isString ? escapeValue(attribute.value) : printable(attribute.value)}`;
    if (attribute.placeInRdn === 0) rdns.push(text);
    else rdns[rdns.length - 1] += `+${text}`;
  }
  const shown = rdns.reverse().join(', ');
  return count > MAX_ATTRIBUTES ? `…, ${shown}` : shown;
}

/** One field an attribute. */
export function nameFields(source: Source, name: DerElement): Field[] {
  const attributes = [...attributesOf(source.bytes, name)];
  return listFields(
    source,
    attributes.map((attribute) => attribute.element),
    (element, index) => {
      const { long, value } = attributes[index]!;
      const issue = value.includes('\u0000') ? NUL_WITHIN : undefined;
      return fieldOf(source, long, element, { value, text: printable(value), issue });
    },
  );
}

const NUL_WITHIN: Issue = { severity: 'error', text: 'A NUL byte within a name.' };

function* attributesOf(bytes: Uint8Array, name: DerElement): Generator<Attribute> {
  for (const rdn of readElements(bytes, name.body)) {
    for (const [placeInRdn, element] of readElements(bytes, rdn.body).entries()) {
      const [type, value] = readElements(bytes, element.body, 2);
      const oid = type && readOid(bodyOf(bytes, type));
      const known = oid !== undefined && Object.hasOwn(ATTRIBUTES, oid) ? ATTRIBUTES[oid] : undefined;
      const text = value && readString(bytes, value);
      const fallback = oid ?? 'unreadable identifier';
      yield {
        element,
        short: known?.[0] ?? fallback,
        long: known?.[1] ?? fallback,
        value: text ?? (value === undefined ? '' : `#${toHex(bytes.subarray(...value.range))}`),
        isString: text !== undefined,
        placeInRdn,
      };
    }
  }
}

/** RFC 4514 §2.4, so that a value cannot pass for another attribute. */
function escapeValue(value: string): string {
  return printable(value.replace(/[,+"\\<>;]|^[# ]| $/g, '\\$&'));
}
