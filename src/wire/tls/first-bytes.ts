/** Tells a stream of TLS from what is not, by its first bytes. */
import type { TlsRole } from '../../shared/model.ts';
import { CONTENT } from './records.ts';

/** Whether a stream may start so: handshake or alert, version 3.x; as much of it as is there. */
export function looksLikeTls(head: Uint8Array): boolean {
  const typeFits = head[0] === CONTENT.handshake || head[0] === CONTENT.alert;
  return typeFits && (head.length < 2 || head[1] === 3);
}

/** What to say of a stream that does not start as TLS. */
export function notTls(sender: TlsRole, head: Uint8Array): string {
  // RFC 5246 Appendix E.2: two bytes of length with the high bit set, then client_hello (1).
  if (sender === 'client' && (head[0]! & 0x80) !== 0 && head[2] === 1) {
    return 'the client sent an SSLv2-style ClientHello, which is too old to be read here';
  }
  return `the ${sender}'s first bytes are not TLS`;
}
