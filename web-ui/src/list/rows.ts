/** What a row of the connection list says: one connection's summary, judged. */
import type { ConnectionSummary, Failure, LegHeadline, LegRole } from '../../../src/shared/model.ts';
import { hostPort } from '../text/format.ts';

/** How a connection stands, in one word. The word is always printed; colour only repeats it. */
export type Outcome = 'open' | 'established' | 'failed' | 'tunnelled' | 'refused' | 'forwarded' | 'served' | 'closed';

export interface Row {
  /** Name or address asked for, without the port; empty when unknown. */
  readonly host: string;
  /** `:443`, or empty. Apart from the host, so that a long host does not push it out of sight. */
  readonly port: string;
  readonly outcome: Outcome;
  /** Why, in one line; empty when there is nothing to say. */
  readonly reason: string;
  readonly client: string;
  readonly server: string;
  /** Both legs negotiated the same version and suite. */
  readonly alike: boolean;
  /** Both legs negotiated, and not the same. */
  readonly unlike: boolean;
  readonly alpn: string;
  /** The legs speak different protocols; `alpn` then names both. */
  readonly alpnUnlike: boolean;
}

/** Judges a summary. Pure; the result depends on the summary alone. */
export function rowOf(summary: ConnectionSummary): Row {
  const { intent } = summary;
  const { client, server } = summary.legs;
  const clientText = negotiated(client);
  const serverText = negotiated(server);
  const both = clientText !== '' && serverText !== '';
  const { outcome, reason } = judge(summary);
  return {
    host: intent?.host ? hostPort(intent.host, 0) : (server?.sni ?? client?.sni ?? ''),
    port: intent?.host && intent.port !== 0 ? `:${intent.port}` : '',
    outcome,
    reason,
    client: clientText,
    server: serverText,
    alike: both && clientText === serverText,
    unlike: both && clientText !== serverText,
    ...alpnOf(client, server),
  };
}

/**
 * The failure that explains the connection: of two, the one that did not merely follow from the other; the server leg's
 * first, because it is tried first.
 */
export function failureOf(legs: {
  readonly client?: { readonly failure?: Failure } | undefined;
  readonly server?: { readonly failure?: Failure } | undefined;
}): { readonly leg: LegRole; readonly failure: Failure } | undefined {
  const all = (['server', 'client'] as const).flatMap((leg) => {
    const failure = legs[leg]?.failure;
    return failure === undefined ? [] : [{ leg, failure }];
  });
  return all.find(({ failure }) => failure.cause !== 'other-leg-failed') ?? all[0];
}

function judge(summary: ConnectionSummary): { outcome: Outcome; reason: string } {
  const { decision, end } = summary;
  const failed = failureOf(summary.legs);
  if (failed)
    return { outcome: 'failed', reason: `${failed.failure.cause}, ${failed.leg} leg: ${failed.failure.text}` };
  if (decision?.action === 'refuse' || end?.cause === 'refused') {
    return { outcome: 'refused', reason: decision?.reason ?? end?.text ?? '' };
  }
  if (end && (end.cause === 'failed' || end.cause === 'error')) return { outcome: 'failed', reason: end.text };
  const cutShort = end && end.cause !== 'finished' ? end.text : '';
  if (decision?.action === 'tunnel') return { outcome: 'tunnelled', reason: cutShort || decision.reason };
  if (decision?.action === 'forward') return { outcome: 'forwarded', reason: cutShort || 'Plain HTTP, no TLS.' };
  if (decision?.action === 'serve') return { outcome: 'served', reason: cutShort || decision.reason };
  if (summary.legs.client?.state === 'established' && summary.legs.server?.state === 'established') {
    return { outcome: 'established', reason: cutShort };
  }
  if (end) return { outcome: 'closed', reason: end.text };
  return { outcome: 'open', reason: '' };
}

/** `Client leg` or `Server leg`. */
export function legName(leg: LegRole): string {
  return leg === 'client' ? 'Client leg' : 'Server leg';
}

function negotiated(leg: LegHeadline | undefined): string {
  if (leg?.version === undefined) return '';
  // Every name begins with TLS_; the row is narrow, and the opened connection has the name in full.
  return leg.suite === undefined ? leg.version : `${leg.version} ${leg.suite.replace(/^TLS_/, '')}`;
}

function alpnOf(client: LegHeadline | undefined, server: LegHeadline | undefined): Pick<Row, 'alpn' | 'alpnUnlike'> {
  const [a, b] = [client?.alpn, server?.alpn];
  if (a !== undefined && b !== undefined && a !== b) return { alpn: `${a} ≠ ${b}`, alpnUnlike: true };
  return { alpn: a ?? b ?? '', alpnUnlike: false };
}
