/** Bare keys in the place of certificates, RFC 7250. */
import type { HandshakeMessage } from '../shared/model.ts';
import { fromHex } from '../wire/hex.ts';
import { readCertificates } from '../wire/tls/messages/table.ts';
import type { DecodeContext } from '../wire/tls/values.ts';

/** The key in words, `EC P-256`, where the Certificate message holds one alone; else undefined. */
export function rawKeyIn(message: HandshakeMessage | undefined, context: DecodeContext): string | undefined {
  return message && readCertificates(fromHex(message.raw), context).rawKey;
}
