/** The handshakes of a connection's legs, as a HAR entry has them under `_tls`: what was settled, and nothing secret. */
import type { ForeignCertificate, ForeignLeg } from '../shared/foreign-exchange.ts';
import type { Certificate, Connection, Leg, Millis } from '../shared/model.ts';

/** One leg. */
export interface HarLeg extends ForeignLeg {
  /** Ms on the capture's clock. */
  readonly at: { readonly startedAt?: Millis; readonly establishedAt?: Millis; readonly failedAt?: Millis };
}

export interface HarLegs {
  readonly client?: HarLeg;
  readonly server?: HarLeg;
}

/** Undefined where neither leg had TLS. */
export function legsOf({ legs }: Connection): HarLegs | undefined {
  const client = legOf(legs.client);
  const server = legOf(legs.server);
  return client === undefined && server === undefined
    ? undefined
    : { ...(client && { client }), ...(server && { server }) };
}

function legOf(leg: Leg | undefined): HarLeg | undefined {
  if (leg?.tls === undefined) return undefined;
  const { state, version, suite, group, scheme, alpn, sni, resumed, retried, fingerprints, at, failure } = leg.tls;
  const { ja3, ja4 } = fingerprints;
  return {
    state,
    ...(version !== undefined && { version }),
    ...(suite !== undefined && { suite }),
    ...(group !== undefined && { group }),
    ...(scheme !== undefined && { scheme }),
    ...(alpn !== undefined && { alpn }),
    ...(sni !== undefined && { sni }),
    resumed,
    retried,
    ...(ja3 !== undefined && { ja3 }),
    ...(ja4 !== undefined && { ja4 }),
    at: { ...at },
    certificates: leg.tls.certificates.map(certificateOf),
    ...(failure && { failure: failure.text }),
  };
}

function certificateOf(certificate: Certificate): ForeignCertificate {
  const { subject, issuer, serial, notBefore, notAfter, names, key, signature, sha256 } = certificate;
  return { subject, issuer, serial, notBefore, notAfter, names, key, signature, sha256 };
}
