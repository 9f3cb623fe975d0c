/** What a diagnosis reads: everything that was seen of a leg that failed. */
import type { Alert, Certificate, Failure, FailureStage, HandshakeMessage, Millis } from '../shared/model.ts';
import type { OfferSeen } from './client-offers.ts';
import type { Offer } from './failure-offer.ts';

/** What was seen of a leg that failed. The model's own messages and alerts fit. */
export interface LegEvidence {
  /** What the TLS client of this leg offered, once that was seen. */
  readonly offer?: Offer | undefined;
  /** Only where the messages cannot tell it: `resolve` and `connect`. */
  readonly stage?: FailureStage | undefined;
  readonly messages: readonly Pick<HandshakeMessage, 'sender' | 'type'>[];
  readonly alerts: readonly Pick<Alert, 'sender' | 'level' | 'description' | 'epoch'>[];
  /** As negotiated, `TLS 1.3`; absent when nothing was yet. It says what the level of an alert means. */
  readonly version?: string | undefined;
  /** `code` of the error that node:net or node:tls raised. */
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  /** How the peer ended the connection, or that we ran out of patience. */
  readonly ended?: 'fin' | 'reset' | 'timeout' | undefined;
  /** The host asked for. */
  readonly host?: string | undefined;
  /** The port that was dialled there. */
  readonly port?: number | undefined;
  /** The first bytes the peer sent. Looked at only when no handshake message came. */
  readonly firstBytes?: Uint8Array | undefined;
  /** Of a leg that carries plain HTTP, without TLS: how far it had come. */
  readonly plain?: 'asked' | 'answered' | undefined;
  /** The other leg's failure, when it is what ended this one. */
  readonly otherLeg?: Failure | undefined;
  /** Who reads the diagnosis, and so what can be done about it; the proxy's user unless given. */
  readonly audience?: Audience | undefined;
}

/** Where the leg was made: by the proxy, for a client; or by `tlscope probe`, for whoever started it. */
export type Audience = 'proxy' | 'probe';

export interface ServerLegEvidence extends LegEvidence {
  /** Node's verify code of the chain or the name: `CERT_HAS_EXPIRED`, `ERR_TLS_CERT_ALTNAME_INVALID`, … */
  readonly verifyCode?: string | undefined;
  /** The server's chain as sent, leaf first. */
  readonly certificates?: readonly Certificate[] | undefined;
}

export interface ClientLegEvidence extends LegEvidence {
  /** The client's own ClientHello. Looked at for what made it, where its name does not say. */
  readonly hello?: OfferSeen | undefined;
  /** User-Agent of the CONNECT request. */
  readonly userAgent?: string | undefined;
  /** The client sent application data after its Finished. */
  readonly applicationData?: boolean | undefined;
  /** From the end of the handshake to the end of the connection. */
  readonly idleFor?: Millis | undefined;
  /** A client of the same name and address has used connections with certificates of ours, but never to this host. */
  readonly trustsElsewhere?: boolean | undefined;
  /** A client of the same address, and of the same name or offer, has used a connection to this host, or has one open. */
  readonly trustsHere?: boolean | undefined;
  /** Such a client has another connection to this host open, which it has neither refused nor used yet. */
  readonly hasAnother?: boolean | undefined;
}
