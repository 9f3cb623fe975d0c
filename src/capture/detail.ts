/**
 * A connection with everything that is derived from it: steps, checks, key derivation, chain, findings, field diffs.
 * Costs some milliseconds, so it is made when somebody looks. The result is plain and safe to write as JSON.
 */
import { buildChain } from '../crypto/chain.ts';
import { checkHandshake } from '../crypto/checks.ts';
import { deriveSteps } from '../crypto/derivation.ts';
import type { TrustStore } from '../crypto/trust-store.ts';
import { certificateDiffs, helloDiffs } from '../insight/field-diffs.ts';
import { findingsOf } from '../insight/findings.ts';
import { sixSteps } from '../insight/steps.ts';
import { withoutProxy } from '../insight/without-proxy.ts';
import type { Evidence } from '../shared/evidence.ts';
import type { Connection, DerivationStep, Handshake, Leg } from '../shared/model.ts';
import { evidenceOf } from '../shared/reduce-connection.ts';

export interface DetailOptions {
  readonly roots: TrustStore;
  /** tlscope's own root, which clients that go through it are to trust; none where there is no proxy. */
  readonly ownRoot?: TrustStore;
  /** The wall-clock moment of the capture's t = 0. */
  readonly startedAt: Date;
  /** Puts the values of secrets into `derivation`. */
  readonly showSecrets?: boolean;
}

export function detailOf(connection: Connection, options: DetailOptions): Connection {
  const { client, server } = connection.legs;
  const detailed: Connection = {
    ...connection,
    legs: {
      ...(client && { client: detailedLeg(client, connection, options) }),
      ...(server && { server: detailedLeg(server, connection, options) }),
    },
  };
  const [ours, theirs] = [detailed.legs.client?.tls, detailed.legs.server?.tls];
  if (ours && theirs && connection.comparison) {
    detailed.fieldDiffs = { clientHello: helloDiffs(ours, theirs), certificate: certificateDiffs(ours, theirs) };
  }
  const verdict = withoutProxy(detailed);
  for (const tls of [ours, theirs]) {
    if (tls?.failure && verdict) tls.failure = { ...tls.failure, withoutProxy: verdict };
  }
  detailed.findings = findingsOf(detailed, new Date(options.startedAt.getTime() + connection.openedAt));
  return detailed;
}

/** A connection with its steps alone, for a view without explanations: a fraction of the cost, as nothing is checked. */
export function outlineOf(connection: Connection): Connection {
  const { client, server } = connection.legs;
  return {
    ...connection,
    legs: { ...(client && { client: outlinedLeg(client) }), ...(server && { server: outlinedLeg(server) }) },
  };
}

function outlinedLeg(leg: Leg): Leg {
  if (!leg.tls) return leg;
  const tls: Handshake = { ...leg.tls };
  tls.steps = sixSteps(tls);
  return { ...leg, tls };
}

const NO_SECRETS: Evidence['secrets'] = new Map();

function detailedLeg(leg: Leg, connection: Connection, options: DetailOptions): Leg {
  if (!leg.tls) return leg;
  const secrets = evidenceOf(leg.tls)?.secrets ?? NO_SECRETS;
  // The spread reads each late member once; everything below works on plain values.
  const tls: Handshake = { ...leg.tls };
  tls.checks = checkHandshake(tls, secrets);
  const derivation = deriveSteps(tls, secrets);
  tls.derivation = options.showSecrets ? derivation : derivation.map(withoutValue);
  const chain = buildChain(tls, {
    roots: leg.side === 'client' ? (options.ownRoot ?? options.roots) : options.roots,
    host: tls.sni ?? (connection.intent?.host || undefined),
    at: new Date(options.startedAt.getTime() + (tls.at.startedAt ?? connection.openedAt)),
  });
  if (chain !== undefined) tls.chain = chain;
  tls.steps = sixSteps(tls);
  return { ...leg, tls };
}

function withoutValue({ value: _, ...step }: DerivationStep): DerivationStep {
  return step;
}
