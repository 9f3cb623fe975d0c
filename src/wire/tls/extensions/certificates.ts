/** Extensions about certificates, their status and the signatures that go with them. */
import type { Field } from '../../../shared/model.ts';
import { type DerElement, readElement } from '../../der.ts';
import type { Reader } from '../../reader.ts';
import { keyPurposes, keyUsage } from '../../x509/extension-values.ts';
import { nameText } from '../../x509/name.ts';
import { ocspResponseFields, summariseOcsp } from '../../x509/ocsp.ts';
import { keyText, publicKeyField } from '../../x509/public-key.ts';
import { dump, type ExtensionValue, type Source } from '../../x509/tree.ts';
import { bodyOf, readOid } from '../../x509/values.ts';
import {
  certificateCompressionName,
  certificateStatusTypeName,
  certificateTypeName,
  signatureSchemeName,
} from '../registries.ts';
import { byteCount, type ExtensionDecoder, inWords, u8List, u16List } from './facts.ts';

/** RFC 8446 §4.2.3. */
export const signatureAlgorithms: ExtensionDecoder = (reader, facts) => {
  facts.signatureAlgorithms = readSchemes(reader);
  return inWords(reader, facts.signatureAlgorithms, signatureSchemeName);
};

/** RFC 8446 §4.2.3: the same list, for the signatures within certificates. */
export const signatureAlgorithmsCert: ExtensionDecoder = (reader) =>
  inWords(reader, readSchemes(reader), signatureSchemeName);

/** RFC 9345 §4.1.1: a list in the ClientHello, the credential beside a certificate. */
export const delegatedCredential: ExtensionDecoder = (reader, _facts, place) => {
  if (place === 'ClientHello') return inWords(reader, readSchemes(reader), signatureSchemeName);
  const seconds = reader.u32('valid_time', (s) => `${s} s after the certificate's notBefore`);
  const scheme = reader.u16('dc_cert_verify_algorithm', signatureSchemeName);
  reader.opaque24('asn1_subject_public_key_info', publicKeyWords, publicKeyFields);
  reader.u16('algorithm', signatureSchemeName);
  reader.opaque16('signature', byteCount);
  return `${signatureSchemeName(scheme)}, valid until ${seconds} s after the certificate's notBefore`;
};

/** RFC 6066 §8, RFC 8446 §4.4.2.1: a request, an empty answer (TLS 1.2), or the response beside a certificate. */
export const statusRequest: ExtensionDecoder = (reader, _facts, place) => {
  if (!reader.more) return undefined;
  const type = reader.u8('status_type', certificateStatusTypeName);
  const name = certificateStatusTypeName(type);
  if (type !== OCSP) {
    if (reader.more) reader.rest('data');
    return name;
  }
  if (place !== 'CertificateEntry') {
    readOcspRequest(reader);
    return name;
  }
  const words = readOcspResponse(reader, 'response');
  return words === undefined ? name : `${name}: ${words}`;
};

const OCSP = 1;

/** RFC 6961 §2.2. */
export const statusRequestV2: ExtensionDecoder = (reader) => {
  if (!reader.more) return undefined;
  const types: number[] = [];
  reader.vector16('certificate_status_req_list', () => {
    while (reader.more) {
      reader.group('certificate_status_request_item', () => {
        types.push(reader.u8('status_type', certificateStatusTypeName));
        reader.vector16('request', () => readOcspRequest(reader));
      });
    }
  });
  return inWords(reader, types, certificateStatusTypeName);
};

/** RFC 8879 §3. */
export const compressCertificate: ExtensionDecoder = (reader, facts) => {
  facts.compressCertificate = reader.vector8('algorithms', () =>
    u16List(reader, 'algorithm', certificateCompressionName),
  );
  return inWords(reader, facts.compressCertificate, certificateCompressionName);
};

/** RFC 8446 §4.2.4. */
export const certificateAuthorities: ExtensionDecoder = (reader, facts) => {
  facts.authorities = readAuthorities(reader, 'authorities');
  return facts.authorities.length === 1 ? '1 name' : `${facts.authorities.length} names`;
};

