/** The typed hellos of a recorded handshake. Messages may be live objects or plain JSON: only their bytes are read. */
import type { Handshake, HandshakeMessage } from '../shared/model.ts';
import { fromHex } from '../wire/hex.ts';
import { readClientHello, readServerHello } from '../wire/tls/messages/table.ts';
import type { ClientHello, ServerHello } from '../wire/tls/values.ts';

/** The first ClientHello: what the client offered before it knew anything of the server. */
export function firstClientHello(handshake: Handshake): ClientHello | undefined {
  const message = firstClientHelloMessage(handshake);
  return message && readClientHello(fromHex(message.raw));
}

/** The message it came in. */
export function firstClientHelloMessage<M extends Named>({ messages }: Messages<M>): M | undefined {
  return messages.find((message) => isNamed('ClientHello')(message) || isSslv2Hello(message));
}

/** The message of the ServerHello that settled things, not of a HelloRetryRequest, which has another name. */
export function finalServerHelloMessage<M extends Named>({ messages }: Messages<M>): M | undefined {
  return messages.find(isNamed('ServerHello'));
}

type Named = Pick<HandshakeMessage, 'type'>;

interface Messages<M> {
  readonly messages: readonly M[];
}

/** Whether it is a hello in SSLv2's framing, which has no extensions (RFC 5246 appendix E.2). */
export function isSslv2Hello(message: Named): boolean {
  return message.type.name === 'ClientHello (SSLv2)';
}

/** The last ClientHello before the server's choice: the second one where a HelloRetryRequest asked for it. */
export function answeredClientHello(handshake: Handshake): ClientHello | undefined {
  const [, second] = handshake.messages.filter(
    (message) => message.type.name === 'ClientHello' && message.renegotiation === undefined,
  );
  if (!handshake.retried || second === undefined) return firstClientHello(handshake);
  return readClientHello(fromHex(second.raw));
}

/** The ServerHello that settled things, not a HelloRetryRequest. */
export function finalServerHello(handshake: Handshake): ServerHello | undefined {
  const message = finalServerHelloMessage(handshake);
  return message && readServerHello(fromHex(message.raw));
}

/** By what an earlier session is named. */
export type SessionName = 'psk' | 'ticket' | 'session-id';

/**
 * By what the client names a session it would resume: a pre-shared key (TLS 1.3), a ticket (RFC 5077), or a session id,
 * which only a hello that knows TLS 1.3 fills for another reason (RFC 8446 appendix D.4). A client that sends a ticket
 * fills the session id too, to learn from its echo that the ticket was taken (RFC 5077 §3.4).
 */
export function resumptionOffer(hello: ClientHello): SessionName | undefined {
  if (hello.hasPreSharedKey) return 'psk';
  if (hello.hasTicket) return 'ticket';
  return hello.sessionId.length > 0 && !hello.supportedVersions.includes(0x0304) ? 'session-id' : undefined;
}

/**
 * By what the session was named that a resumed handshake goes on with. Below TLS 1.3 a hello may hold a ticket and a
 * session id; the ticket comes first (RFC 5077 §3.4), whatever TLS 1.3 the client offered besides.
 */
export function resumedBy(client: ClientHello, server: ServerHello): SessionName {
  if (server.selectedPsk !== undefined) return 'psk';
  return client.hasTicket ? 'ticket' : 'session-id';
}

/**
 * Whether every pre-shared key offered looks agreed on beforehand and not given by a ticket: such a key has no age
 * (RFC 8446 §4.2.11), while that of a ticket has a random number added.
 */
export function isAgreedKey({ pskIdentities }: ClientHello): boolean {
  return pskIdentities.length > 0 && pskIdentities.every(({ obfuscatedAge }) => obfuscatedAge === 0);
}

/** Whether an extension of this type stands in the hello. */
export function hasExtension(hello: ClientHello | ServerHello, type: number): boolean {
  return hello.extensions.some((extension) => extension.type === type);
}

/** Whether a message is called `name`. */
export function isNamed(name: string): (message: Named) => boolean {
  return (message) => message.type.name === name;
}
