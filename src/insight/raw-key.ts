/** Bare keys in the place of certificates, RFC 7250. */
import type { HandshakeMessage, TlsRole } from '../shared/model.ts';
import { fromHex } from '../wire/hex.ts';
import { readCertificates } from '../wire/tls/messages/table.ts';
import type { DecodeContext } from '../wire/tls/values.ts';

/** The key in words, `EC P-256`, where the first Certificate of the sender holds one alone; else undefined. */
export function rawKeyOf(
  messages: readonly HandshakeMessage[],
  by: TlsRole,
  context: DecodeContext,
): string | undefined {
  const message = messages.find(({ sender, type }) => sender === by && type.name === 'Certificate');
  return message && readCertificates(fromHex(message.raw), context).rawKey;
}
