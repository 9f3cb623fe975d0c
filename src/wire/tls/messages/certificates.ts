/** The messages that carry certificates, ask for them, or prove their keys. */
import { isUniversal, readElement, readElements, TAG } from '../../der.ts';
import type { Reader } from '../../reader.ts';
import { certificateFields } from '../../x509/fields.ts';
import { publicKeyFields, publicKeyWords, readAuthorities, readOcspResponse } from '../extensions/certificates.ts';
import { byteCount, noFacts, u8List, u16List } from '../extensions/facts.ts';
import { readExtensions } from '../extensions/table.ts';
import { certificateStatusTypeName, clientCertificateTypeName, signatureSchemeName } from '../registries.ts';
import type { CertificateRequest, CertificateVerify } from '../values.ts';
import { count, line, type MessageRow } from './row.ts';

export interface Certificates {
  /** As sent, each certificate's DER as a view of the message; where `rawKey` is there, that of the key alone. */
  readonly chain: readonly Uint8Array[];
  /** The key in words, where both sides agreed on a bare one in place of certificates (RFC 7250). */
  readonly rawKey?: string;
}

export const certificate: MessageRow<Certificates> = {
  name: 'Certificate',
  spec: 'RFC 8446 §4.4.2',
  decode(reader, { version = 0x0303 }) {
    const isTls13 = version >= 0x0304;
    // RFC 7250 §3: no list is around it, and only its bytes tell: those of a list begin with another length.
    if (!isTls13 && isPublicKey(reader.peek().subarray(LENGTH))) return ofChain([readRawKey(reader)]);
    if (isTls13) reader.opaque8('certificate_request_context');
    return reader.vector24('certificate_list', () => {
      const chain: Uint8Array[] = [];
      while (reader.more) chain.push(isTls13 ? reader.group('certificate_entry', readEntry) : readDer(reader));
      return ofChain(chain);
    });
  },
  summary({ chain, rawKey }) {
    if (chain.length === 0) return 'no certificate';
    if (rawKey !== undefined) return line('raw public key', rawKey);
    return line(count(chain.length, 'certificate'), `${chain.reduce((sum, der) => sum + der.length, 0)} bytes`);
  },
};

function ofChain(chain: readonly Uint8Array[]): Certificates {
  const [first] = chain;
  return first && isPublicKey(first) ? { chain, rawKey: publicKeyWords(first) } : { chain };
}

export const certificateRequest: MessageRow<CertificateRequest> = {
  name: 'CertificateRequest',
  spec: 'RFC 8446 §4.3.2',
  decode(reader, { version = 0x0303 }) {
    if (version >= 0x0304) {
      reader.opaque8('certificate_request_context');
      const facts = noFacts();
      readExtensions(reader, facts, 'CertificateRequest');
      return { certificateTypes: [], schemes: facts.signatureAlgorithms, authorities: facts.authorities };
    }
    const certificateTypes = reader.vector8('certificate_types', () =>
      u8List(reader, 'certificate_type', clientCertificateTypeName),
    );
    const schemes =
      version >= 0x0303
        ? reader.vector16('supported_signature_algorithms', () =>
            u16List(reader, 'signature_scheme', signatureSchemeName),
          )
        : [];
    return { certificateTypes, schemes, authorities: readAuthorities(reader, 'certificate_authorities') };
  },
  summary: ({ schemes, authorities }) =>
    line(
      'a client certificate is asked for',
      schemes.length > 0 && count(schemes.length, 'signature scheme'),
      authorities.length > 0 && count(authorities.length, 'accepted authority', 'accepted authorities'),
    ),
};

export const certificateVerify: MessageRow<CertificateVerify> = {
  name: 'CertificateVerify',
  spec: 'RFC 8446 §4.4.3',
  decode(reader, { version = 0x0303 }) {
    const scheme = version >= 0x0303 ? reader.u16('algorithm', signatureSchemeName) : undefined;
    const signature = reader.opaque16('signature', byteCount);
    return { signature, ...(scheme !== undefined && { scheme }) };
  },
  summary: ({ scheme }) => (scheme === undefined ? 'signed' : signatureSchemeName(scheme)),
};

export const certificateStatus: MessageRow<{ readonly type: number; readonly words: string | undefined }> = {
  name: 'CertificateStatus',
  spec: 'RFC 6066 §8',
  decode(reader) {
    const type = reader.u8('status_type', certificateStatusTypeName);
    if (type === 1) return { type, words: readOcspResponse(reader, 'response') };
    if (type === 2) {
      const words = reader.vector24('ocsp_response_list', () => {
        const found: (string | undefined)[] = [];
        while (reader.more) found.push(readOcspResponse(reader, 'ocsp_response'));
        return found;
      });
      return { type, words: words[0] };
    }
    if (reader.more) reader.rest('response');
    return { type, words: undefined };
  },
  summary: ({ type, words }) => line(`${certificateStatusTypeName(type)} response`, words),
};

function readEntry(reader: Reader): Uint8Array {
  const der = isPublicKey(reader.peek().subarray(LENGTH)) ? readRawKey(reader) : readDer(reader);
  readExtensions(reader, noFacts(), 'CertificateEntry');
  return der;
}

function readDer(reader: Reader): Uint8Array {
  return reader.opaque24('cert_data', byteCount, certificateFields);
}

/** RFC 8446 §4.4.2. */
function readRawKey(reader: Reader): Uint8Array {
  return reader.opaque24('ASN1_subjectPublicKeyInfo', publicKeyWords, publicKeyFields);
}

/** Of the length before a certificate or key, bytes. */
const LENGTH = 3;

/** Whether DER begins as a SubjectPublicKeyInfo does: with an algorithm, where a certificate has a structure without one. */
function isPublicKey(der: Uint8Array): boolean {
  const whole = readElement(der, [0, der.length]);
  if (!isUniversal(whole, TAG.sequence)) return false;
  const [algorithm] = readElements(der, whole.body, 1);
  if (!isUniversal(algorithm, TAG.sequence)) return false;
  return isUniversal(readElements(der, algorithm.body, 1)[0], TAG.oid);
}
