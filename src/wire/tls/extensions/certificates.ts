/** Extensions about certificates, their status and the signatures that go with them. */

import { readElement } from '../../der.ts';
import type { Reader } from '../../reader.ts';
import { nameText } from '../../x509/name.ts';
import { certificateCompressionName, certificateStatusTypeName, signatureSchemeName } from '../registries.ts';
import { type ExtensionDecoder, inWords, u8List, u16List } from './facts.ts';

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
  reader.u32('valid_time');
  const scheme = reader.u16('dc_cert_verify_algorithm', signatureSchemeName);
  reader.opaque24('asn1_subject_public_key_info');
  reader.u16('algorithm', signatureSchemeName);
  reader.opaque16('signature');
  return signatureSchemeName(scheme);
};

/** RFC 6066 §8, RFC 8446 §4.4.2.1: a request, an empty answer (TLS 1.2), or the response beside a certificate. */
export const statusRequest: ExtensionDecoder = (reader, _facts, place) => {
  if (!reader.more) return undefined;
  const type = reader.u8('status_type', certificateStatusTypeName);
  if (place === 'CertificateEntry') {
    reader.opaque24('response');
  } else {
    readOcspRequest(reader);
  }
  return certificateStatusTypeName(type);
};

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

/** RFC 6962 §3.3: asked for with an empty body, answered with a list. */
export const signedCertificateTimestamps: ExtensionDecoder = (reader) => {
  if (!reader.more) return undefined;
  let count = 0;
  reader.vector16('sct_list', () => {
    for (; reader.more; count++) reader.vector16('sct', readTimestamp);
  });
  return count === 1 ? '1 timestamp' : `${count} timestamps`;
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

/** RFC 7250 §3. */
export const certificateType: ExtensionDecoder = (reader, _facts, place) => {
  if (place !== 'ClientHello') return typeName(reader.u8('certificate_type', typeName));
  const types = reader.vector8('certificate_types', () => u8List(reader, 'certificate_type', typeName));
  return inWords(reader, types, typeName);
};

/** RFC 8446 §4.2.5. */
export const oidFilters: ExtensionDecoder = (reader) => {
  reader.vector16('filters', () => {
    while (reader.more) {
      reader.group('oid_filter', () => {
        reader.opaque8('certificate_extension_oid');
        reader.opaque16('certificate_extension_values');
      });
    }
  });
  return undefined;
};

/** draft-ietf-tls-trust-anchor-ids §4: the roots a client has, by number; beside a certificate an empty mark. */
export const trustAnchors: ExtensionDecoder = (reader, _facts, place) => {
  if (place === 'CertificateEntry') return undefined;
  const ids: string[] = [];
  reader.vector16('trust_anchor_identifiers', () => {
    while (reader.more) ids.push(relativeOid(reader.opaque8('trust_anchor_identifier', relativeOid)));
  });
  return ids.join(', ');
};

/** A list of distinguished names, each in DER. */
export function readAuthorities(reader: Reader, name: string): Uint8Array[] {
  return reader.vector16(name, () => {
    const names: Uint8Array[] = [];
    while (reader.more) names.push(reader.opaque16('distinguished_name', distinguishedName));
    return names;
  });
}

function distinguishedName(der: Uint8Array): string {
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
    while (reader.more) reader.opaque16('responder_id');
  });
  reader.opaque16('request_extensions');
}

function readTimestamp(reader: Reader): void {
  reader.u8('version', (id) => (id === 0 ? 'v1' : `unknown (${id})`));
  reader.bytes('log_id', 32);
  reader.bytes('timestamp', 8, dateOf);
  reader.opaque16('extensions');
  reader.u16('algorithm', signatureSchemeName);
  reader.opaque16('signature');
}

/** Milliseconds since 1970 in eight bytes, as ISO 8601 where a date can hold it. */
function dateOf(bytes: Uint8Array): string {
  let ms = 0;
  for (const byte of bytes) ms = ms * 256 + byte;
  return ms <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`;
}

function typeName(id: number): string {
  return id === 0 ? 'X509' : id === 2 ? 'RawPublicKey' : `unknown (${id})`;
}
