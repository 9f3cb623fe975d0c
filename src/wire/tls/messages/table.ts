/** Handshake type -> RFC name -> decoder. A new message is a row here. */
import type { Field, Issue } from '../../../shared/model.ts';
import { Reader } from '../../reader.ts';
import { handshakeTypeName } from '../registries.ts';
import type {
  CertificateRequest,
  CertificateVerify,
  ClientHello,
  DecodeContext,
  ServerHello,
  ServerKeyExchange,
} from '../values.ts';
import * as certificates from './certificates.ts';
import { compressedCertificate } from './compressed.ts';
import * as hello from './hello.ts';
import * as keyExchange from './key-exchange.ts';
import * as others from './others.ts';
import * as rare from './rare.ts';
import type { MessageRow } from './row.ts';
import * as sslv2 from './sslv2-hello.ts';

const HELLO_RETRY_REQUEST: MessageRow<ServerHello> = {
  ...hello.serverHello,
  name: 'HelloRetryRequest',
  spec: 'RFC 8446 §4.1.4',
};

// biome-ignore lint/suspicious/noExplicitAny: each row's summary takes what its own decode returns; nobody mixes rows.
const MESSAGES: ReadonlyMap<number, MessageRow<any>> = new Map<number, MessageRow<any>>([
  [0, others.emptyMessage('HelloRequest', 'RFC 5246 §7.4.1.1', 'the server asks for a new handshake')],
  [1, hello.clientHello],
  [2, hello.serverHello],
  [4, others.newSessionTicket],
  [5, others.emptyMessage('EndOfEarlyData', 'RFC 8446 §4.5', 'no more early data')],
  [8, others.encryptedExtensions],
  [11, certificates.certificate],
  [12, keyExchange.serverKeyExchange],
  [13, certificates.certificateRequest],
  [14, others.emptyMessage('ServerHelloDone', 'RFC 5246 §7.4.5', 'the server waits for the client')],
  [15, certificates.certificateVerify],
  [16, keyExchange.clientKeyExchange],
  [20, others.finished],
  [21, rare.certificateUrl],
  [22, certificates.certificateStatus],
  [23, rare.supplementalData],
  [24, others.keyUpdate],
  [25, compressedCertificate],
  [67, rare.nextProtocol],
  [203, rare.encryptedExtensionsOf12],
]);

/** The message's handshake types, for those who follow the handshake. */
export const TYPE = {
  clientHello: 1,
  serverHello: 2,
  endOfEarlyData: 5,
  encryptedExtensions: 8,
  certificate: 11,
  serverKeyExchange: 12,
  serverHelloDone: 14,
  certificateVerify: 15,
  finished: 20,
  keyUpdate: 24,
  compressedCertificate: 25,
} as const;

const NOTHING = new Uint8Array(0);

export interface Decoded {
  readonly fields: readonly Field[];
  readonly issues: readonly Issue[];
  readonly summary: string;
}

type MessageType = { readonly id: number; readonly name: string };

const TYPES = new Map<number, MessageType>([...MESSAGES].map(([id, { name }]) => [id, { id, name }]));
const RETRY_TYPE: MessageType = { id: 2, name: HELLO_RETRY_REQUEST.name };
export const CHANGE_CIPHER_SPEC_TYPE: MessageType = { id: 1, name: others.changeCipherSpec.name };

/** Code point and RFC name of a whole message; nothing is allocated for known ones. */
export function messageType(message: Uint8Array): MessageType {
  if (hello.isRetry(message)) return RETRY_TYPE;
  if (sslv2.isSslv2ClientHello(message)) return sslv2.SSLV2_HELLO_TYPE;
  const id = message[0] ?? 0;
  return TYPES.get(id) ?? { id, name: handshakeTypeName(id) };
}

