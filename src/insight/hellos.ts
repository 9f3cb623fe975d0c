/** The typed hellos of a recorded handshake. Messages may be live objects or plain JSON: only their bytes are read. */
import type { Handshake, HandshakeMessage } from '../shared/model.ts';
import { fromHex } from '../wire/hex.ts';
import { readClientHello, readServerHello } from '../wire/tls/messages/table.ts';
import type { ClientHello, ServerHello } from '../wire/tls/values.ts';

/** The first ClientHello: what the client offered before it knew anything of the server. */
export function firstClientHello(handshake: Handshake): ClientHello | undefined {
  const message = handshake.messages.find(isNamed('ClientHello'));
  return message && readClientHello(fromHex(message.raw));
}

/** The ServerHello that settled things, not a HelloRetryRequest. */
export function finalServerHello(handshake: Handshake): ServerHello | undefined {
  const message = handshake.messages.find(isNamed('ServerHello'));
  return message && readServerHello(fromHex(message.raw));
}

/**
 * Whether the client holds a session it would resume: a pre-shared key, a ticket, or a session id, which only a hello
 * that knows TLS 1.3 fills for another reason (RFC 8446 appendix D.4).
 */
export function asksToResume(hello: ClientHello): boolean {
  if (hello.hasPreSharedKey || hello.hasTicket) return true;
  return hello.sessionId.length > 0 && !hello.supportedVersions.includes(0x0304);
}

/** Whether a message is called `name`. */
export function isNamed(name: string): (message: HandshakeMessage) => boolean {
  return (message) => message.type.name === name;
}
