/** One handshake with a server, made with a given offer and recorded as the proxy records its server leg. */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { detailOf } from '../capture/detail.ts';
import { EventLog } from '../capture/event-log.ts';
import { Recorder } from '../capture/recorder.ts';
import { LiveState } from '../capture/session-state.ts';
import { TrustStore } from '../crypto/trust-store.ts';
import type { Tap } from '../net/tap.ts';
import { ClientGone } from '../proxy/client-gone.ts';
import { Ends } from '../proxy/closing.ts';
import { type Credential, Mirror, type Offer } from '../proxy/mirror.ts';
import type { Roots } from '../proxy/roots.ts';
import { ServerCertificates } from '../proxy/server-certificates.ts';
import { dialServer, openServerLeg } from '../proxy/server-leg.ts';
import type { Connection } from '../shared/model.ts';
import type { Target } from './target.ts';

export interface ProbeOptions extends Target {
  /** What to offer; its server name is the one that the certificate must be for, else the host. */
  readonly hello: Offer;
  readonly roots: Roots;
  /** Shown to a server that asks for a client certificate. */
  readonly credential?: Credential | undefined;
  /** Accept a certificate that does not verify. */
  readonly insecure: boolean;
  /** Ms for the dial, and again for the handshake. */
  readonly timeout: number;
  readonly showSecrets: boolean;
}

/**
 * `untrusted`: the handshake went through, the certificate did not verify. `unreachable`: there was no TCP connection.
 */
export type ProbeVerdict = 'fine' | 'untrusted' | 'failed' | 'unreachable';

export interface Probed {
  /** With a server leg only, and everything that is derived from it. */
  readonly connection: Connection;
  readonly verdict: ProbeVerdict;
}

/** Ms for a ticket after the handshake, which in TLS 1.3 comes with the first round trip after it. */
const TICKET_WAIT = 400;
/** Ms for the server to close after we have. */
const CLOSE_WAIT = 500;

/** Whatever the server does is in the result. */
export async function probe(options: ProbeOptions): Promise<Probed> {
  const { host, port, hello, timeout, roots } = options;
  // Takes a while, which is not the server's.
  roots.use();
  const zero = performance.now();
  const startedAt = new Date();
  const now = () => performance.now() - zero;
  const log = new EventLog({ now });
  const state = new LiveState(log);
  const recorder = new Recorder(log, now, undefined, 'probe').open(NOBODY, NOBODY);
  recorder.intent({ how: 'tls', host, port });
  const leg = recorder.leg('server');
  const gone = new ClientGone();
  const ends = new Ends(recorder, { cutting: false });

  const dialled = await dialServer({ host, port, timeout, now, gone, ownPorts: new Set() }, leg);
  if ('failure' in dialled) ends.blame('server', 'failed', dialled.failure.text);
  else {
    const { tap } = dialled;
    ends.leg('server', tap, leg);
    const { credential, insecure } = options;
    const server = await openServerLeg(
      {
        host,
        port,
        tap,
        hello,
        timeout,
        gone,
        mirror: new Mirror(roots, { exact: true, credential }),
        certificates: new ServerCertificates(roots),
        insecure: insecure ? ['*'] : [],
      },
      leg,
    );
    if (server.ok) await finish(server.tls, tap);
    else tap.destroy();
    if (!tap.closed) await once(tap, 'close');
  }
  ends.scriptDone();
  state.close();

  const recorded = [...state.current().connections.values()][0]!;
  const { server } = recorded.legs;
  const alone: Connection = { ...recorded, legs: { ...(server && { server }) } };
  const detail = { roots: new TrustStore(() => roots.all()), startedAt, showSecrets: options.showSecrets };
  const connection = detailOf(alone, detail);
  return { connection, verdict: verdictOf(connection) };
}

/** A probe serves no client. */
const NOBODY = { address: '', port: 0 };

/** Waits for what a server says after the handshake, then closes. */
async function finish(tls: TLSSocket, tap: Tap): Promise<void> {
  // A server may refuse a client certificate only now; the tap tells the record.
  tls.on('error', () => {});
  tls.resume();
  const ended = once(tap, 'close').catch(() => {});
  if (tls.getProtocol() === 'TLSv1.3') {
    const stop = new AbortController();
    const { signal } = stop;
    await Promise.race([
      once(tls, 'session', { signal }).catch(() => {}),
      ended,
      setTimeout(TICKET_WAIT, undefined, { signal }).catch(() => {}),
    ]);
    stop.abort();
  }
  tls.end();
  const giveUp = globalThis.setTimeout(() => tap.destroy(), CLOSE_WAIT);
  tls.once('end', () => tap.destroy());
  await ended;
  clearTimeout(giveUp);
}

function verdictOf({ legs }: Connection): ProbeVerdict {
  const tls = legs.server?.tls;
  const failure = tls?.failure;
  if (failure === undefined) return 'fine';
  if (failure.stage === 'resolve' || failure.stage === 'connect') return 'unreachable';
  const through = tls?.messages.some(({ sender, type }) => sender === 'server' && type.name === 'Finished') ?? false;
  return through && failure.by === 'proxy' && failure.cause.startsWith('certificate-') ? 'untrusted' : 'failed';
}
