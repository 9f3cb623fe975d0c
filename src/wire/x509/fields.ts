/**
 * A certificate as a field tree, RFC 5280 §4.1.
 *
 * Never throws: bytes that are no certificate give one field that holds them and says why.
 */
import type { Field, Issue } from '../../shared/model.ts';
import { type DerElement, readElement, readElements, TAG } from '../der.ts';
import { toHex } from '../hex.ts';
import { algorithmField, algorithmParts } from './algorithm.ts';
import { extensionsField } from './extensions.ts';
import { nameFields, nameText } from './name.ts';
import { publicKeyField } from './public-key.ts';
import { type CertificateParts, certificateParts, extensionElements } from './structure.ts';
import { dump, fieldOf, fieldOver, hexField, type Source, timeField } from './tree.ts';
import { bodyOf, magnitude, readAscii, serialText, smallInteger } from './values.ts';

/**
 * The fields of a DER certificate.
 * @param base where `der` begins in the message that the ranges refer to.
 */
export function certificateFields(der: Uint8Array, base: number): Field[] {
  const source: Source = { bytes: der, base };
  const parts = certificateParts(der);
  const { certificate, tbs, algorithm, signatureValue, extra } = parts;
  if (certificate === undefined || tbs === undefined) {
    const issue = { severity: 'error', text: 'Not an X.509 certificate.' } as const;
    return [fieldOver(source, 'certificate', [0, der.length], { value: toHex(der), issue })];
  }
  // The outermost sequence has no field of its own; what is wrong with it stands at the first of its members.
  const first = tbsField(source, tbs, parts);
  const fields = [first.issue === undefined && certificate.issue ? { ...first, issue: certificate.issue } : first];
  if (algorithm) fields.push(algorithmField(source, 'signatureAlgorithm', algorithm, 'RFC 5280 §4.1.1.2'));
  if (signatureValue) fields.push(hexField(source, 'signatureValue', signatureValue, { spec: 'RFC 5280 §4.1.1.3' }));
  fields.push(...unexpected(source, extra));
  const end = certificate.range[1];
  if (end < der.length) {
    const issue = { severity: 'warning', text: 'Bytes after the end of the certificate.' } as const;
    fields.push(fieldOver(source, 'trailing', [end, der.length], { value: toHex(der.subarray(end)), issue }));
  }
  return fields;
}

function tbsField(source: Source, tbs: DerElement, parts: CertificateParts): Field {
  const { bytes } = source;
  const { version, serialNumber, signature, issuer, validity, subject, publicKey } = parts;
  const children: Field[] = [];
  if (version) children.push(versionField(source, version));
  if (serialNumber) children.push(serialField(source, serialNumber));
  if (signature) {
    const field = algorithmField(source, 'signature', signature, 'RFC 5280 §4.1.2.3');
    const outer = algorithmParts(bytes, parts.algorithm).oid;
    const differs = outer !== undefined && outer !== algorithmParts(bytes, signature).oid;
    const issue = { severity: 'error', text: 'Not the algorithm that the signature itself names.' } as const;
    children.push(differs ? { ...field, issue } : field);
  }
  if (issuer) children.push(nameField(source, 'issuer', issuer, 'RFC 5280 §4.1.2.4'));
  if (validity) children.push(validityField(source, validity));
  if (subject) children.push(nameField(source, 'subject', subject, 'RFC 5280 §4.1.2.6'));
  if (publicKey) children.push(publicKeyField(source, publicKey));
  if (parts.issuerUniqueId) children.push(hexField(source, 'issuerUniqueID', parts.issuerUniqueId));
  if (parts.subjectUniqueId) children.push(hexField(source, 'subjectUniqueID', parts.subjectUniqueId));
  if (parts.extensions) children.push(tbsExtensionsField(source, parts.extensions, parts));
  children.push(...unexpected(source, parts.extraInTbs));
  // Members that stand in a wrong order are still shown in the order of the bytes.
  children.sort((a, b) => a.range[0] - b.range[0]);
  return fieldOf(source, 'tbsCertificate', tbs, { spec: 'RFC 5280 §4.1.2', children });
}

