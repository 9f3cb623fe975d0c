/** Who visits which server in the demo, and what must come of it. */
import type { Connection, FailureCause } from '../shared/model.ts';
import type { ClientName, Visited } from './clients.ts';
import { ORIGINS, type OriginName, type OriginRow } from './origins.ts';

export interface PlannedVisit {
  readonly client: ClientName;
  readonly origin: OriginName;
  /** The client trusts the server's own root in place of tlscope's, and so refuses our certificate. */
  readonly distrusts?: true;
}

/** Every server that answers at once gets a visit; each client meets both TLS 1.2 and TLS 1.3. */
export const PLAN: readonly PlannedVisit[] = [
  { client: 'openssl', origin: 'tls12-rsa-kx' },
  { client: 'curl', origin: 'tls12-ecdhe-rsa' },
  { client: 'node', origin: 'tls12-ecdhe-ecdsa' },
  { client: 'curl', origin: 'tls13' },
  { client: 'openssl', origin: 'tls13' },
  { client: 'node', origin: 'tls13' },
  { client: 'curl', origin: 'tls13-retry' },
  { client: 'node', origin: 'client-cert-optional' },
  { client: 'curl', origin: 'plain-http' },
  { client: 'curl', origin: 'client-cert-required' },
  { client: 'curl', origin: 'expired' },
  { client: 'openssl', origin: 'untrusted' },
  { client: 'node', origin: 'self-signed' },
  { client: 'curl', origin: 'wrong-name' },
  { client: 'node', origin: 'no-common-suite' },
  { client: 'curl', origin: 'not-tls' },
  { client: 'openssl', origin: 'reset-after-hello' },
  { client: 'node', origin: 'close-at-once' },
  { client: 'curl', origin: 'tls13', distrusts: true },
];

/** What is wrong with what came of a visit, in words; empty when all is as it should be. */
export function faults(planned: PlannedVisit, visited: Visited, connection: Connection | undefined): string[] {
  if (connection === undefined) return ['the proxy has no record of it'];
  const origin: OriginRow = ORIGINS[planned.origin];
  if (planned.distrusts) {
    const refused = visited.error !== undefined ? [] : ['the client did not refuse the certificate'];
    return [...refused, ...wrongCause(connection, 'client', 'ca-not-trusted-by-client')];
  }
  if (origin.fails !== undefined) {
    const told = visited.body.includes(origin.fails) ? [] : [`the client got no page that says ${origin.fails}`];
    return [...told, ...wrongCause(connection, 'server', origin.fails)];
  }
  const answered = visited.body.startsWith(`${origin.title}\n`) ? [] : ['the client did not get the server’s page'];
  if (origin.scheme === 'http') return answered;
  return [...answered, ...(['client', 'server'] as const).flatMap((side) => incomplete(connection, side))];
}

function wrongCause(connection: Connection, side: 'client' | 'server', expected: FailureCause): string[] {
  const found = connection.legs[side]?.tls?.failure?.cause ?? 'no failure';
  return found === expected ? [] : [`the ${side} leg’s record says ${found}, not ${expected}`];
}

function incomplete(connection: Connection, side: 'client' | 'server'): string[] {
  const tls = connection.legs[side]?.tls;
  if (tls?.state !== 'established') return [`the ${side} leg is ${tls?.state ?? 'not there'}, not established`];
  if (tls.visibility.level !== 'full') return [`the ${side} leg was seen only in part: ${tls.visibility.reason}`];
  const finished = new Set(tls.messages.filter(({ type }) => type.name === 'Finished').map(({ sender }) => sender));
  return finished.size === 2 ? [] : [`the ${side} leg lacks a Finished`];
}
