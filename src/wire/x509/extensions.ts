/** Certificate extensions: a row each, by object identifier. What no row knows is dumped by its tags. */
import type { Field, Issue } from '../../shared/model.ts';
import { type DerElement, readElement } from '../der.ts';
import { toHex } from '../hex.ts';
import { distributionPoints } from './distribution-points.ts';
import * as values from './extension-values.ts';
import * as policies from './policies.ts';
import { qcStatements } from './qc-statements.ts';
import { sctListFields } from './sct.ts';
import type { ExtensionElement } from './structure.ts';
import { dump, type ExtensionValue, fieldOf, fieldOver, hexField, listFields, type Source } from './tree.ts';
import { bodyOf, readOid } from './values.ts';
import * as vendors from './vendor-extensions.ts';

interface ExtensionRow {
  readonly name: string;
  readonly spec: string;
  /** Reads the element inside the OCTET STRING. Without it the value is dumped. */
  readonly read?: (source: Source, value: DerElement) => ExtensionValue;
}

const NETSCAPE_TEXT = { spec: 'Netscape', read: vendors.text };

const EXTENSIONS: Readonly<Record<string, ExtensionRow>> = {
  '2.5.29.9': { name: 'subjectDirectoryAttributes', spec: 'RFC 5280 §4.2.1.8' },
  '2.5.29.14': { name: 'subjectKeyIdentifier', spec: 'RFC 5280 §4.2.1.2', read: values.keyIdentifier },
  '2.5.29.15': { name: 'keyUsage', spec: 'RFC 5280 §4.2.1.3', read: values.keyUsage },
  '2.5.29.16': { name: 'privateKeyUsagePeriod', spec: 'RFC 3280 §4.2.1.4', read: values.privateKeyUsagePeriod },
  '2.5.29.17': { name: 'subjectAltName', spec: 'RFC 5280 §4.2.1.6', read: values.generalNames },
  '2.5.29.18': { name: 'issuerAltName', spec: 'RFC 5280 §4.2.1.7', read: values.generalNames },
  '2.5.29.19': { name: 'basicConstraints', spec: 'RFC 5280 §4.2.1.9', read: values.basicConstraints },
  '2.5.29.30': { name: 'nameConstraints', spec: 'RFC 5280 §4.2.1.10', read: values.nameConstraints },
  '2.5.29.31': { name: 'cRLDistributionPoints', spec: 'RFC 5280 §4.2.1.13', read: distributionPoints },
  '2.5.29.32': { name: 'certificatePolicies', spec: 'RFC 5280 §4.2.1.4', read: policies.certificatePolicies },
  '2.5.29.33': { name: 'policyMappings', spec: 'RFC 5280 §4.2.1.5', read: policies.policyMappings },
  '2.5.29.35': { name: 'authorityKeyIdentifier', spec: 'RFC 5280 §4.2.1.1', read: values.authorityKeyIdentifier },
  '2.5.29.36': { name: 'policyConstraints', spec: 'RFC 5280 §4.2.1.11', read: policies.policyConstraints },
  '2.5.29.37': { name: 'extKeyUsage', spec: 'RFC 5280 §4.2.1.12', read: values.keyPurposes },
  '2.5.29.46': { name: 'freshestCRL', spec: 'RFC 5280 §4.2.1.15', read: distributionPoints },
  '2.5.29.54': { name: 'inhibitAnyPolicy', spec: 'RFC 5280 §4.2.1.14', read: policies.inhibitAnyPolicy },
  '1.3.6.1.5.5.7.1.1': { name: 'authorityInfoAccess', spec: 'RFC 5280 §4.2.2.1', read: values.accessDescriptions },
  '1.3.6.1.5.5.7.1.3': { name: 'qcStatements', spec: 'RFC 3739 §3.2.6', read: qcStatements },
  '1.3.6.1.5.5.7.1.11': { name: 'subjectInfoAccess', spec: 'RFC 5280 §4.2.2.2', read: values.accessDescriptions },
  '1.3.6.1.5.5.7.1.14': { name: 'proxyCertInfo', spec: 'RFC 3820 §3.8' },
  '1.3.6.1.5.5.7.1.24': { name: 'tlsfeature', spec: 'RFC 7633', read: values.tlsFeature },
  '1.3.6.1.5.5.7.48.1.2': { name: 'ocspNonce', spec: 'RFC 9654 §2.1' },
  '1.3.6.1.5.5.7.48.1.5': {
    name: 'ocspNoCheck',
    spec: 'RFC 6960 §4.2.2.2.1',
    read: vendors.mark('its own revocation is not to be asked for'),
  },
  '1.3.6.1.4.1.11129.2.4.2': { name: 'signedCertificateTimestampList', spec: 'RFC 6962 §3.3', read: sctListFields },
  '1.3.6.1.4.1.11129.2.4.3': {
    name: 'precertificatePoison',
    spec: 'RFC 6962 §3.1',
    read: vendors.mark('a precertificate, not to be accepted as a certificate'),
  },
  '1.3.6.1.4.1.11129.2.4.5': { name: 'signedCertificateTimestampList', spec: 'RFC 6962 §3.3', read: sctListFields },
  '1.3.6.1.4.1.44363.44': {
    name: 'delegationUsage',
    spec: 'RFC 9345 §4.2',
    read: vendors.mark('may sign delegated credentials'),
  },
  '1.3.6.1.4.1.311.20.2': { name: 'certificateTemplateName', spec: 'Microsoft', read: vendors.text },
  '1.3.6.1.4.1.311.21.1': { name: 'cAVersion', spec: 'Microsoft', read: vendors.number },
  '1.3.6.1.4.1.311.21.2': { name: 'previousCACertificateHash', spec: 'Microsoft' },
  '1.3.6.1.4.1.311.21.7': { name: 'certificateTemplate', spec: 'Microsoft', read: vendors.certificateTemplate },
  '1.3.6.1.4.1.311.21.10': { name: 'applicationPolicies', spec: 'Microsoft', read: policies.certificatePolicies },
  '2.16.840.1.113730.1.1': { name: 'netscape-cert-type', spec: 'Netscape', read: vendors.netscapeCertType },
  '2.16.840.1.113730.1.2': { name: 'netscape-base-url', ...NETSCAPE_TEXT },
  '2.16.840.1.113730.1.3': { name: 'netscape-revocation-url', ...NETSCAPE_TEXT },
  '2.16.840.1.113730.1.4': { name: 'netscape-ca-revocation-url', ...NETSCAPE_TEXT },
  '2.16.840.1.113730.1.7': { name: 'netscape-cert-renewal-url', ...NETSCAPE_TEXT },
  '2.16.840.1.113730.1.8': { name: 'netscape-ca-policy-url', ...NETSCAPE_TEXT },
  '2.16.840.1.113730.1.12': { name: 'netscape-ssl-server-name', ...NETSCAPE_TEXT },
  '2.16.840.1.113730.1.13': { name: 'netscape-comment', ...NETSCAPE_TEXT },
  '2.23.140.1.31': { name: 'torServiceDescriptorHash', spec: 'CA/Browser Forum' },
  '2.23.140.3.1': { name: 'cabfOrganizationIdentifier', spec: 'CA/Browser Forum' },
};