/** Extensions came with version 3. */
function tbsExtensionsField(source: Source, wrapper: DerElement, parts: CertificateParts): Field {
  const field = extensionsField(source, wrapper, extensionElements(source.bytes, parts));
  const inner = parts.version && readElement(source.bytes, parts.version.body);
  if (field.issue || (inner && smallInteger(bodyOf(source.bytes, inner)) === 2)) return field;
  return { ...field, issue: { severity: 'error', text: 'Extensions in a certificate that is not version 3.' } };
}

function versionField(source: Source, version: DerElement): Field {
  const inner = readElement(source.bytes, version.body);
  const number = inner && smallInteger(bodyOf(source.bytes, inner));
  return fieldOf(source, 'version', version, {
    value: number ?? toHex(bodyOf(source.bytes, version)),
    text: number === undefined ? undefined : `v${number + 1}`,
    spec: 'RFC 5280 §4.1.2.1',
  });
}

function serialField(source: Source, serial: DerElement): Field {
  const body = bodyOf(source.bytes, serial);
  return fieldOf(source, 'serialNumber', serial, {
    value: toHex(magnitude(body)),
    text: (body[0] ?? 0) >= 0x80 ? serialText(body) : undefined,
    spec: 'RFC 5280 §4.1.2.2',
    issue: serialIssue(body),
  });
}

function serialIssue(body: Uint8Array): Issue | undefined {
  if (body.length === 0) return { severity: 'error', text: 'A serial number without octets.' };
  if (body[0]! >= 0x80) {
    return { severity: 'warning', text: 'A negative serial number (RFC 5280 §4.1.2.2 asks for a positive one).' };
  }
  if (body.length > 20) return { severity: 'note', text: 'Longer than the 20 octets of RFC 5280 §4.1.2.2.' };
  if (body.every((octet) => octet === 0)) {
    return { severity: 'note', text: 'Zero (RFC 5280 §4.1.2.2 asks for a positive number).' };
  }
  return undefined;
}

function nameField(source: Source, name: string, element: DerElement, spec: string): Field {
  return fieldOf(source, name, element, {
    text: nameText(source.bytes, element) || '(empty)',
    spec,
    children: nameFields(source, element),
  });
}

function validityField(source: Source, validity: DerElement): Field {
  const names = ['notBefore', 'notAfter'];
  const children = readElements(source.bytes, validity.body, 8).map((element, n) => {
    if (n >= 2) return dump(source, element, 'unexpected');
    const field = timeField(source, names[n]!, element);
    return { ...field, ...(field.issue ? {} : timeIssue(source.bytes, element)) };
  });
  const [from, to] = children;
  const backwards = Date.parse(String(from?.value)) > Date.parse(String(to?.value));
  return fieldOf(source, 'validity', validity, {
    text: from?.text && to?.text ? `${from.text} to ${to.text}` : undefined,
    spec: 'RFC 5280 §4.1.2.5',
    children,
    issue: backwards ? { severity: 'error', text: 'It ends before it begins.' } : undefined,
  });
}

/** What RFC 5280 §4.1.2.5 asks of a date that can be read: seconds, Z, and the type that its year has. */
function timeIssue(bytes: Uint8Array, element: DerElement): { issue?: Issue } {
  const text = readAscii(bodyOf(bytes, element));
  const isUtc = element.tag === TAG.utcTime;
  if (!(isUtc ? /^\d{12}Z$/ : /^\d{14}Z$/).test(text)) {
    return { issue: { severity: 'note', text: 'Not in the form of RFC 5280 §4.1.2.5: whole seconds, then Z.' } };
  }
  if (isUtc || text < '1950' || text >= '2050') return {};
  return { issue: { severity: 'note', text: 'RFC 5280 §4.1.2.5 asks for UTCTime for dates from 1950 to 2049.' } };
}

function unexpected(source: Source, elements: readonly DerElement[]): Field[] {
  const issue = { severity: 'warning', text: 'Not a member of the structure.' } as const;
  return elements.map((element) => ({ ...dump(source, element, 'unexpected'), issue }));
}
