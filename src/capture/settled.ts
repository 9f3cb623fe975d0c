/**
 * What a handshake settled, as an event holds it. Certificates and fingerprints are read from the leg's messages when
 * somebody looks, and not kept, so that an event keeps nothing alive but the messages that the log holds anyway.
 */
import { nodeDigest } from '../crypto/digest.ts';
import { fingerprints, serverFingerprint } from '../insight/fingerprint.ts';
import { finalServerHelloMessage, firstClientHelloMessage, isSslv2Hello } from '../insight/hellos.ts';
import type { Negotiated } from '../shared/events.ts';
import { EVIDENCE, type Evidence } from '../shared/evidence.ts';
import type { Certificate, Fingerprints, Visibility } from '../shared/model.ts';
import type { WireMessage } from '../wire/tls/message.ts';
import { readClientHello, readServerHello, TYPE } from '../wire/tls/messages/table.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { summariseCertificate } from '../wire/x509/summary.ts';

export class Settled implements Negotiated {
  readonly version?: string;
  readonly suite?: string;
  readonly group?: string;
  readonly scheme?: string;
  readonly alpn?: string;
  readonly sni?: string;
  readonly resumed: boolean;
  readonly retried: boolean;
  readonly visibility: Visibility;
  readonly #messages: readonly WireMessage[];
  readonly #evidence: Evidence;

  /**
   * @param session what the session has worked out
   * @param messages of the leg; the list may grow
   * @param evidence of the leg; may grow too
   */
  constructor(session: Negotiated, messages: readonly WireMessage[], evidence: Evidence) {
    const { version, suite, group, scheme, alpn, sni } = session;
    if (version !== undefined) this.version = version;
    if (suite !== undefined) this.suite = suite;
    if (group !== undefined) this.group = group;
    if (scheme !== undefined) this.scheme = scheme;
    if (alpn !== undefined) this.alpn = alpn;
    if (sni !== undefined) this.sni = sni;
    this.resumed = session.resumed;
    this.retried = session.retried;
    this.visibility = session.visibility;
    this.#messages = messages;
    this.#evidence = evidence;
  }

  get [EVIDENCE](): Evidence {
    return this.#evidence;
  }

  get certificates(): readonly Certificate[] {
    const message = this.#messages.find(({ type, sender }) => sender === 'server' && holdsChain(type.id));
    return message?.certificateChain().map((der) => summariseCertificate(der, nodeDigest)) ?? [];
  }

  get fingerprints(): Fingerprints {
    const messages = this.#messages;
    const message = firstClientHelloMessage({ messages });
    // JA3 and JA4 are of TLS's own hello; one in SSLv2's framing is not fingerprinted.
    const offer = message && !isSslv2Hello(message) ? readClientHello(message.bytes) : undefined;
    const answer = finalServerHelloMessage({ messages });
    return {
      ...(offer !== undefined && fingerprints(offer, nodeDigest)),
      ...(answer !== undefined && serverFingerprint(readServerHello(answer.bytes), nodeDigest)),
    };
  }

  /** The plain object of the model, all of it. */
  toJSON(): Negotiated {
    const { certificates, fingerprints } = this;
    return { ...this, certificates, fingerprints };
  }
}

/** What the client offered before it knew anything of the server. */
export function firstClientHello(messages: readonly WireMessage[]): ClientHello | undefined {
  const message = firstClientHelloMessage({ messages });
  return message && readClientHello(message.bytes);
}

function holdsChain(type: number): boolean {
  return type === TYPE.certificate || type === TYPE.compressedCertificate;
}
