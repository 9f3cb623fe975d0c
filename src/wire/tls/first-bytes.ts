/** Tells a stream of TLS from what is not, by its first bytes. */
import type { TlsRole } from '../../shared/model.ts';
import { isSslv2ClientHello } from './messages/sslv2-hello.ts';
import { CONTENT, HEADER } from './records.ts';

/**
 * Whether a stream may start so: with a handshake record of version 3.x; a server's also with an alert, a client's also
 * with a hello in SSLv2's framing. As much of it as is there.
 */
export function looksLikeTls(sender: TlsRole, head: Uint8Array): boolean {
  if (sender === 'client' && (head[0]! & 0x80) !== 0) {
    return head.length < HEADER ? head.length < 3 || head[2] === 1 : isSslv2ClientHello(head);
  }
  const typeFits = head[0] === CONTENT.handshake || (sender === 'server' && head[0] === CONTENT.alert);
  return typeFits && (head.length < 2 || head[1] === 3);
}

/** What to say of a stream that does not start as TLS. */
export function notTls(sender: TlsRole): string {
  return `the ${sender}’s first bytes are not TLS`;
}