/** RFC 7250 §3, RFC 6091 §3.1: a list in the ClientHello, the choice in the answer. */
export const certificateType: ExtensionDecoder = (reader, _facts, place) => {
  if (place !== 'ClientHello') return certificateTypeName(reader.u8('certificate_type', certificateTypeName));
  const types = reader.vector8('certificate_types', () => u8List(reader, 'certificate_type', certificateTypeName));
  return inWords(reader, types, certificateTypeName);
};

/** RFC 8446 §4.2.5. */
export const oidFilters: ExtensionDecoder = (reader) => {
  const names: string[] = [];
  reader.vector16('filters', () => {
    while (reader.more) {
      reader.group('oid_filter', () => {
        const oid = oidWords(reader.opaque8('certificate_extension_oid', oidWords));
        const read = FILTER_VALUES[oid];
        reader.opaque16(
          'certificate_extension_values',
          (der) => (read && readValue(der, 0, read))?.text,
          (der, base) => [...(readValue(der, base, read ?? derValue)?.children ?? [])],
        );
        names.push(oid);
      });
    }
  });
  return names.join(', ');
};

type ValueReader = (source: Source, value: DerElement) => ExtensionValue;

/** RFC 8446 §4.2.5: filters on these two match by what they hold; of others both sides must agree on the meaning. */
const FILTER_VALUES: Readonly<Record<string, ValueReader>> = { '2.5.29.15': keyUsage, '2.5.29.37': keyPurposes };

const derValue: ValueReader = (source, value) => ({ children: [dump(source, value)] });

function readValue(bytes: Uint8Array, base: number, read: ValueReader): ExtensionValue | undefined {
  const element = readElement(bytes, [0, bytes.length]);
  return element && read({ bytes, base }, element);
}

function derFields(bytes: Uint8Array, base: number): Field[] {
  return [...(readValue(bytes, base, derValue)?.children ?? [])];
}

/** draft-ietf-tls-trust-anchor-ids §4: the roots a peer has, by number; beside a certificate an empty mark. */
export const trustAnchors: ExtensionDecoder = (reader, _facts, place) => {
  if (place === 'CertificateEntry') return undefined;
  const ids: string[] = [];
  reader.vector16('trust_anchor_identifiers', () => {
    while (reader.more) ids.push(relativeOid(reader.opaque8('trust_anchor_identifier', relativeOid)));
  });
  return ids.join(', ') || 'none named';
};

/** An OCSP response behind its length of three bytes; returns what it says, in words, where it can be read. */
export function readOcspResponse(reader: Reader, name: string): string | undefined {
  const words = (der: Uint8Array) => (der.length === 0 ? undefined : summariseOcsp(der).text);
  return words(reader.opaque24(name, words, ocspResponseFields));
}

/** A list of distinguished names, each in DER. */
export function readAuthorities(reader: Reader, name: string): Uint8Array[] {
  return reader.vector16(name, () => {
    const names: Uint8Array[] = [];
    while (reader.more) names.push(reader.opaque16('distinguished_name', distinguishedName));
    return names;
  });
}

export function distinguishedName(der: Uint8Array): string {
  return nameText(der, readElement(der, [0, der.length]));
}

/** Base-128 numbers, as in an OBJECT IDENTIFIER, here relative to 1.3.6.1.4.1. */
function relativeOid(bytes: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of bytes) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  return arcs.join('.');
}

function readSchemes(reader: Reader): number[] {
  return reader.vector16('supported_signature_algorithms', () =>
    u16List(reader, 'signature_scheme', signatureSchemeName),
  );
}

function readOcspRequest(reader: Reader): void {
  reader.vector16('responder_id_list', () => {
    while (reader.more) reader.opaque16('responder_id', byteCount, derFields);
  });
  reader.opaque16('request_extensions', undefined, derFields);
}

/** A SubjectPublicKeyInfo in words: `EC P-256`. */
export function publicKeyWords(der: Uint8Array): string {
  return keyText(der, readElement(der, [0, der.length]));
}

export function publicKeyFields(bytes: Uint8Array, base: number): Field[] {
  const key = readElement(bytes, [0, bytes.length]);
  return key ? [publicKeyField({ bytes, base }, key)] : [];
}

function oidWords(der: Uint8Array): string {
  const element = readElement(der, [0, der.length]);
  return (element && readOid(bodyOf(der, element))) ?? 'unreadable';
}
