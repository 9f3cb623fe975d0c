/** What the server sent along with its leaf: an OCSP response and signed certificate timestamps. */
import type { Certificate, Field, HandshakeMessage, OcspStaple } from '../../shared/model.ts';
import { fromHex } from '../../wire/hex.ts';
import { summariseOcsp } from '../../wire/x509/ocsp.ts';

/** Names of the messages that can carry them. */
const SERVER_HELLO = 'ServerHello';
const CERTIFICATE_STATUS = 'CertificateStatus';

/** @param certificateMessage the server's Certificate or CompressedCertificate */
export function stapleOf(
  messages: readonly HandshakeMessage[],
  certificateMessage: HandshakeMessage,
  leaf: Certificate,
): OcspStaple | undefined {
  const status = messages.find((message) => isFrom(message, CERTIFICATE_STATUS));
  const response =
    find(status?.fields, 'CertificateStatus', 'response') ??
    find(status?.fields, 'CertificateStatus', 'ocsp_response_list', 'ocsp_response') ??
    find(leafExtensions(certificateMessage), 'status_request', 'extension_data', 'response');
  if (typeof response?.value !== 'string' || response.value === '') return undefined;
  const { status: verdict, serial, ...rest } = summariseOcsp(fromHex(response.value), leaf.serial);
  if (verdict !== 'error' && serial !== leaf.serial) {
    return { ...rest, status: 'error', text: `about another certificate, with serial number ${serial ?? 'unknown'}` };
  }
  return { ...rest, status: verdict };
}

/** Timestamps in the leaf and in the handshake; a log's may be in both. */
export function countAllTimestamps(
  messages: readonly HandshakeMessage[],
  certificateMessage: HandshakeMessage,
  leaf: Certificate,
): number {
  const hello = messages.find((message) => isFrom(message, SERVER_HELLO));
  const lists = [
    find(hello?.fields, SERVER_HELLO, 'extensions', 'signed_certificate_timestamp', 'extension_data', 'sct_list'),
    find(leafExtensions(certificateMessage), 'signed_certificate_timestamp', 'extension_data', 'sct_list'),
  ];
  const inHandshake = lists.map((list) => (list?.children ?? []).filter(({ name }) => name === 'sct').length);
  return inHandshake.reduce((sum, count) => sum + count, leaf.timestamps ?? 0);
}

/** The first CertificateEntry's; TLS 1.2 has none. */
function leafExtensions({ fields }: HandshakeMessage): readonly Field[] | undefined {
  const list = anywhere(fields, 'certificate_list');
  return find(list?.children, 'certificate_entry', 'extensions')?.children;
}

function isFrom({ sender, contentType, type }: HandshakeMessage, name: string): boolean {
  return sender === 'server' && contentType === 22 && type.name === name;
}

/** The field at a path of names; the first of several of one name. */
function find(fields: readonly Field[] | undefined, ...path: readonly string[]): Field | undefined {
  const [name, ...rest] = path;
  const field = fields?.find((field) => field.name === name);
  return rest.length === 0 ? field : find(field?.children, ...rest);
}

/** However deep: what a CompressedCertificate holds lies a few levels further down. */
function anywhere(fields: readonly Field[], name: string): Field | undefined {
  for (const field of fields) {
    const found = field.name === name ? field : anywhere(field.children ?? [], name);
    if (found) return found;
  }
  return undefined;
}
