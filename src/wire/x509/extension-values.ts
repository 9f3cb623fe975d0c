/** What the extensions of RFC 5280 §4.2 say: a reader each, given the element inside the extension's OCTET STRING. */
import type { Field, Issue } from '../../shared/model.ts';
import { type DerElement, isContext, isUniversal, readElement, readElements, TAG } from '../der.ts';
import { toHex } from '../hex.ts';
import { bitsText } from './bits.ts';
import { generalNameField, generalNameText } from './general-name.ts';
import { listText, MAX_LISTED } from './list-text.ts';
import { ACCESS_METHODS, KEY_PURPOSES, nameOf } from './oids.ts';
import {
  type ExtensionValue,
  fieldOf,
  hexField,
  integerField,
  listFields,
  oidField,
  type Source,
  timeField,
} from './tree.ts';
import { bodyOf, readOid, smallInteger } from './values.ts';

export function keyIdentifier(source: Source, value: DerElement): ExtensionValue {
  const text = toHex(bodyOf(source.bytes, value));
  return { text, children: [hexField(source, 'keyIdentifier', value)] };
}

const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

export function keyUsage(source: Source, value: DerElement): ExtensionValue {
  const text = bitsText(bodyOf(source.bytes, value), KEY_USAGES);
  return { text, children: [hexField(source, 'KeyUsage', value, { text })] };
}

export function keyPurposes(source: Source, value: DerElement): ExtensionValue {
  const elements = readElements(source.bytes, value.body);
  const oids = elements.map((element) => readOid(bodyOf(source.bytes, element)));
  const children = listFields(source, elements, (element) => oidField(source, 'keyPurposeId', element, KEY_PURPOSES));
  return { text: listText(oids.map((oid) => nameOf(KEY_PURPOSES, oid))), children };
}

export function basicConstraints(source: Source, value: DerElement): ExtensionValue {
  const members = readElements(source.bytes, value.body, 4);
  const flag = members.find((member) => isUniversal(member, TAG.boolean));
  const limit = members.find((member) => isUniversal(member, TAG.integer));
  const isCa = flag !== undefined && (bodyOf(source.bytes, flag)[0] ?? 0) !== 0;
  const children: Field[] = [];
  if (flag) children.push(fieldOf(source, 'cA', flag, { value: isCa }));
  if (limit) children.push(integerField(source, 'pathLenConstraint', limit));
  const depth = limit && smallInteger(bodyOf(source.bytes, limit));
  const below = depth === undefined ? '' : `, at most ${depth} CA${depth === 1 ? '' : 's'} below it`;
  return {
    text: isCa ? `CA${below}` : 'not a CA',
    children,
    ...(limit && !isCa && { issue: PATH_LENGTH_WITHOUT_CA }),
  };
}

export function generalNames(source: Source, value: DerElement): ExtensionValue {
  const elements = readElements(source.bytes, value.body);
  return {
    text: listText(
      elements.slice(0, MAX_LISTED + 1).map((element) => generalNameText(source.bytes, element)),
      elements.length,
    ),
    children: listFields(source, elements, (element) => generalNameField(source, element)),
    ...(elements.length === 0 && { issue: NO_NAMES }),
  };
}

/** permittedSubtrees `[0]`, excludedSubtrees `[1]`: each a list of a base name with a distance that is always 0. */
export function nameConstraints(source: Source, value: DerElement): ExtensionValue {
  const texts: string[] = [];
  const children = readElements(source.bytes, value.body, 2).map((side) => {
    const bases = readElements(source.bytes, side.body).map(
      (subtree) => readElement(source.bytes, subtree.body) ?? subtree,
    );
    const word = isContext(side, 1) ? 'excluded' : 'permitted';
    const names = bases.slice(0, MAX_LISTED + 1).map((base) => generalNameText(source.bytes, base));
    texts.push(`${word}: ${listText(names, bases.length)}`);
    const items = listFields(source, bases, (base) => generalNameField(source, base));
    return fieldOf(source, `${word}Subtrees`, side, { children: items });
  });
  return { text: texts.join('; '), children };
}

/** keyIdentifier `[0]`, authorityCertIssuer `[1]`, authorityCertSerialNumber `[2]`. */
export function authorityKeyIdentifier(source: Source, value: DerElement): ExtensionValue {
  let text = '';
  const children = readElements(source.bytes, value.body, 3).map((member) => {
    if (isContext(member, 0)) {
      text = toHex(bodyOf(source.bytes, member));
      return hexField(source, 'keyIdentifier', member);
    }
    if (!isContext(member, 1)) return hexField(source, 'authorityCertSerialNumber', member);
    const names = readElements(source.bytes, member.body);
    const items = listFields(source, names, (name) => generalNameField(source, name));
    return fieldOf(source, 'authorityCertIssuer', member, { children: items });
  });
  return { ...(text !== '' && { text }), children };
}

export function accessDescriptions(source: Source, value: DerElement): ExtensionValue {
  const texts: string[] = [];
  const children = listFields(source, readElements(source.bytes, value.body), (element) => {
    const [method, location] = readElements(source.bytes, element.body, 2);
    const oid = method && readOid(bodyOf(source.bytes, method));
    const name = nameOf(ACCESS_METHODS, oid);
    const text = `${name} ${location ? generalNameText(source.bytes, location) : ''}`;
    texts.push(text);
    const members: Field[] = [];
    if (method) members.push(oidField(source, 'accessMethod', method, ACCESS_METHODS));
    if (location) members.push(generalNameField(source, location));
    return fieldOf(source, 'accessDescription', element, { text, children: members });
  });
  return { text: listText(texts), children };
}

/** A list of TLS extension numbers; 5 (status_request) is what is called must-staple. */
export function tlsFeature(source: Source, value: DerElement): ExtensionValue {
  const elements = readElements(source.bytes, value.body);
  const numbers = elements.map((element) => smallInteger(bodyOf(source.bytes, element)));
  const words = numbers.map((number) => TLS_FEATURES[number ?? -1] ?? String(number ?? '?'));
  return {
    text: listText(words),
    children: listFields(source, elements, (element, n) => {
      const text = TLS_FEATURES[numbers[n] ?? -1];
      return integerField(source, 'feature', element, { text });
    }),
  };
}

/** The two that certificates ask for. */
const TLS_FEATURES: Readonly<Record<number, string>> = { 5: 'status_request (must-staple)', 17: 'status_request_v2' };

/** notBefore `[0]`, notAfter `[1]` of the private key: RFC 3280 §4.2.1.4. */
export function privateKeyUsagePeriod(source: Source, value: DerElement): ExtensionValue {
  const children = readElements(source.bytes, value.body, 2).map((member) => {
    const name = isContext(member, 1) ? 'notAfter' : 'notBefore';
    return timeField(source, name, { ...member, tagClass: 'universal', tag: TAG.generalizedTime });
  });
  return { text: children.map(({ name, text }) => `${name} ${text}`).join(', '), children };
}

const PATH_LENGTH_WITHOUT_CA: Issue = {
  severity: 'error',
  text: 'A path length in a certificate that is no CA’s, which RFC 5280 §4.2.1.9 forbids.',
};
const NO_NAMES: Issue = { severity: 'error', text: 'No name, where RFC 5280 §4.2.1.6 asks for one at least.' };