/** Decodes a handshake message, header included, for people. */
export function decodeMessage(message: Uint8Array, context: DecodeContext, trace: boolean): Decoded {
  if (sslv2.isSslv2ClientHello(message)) return sslv2.decodeSslv2ClientHello(message, trace);
  const row = rowOf(message);
  const reader = new Reader(message, row.name, { trace });
  const value = readFramed(reader, row, context);
  return { fields: reader.fields, issues: reader.issues, summary: row.summary(value, context) };
}

/** Decodes the body of a change_cipher_spec record for people. */
export function decodeChangeCipherSpec(body: Uint8Array, context: DecodeContext, trace: boolean): Decoded {
  const row = others.changeCipherSpec;
  const reader = new Reader(body, row.name, { trace });
  const value = row.decode(reader, context);
  reader.finish();
  return { fields: reader.fields, issues: reader.issues, summary: row.summary(value, context) };
}

/** A whole ClientHello (header included, SSLv2-style or not) as values. Missing parts come out empty. */
export function readClientHello(message: Uint8Array): ClientHello {
  if (sslv2.isSslv2ClientHello(message)) {
    return { ...readClientHello(NOTHING), ...sslv2.readSslv2ClientHello(message) };
  }
  return readFramed(new Reader(message, hello.clientHello.name), hello.clientHello, {});
}

/** A whole ServerHello or HelloRetryRequest as values. */
export function readServerHello(message: Uint8Array): ServerHello {
  return readFramed(new Reader(message, hello.serverHello.name), hello.serverHello, {});
}

/**
 * What a whole Certificate or CompressedCertificate holds, as views of it or of what it decompresses to; nothing where
 * `context` cannot open it.
 */
export function readCertificates(message: Uint8Array, context: DecodeContext): certificates.Certificates {
  if (message[0] === TYPE.compressedCertificate) {
    const { opened } = readFramed(new Reader(message, compressedCertificate.name), compressedCertificate, context);
    return opened ?? { chain: [] };
  }
  const row = certificates.certificate;
  return readFramed(new Reader(message, row.name), row, context);
}

/** The same in DER: certificates, or a raw public key in the place of the first. */
export function readCertificateChain(message: Uint8Array, context: DecodeContext): readonly Uint8Array[] {
  return readCertificates(message, context).chain;
}

export function readEncryptedExtensions(message: Uint8Array): others.EncryptedExtensions {
  const row = others.encryptedExtensions;
  return readFramed(new Reader(message, row.name), row, {});
}

export function readServerKeyExchange(message: Uint8Array, context: DecodeContext): ServerKeyExchange {
  const row = keyExchange.serverKeyExchange;
  return readFramed(new Reader(message, row.name), row, context);
}

/** The signature scheme of a whole CertificateVerify. */
export function readCertificateVerify(message: Uint8Array, context: DecodeContext): number | undefined {
  return readCertificateVerifyMessage(message, context).scheme;
}

/** A whole CertificateVerify as values. */
export function readCertificateVerifyMessage(message: Uint8Array, context: DecodeContext): CertificateVerify {
  const row = certificates.certificateVerify;
  return readFramed(new Reader(message, row.name), row, context);
}

/** A whole CertificateRequest as values. */
export function readCertificateRequest(message: Uint8Array, context: DecodeContext): CertificateRequest {
  const row = certificates.certificateRequest;
  return readFramed(new Reader(message, row.name), row, context);
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
function rowOf(message: Uint8Array): MessageRow<any> {
  if (hello.isRetry(message)) return HELLO_RETRY_REQUEST;
  const id = message[0] ?? 0;
  return MESSAGES.get(id) ?? others.opaqueMessage(handshakeTypeName(id));
}

/** The header (RFC 8446 §4) and the body behind its length. */
function readFramed<T>(reader: Reader, row: MessageRow<T>, context: DecodeContext): T {
  reader.u8('msg_type', handshakeTypeName);
  const value = reader.vector24(row.name, () => row.decode(reader, context), row.spec);
  reader.finish();
  return value;
}