/** One extension: its identifier, criticality and value. */
function extensionField(source: Source, extension: ExtensionElement, issue?: Issue): Field {
  const { element, id, critical, value } = extension;
  const oid = id && readOid(bodyOf(source.bytes, id));
  const row = oid !== undefined && Object.hasOwn(EXTENSIONS, oid) ? EXTENSIONS[oid] : undefined;
  const name = row?.name ?? oid ?? 'unreadable extension';
  const children: Field[] = [];
  if (id) children.push(fieldOf(source, 'extnID', id, { value: oid ?? toHex(bodyOf(source.bytes, id)), text: name }));
  const isCritical = critical !== undefined && (bodyOf(source.bytes, critical)[0] ?? 0) !== 0;
  if (critical) {
    children.push(
      fieldOf(source, 'critical', critical, { value: isCritical, issue: isCritical ? undefined : DEFAULT_WRITTEN_OUT }),
    );
  }
  const inner = value && readElement(source.bytes, value.body);
  const read = inner && (row?.read?.(source, inner) ?? { children: [dump(source, inner)] });
  if (value) children.push(valueField(source, value, inner, read));
  // Members that stand in a wrong order are still shown in the order of the bytes.
  children.sort((a, b) => a.range[0] - b.range[0]);
  const text = [isCritical ? 'critical' : '', read?.text ?? ''].filter((part) => part !== '').join('; ');
  return fieldOf(source, name, element, {
    ...(text !== '' && { text }),
    spec: row?.spec,
    children,
    issue: value ? (issue ?? read?.issue ?? (isCritical && !row ? UNKNOWN_CRITICAL : undefined)) : NO_VALUE,
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
  const seen = new Set<string>();
  return fieldOf(source, name, wrapper, {
    text: `${extensions.length} extension${extensions.length === 1 ? '' : 's'}`,
    spec: 'RFC 5280 §4.2',
    children: listFields(source, elements, (_, index) => {
      const extension = extensions[index]!;
      const id = extension.id ? toHex(bodyOf(source.bytes, extension.id)) : '';
      const again = id !== '' && seen.has(id);
      seen.add(id);
      return extensionField(source, extension, again ? REPEATED : undefined);
    }),
  });
}

/** The OCTET STRING, with what it holds and what it should not. */
function valueField(source: Source, value: DerElement, inner?: DerElement, read?: ExtensionValue): Field {
  const children = [...(read?.children ?? [])];
  if (inner && inner.range[1] < value.body[1]) {
    const range = [inner.range[1], value.body[1]] as const;
    children.push(
      fieldOver(source, 'trailing', range, { value: toHex(source.bytes.subarray(...range)), issue: LEFT_OVER }),
    );
  }
  return hexField(source, 'extnValue', value, { text: read?.text, children });
}

const REPEATED: Issue = { severity: 'error', text: 'The same extension twice, which RFC 5280 §4.2 forbids.' };
const NO_VALUE: Issue = { severity: 'error', text: 'An extension without a value.' };
const LEFT_OVER: Issue = { severity: 'warning', text: 'Bytes after the end of the value.' };
const DEFAULT_WRITTEN_OUT: Issue = { severity: 'note', text: 'FALSE is the default, which DER leaves out.' };
const UNKNOWN_CRITICAL: Issue = {
  severity: 'warning',
  text: 'Critical and not known here: who does not know it has to refuse the certificate (RFC 5280 §4.2).',
};
