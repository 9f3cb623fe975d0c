/** Certificate extensions: a row each, by object identifier. What no row knows is dumped by its tags. */
import type { Field } from '../../shared/model.ts';
import { type DerElement, readElement } from '../der.ts';
import { toHex } from '../hex.ts';
import { distributionPoints } from './distribution-points.ts';
import * as values from './extension-values.ts';
import { sctListFields } from './sct.ts';
import type { ExtensionElement } from './structure.ts';
import { dump, type ExtensionValue, fieldOf, hexField, listFields, type Source } from './tree.ts';
import { bodyOf, readOid } from './values.ts';

interface ExtensionRow {
  readonly name: string;
  readonly spec: string;
  /** Reads the element inside the OCTET STRING. Without it the value is dumped. */
  readonly read?: (source: Source, value: DerElement) => ExtensionValue;
}

const EXTENSIONS: Readonly<Record<string, ExtensionRow>> = {
  '2.5.29.9': { name: 'subjectDirectoryAttributes', spec: 'RFC 5280 §4.2.1.8' },
  '2.5.29.14': { name: 'subjectKeyIdentifier', spec: 'RFC 5280 §4.2.1.2', read: values.keyIdentifier },
  '2.5.29.15': { name: 'keyUsage', spec: 'RFC 5280 §4.2.1.3', read: values.keyUsage },
  '2.5.29.17': { name: 'subjectAltName', spec: 'RFC 5280 §4.2.1.6', read: values.generalNames },
  '2.5.29.18': { name: 'issuerAltName', spec: 'RFC 5280 §4.2.1.7', read: values.generalNames },
  '2.5.29.19': { name: 'basicConstraints', spec: 'RFC 5280 §4.2.1.9', read: values.basicConstraints },
  '2.5.29.30': { name: 'nameConstraints', spec: 'RFC 5280 §4.2.1.10', read: values.nameConstraints },
  '2.5.29.31': { name: 'cRLDistributionPoints', spec: 'RFC 5280 §4.2.1.13', read: distributionPoints },
  '2.5.29.32': { name: 'certificatePolicies', spec: 'RFC 5280 §4.2.1.4', read: values.policies },
  '2.5.29.33': { name: 'policyMappings', spec: 'RFC 5280 §4.2.1.5' },
  '2.5.29.35': { name: 'authorityKeyIdentifier', spec: 'RFC 5280 §4.2.1.1', read: values.authorityKeyIdentifier },
  '2.5.29.36': { name: 'policyConstraints', spec: 'RFC 5280 §4.2.1.11' },
  '2.5.29.37': { name: 'extKeyUsage', spec: 'RFC 5280 §4.2.1.12', read: values.keyPurposes },
  '2.5.29.46': { name: 'freshestCRL', spec: 'RFC 5280 §4.2.1.15', read: distributionPoints },
  '2.5.29.54': { name: 'inhibitAnyPolicy', spec: 'RFC 5280 §4.2.1.14' },
  '1.3.6.1.5.5.7.1.1': { name: 'authorityInfoAccess', spec: 'RFC 5280 §4.2.2.1', read: values.accessDescriptions },
  '1.3.6.1.5.5.7.1.3': { name: 'qcStatements', spec: 'RFC 3739 §3.2.6' },
  '1.3.6.1.5.5.7.1.11': { name: 'subjectInfoAccess', spec: 'RFC 5280 §4.2.2.2', read: values.accessDescriptions },
  '1.3.6.1.5.5.7.1.24': { name: 'tlsfeature', spec: 'RFC 7633', read: values.tlsFeature },
  '1.3.6.1.4.1.11129.2.4.2': { name: 'signedCertificateTimestampList', spec: 'RFC 6962 §3.3', read: sctListFields },
  '1.3.6.1.4.1.11129.2.4.3': { name: 'precertificatePoison', spec: 'RFC 6962 §3.1' },
  '2.16.840.1.113730.1.1': { name: 'netscape-cert-type', spec: 'Netscape' },
  '2.16.840.1.113730.1.13': { name: 'netscape-comment', spec: 'Netscape' },
};

/** One extension: its identifier, criticality and value. */
export function extensionField(source: Source, extension: ExtensionElement): Field {
  const { element, id, critical, value } = extension;
  const oid = id && readOid(bodyOf(source.bytes, id));
  const row = oid !== undefined && Object.hasOwn(EXTENSIONS, oid) ? EXTENSIONS[oid] : undefined;
  const name = row?.name ?? oid ?? 'unreadable extension';
  const children: Field[] = [];
  if (id) children.push(fieldOf(source, 'extnID', id, { value: oid ?? toHex(bodyOf(source.bytes, id)), text: name }));
  const isCritical = critical !== undefined && (bodyOf(source.bytes, critical)[0] ?? 0) !== 0;
  if (critical) children.push(fieldOf(source, 'critical', critical, { value: isCritical }));
  const inner = value && readElement(source.bytes, value.body);
  const read = inner && (row?.read?.(source, inner) ?? { children: [dump(source, inner)] });
  if (value) children.push(hexField(source, 'extnValue', value, { text: read?.text, children: read?.children ?? [] }));
  const text = [isCritical ? 'critical' : '', read?.text ?? ''].filter((part) => part !== '').join('; ');
  return fieldOf(source, name, element, {
    ...(text !== '' && { text }),
    spec: row?.spec,
    children,
    issue: value ? undefined : { severity: 'error', text: 'An extension without a value.' },
  });
}

/** All of them, in the order they stand. */
export function extensionsField(
  source: Source,
  wrapper: DerElement,
  extensions: readonly ExtensionElement[],
  name = 'extensions',
): Field {
  const elements = extensions.map((extension) => extension.element);
  return fieldOf(source, name, wrapper, {
    text: `${extensions.length} extension${extensions.length === 1 ? '' : 's'}`,
    spec: 'RFC 5280 §4.2',
    children: listFields(source, elements, (_, index) => extensionField(source, extensions[index]!)),
  });
}
