/**
 * What can be done about a failure, by who reads of it: a proxy's user can have a host relayed, whoever probes can offer
 * something else. `{names}` in the remedies of `failure-texts.ts` are these.
 */
import type { Audience } from './failure-evidence.ts';

/** The port that a target without one means. */
const HTTPS = 443;

/** Sentences with `{host}` and `{target}`, which has the port too; empty where there is nothing to do. */
const WAYS_OUT = {
  /** The certificate's issuer is not trusted. */
  trust: {
    proxy:
      'If you trust it, give tlscope its root with --upstream-ca FILE; to go on without verification for this host alone, use --insecure {host}.',
    probe: 'If you trust it, give its root with --upstream-ca FILE; to go on without verification, use --insecure.',
  },
  insecure: {
    proxy: 'To look at the connection all the same, start tlscope with --insecure {host}.',
    probe: 'To look at the connection all the same, use --insecure.',
  },
  untouched: {
    proxy: 'To relay this host untouched, start tlscope with --passthrough {host}.',
    probe: '',
  },
  /** The server takes none of the versions. */
  version: {
    proxy:
      'Have the client offer a TLS version that the server takes, or the server take one of the client’s; `tlscope probe {target}` shows which the server takes. tlscope offers what the client offers.',
    probe: 'Offer another version with --versions, or make the offer of another program with --as.',
  },
  /** The server refuses the offer. */
  offer: {
    proxy:
      'Have the client offer a suite, group and signature algorithm that the server takes, or the server take one of the client’s (in OpenSSL’s terms: cipher list, groups, security level). The ClientHello of the server leg lists what was offered, and beside it what could not be repeated of the client’s offer; tlscope probe {target} shows what the server takes.',
    probe: 'The ClientHello shows what was offered; --as, --versions, --suites and --groups offer something else.',
  },
  protocol: {
    proxy: 'ALPN is offered as the client offers it. Have the client offer a protocol the server speaks.',
    probe: 'Offer a protocol the server speaks, with --alpn.',
  },
  elsewhere: {
    proxy: 'Try the server without tlscope.',
    probe: 'Try the server with another program, or with the offer of one (--as).',
  },
  certificate: {
    proxy:
      'A client certificate cannot pass through an intercepting proxy: its key stays with the client. To relay this host untouched, start tlscope with --passthrough {host}.',
    probe: 'Show one with --client-cert FILE.',
  },
  otherCertificate: {
    proxy: 'To relay this host untouched, start tlscope with --passthrough {host}.',
    probe: 'Show another one with --client-cert FILE.',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Audience, string>>>>;

export type WayOut = keyof typeof WAYS_OUT;

/**
 * Every way out in words, by its name.
 * @param port of the server, as far as it is known
 */
export function waysOut(audience: Audience, host: string, port: number = HTTPS): Record<WayOut, string> {
  const named = host.includes(':') ? `[${host}]` : host;
  const target = port === HTTPS ? host : `${named}:${port}`;
  const told = Object.entries(WAYS_OUT).map(([name, words]) => [
    name,
    words[audience].replaceAll('{host}', () => host).replaceAll('{target}', () => target),
  ]);
  return Object.fromEntries(told) as Record<WayOut, string>;
}
