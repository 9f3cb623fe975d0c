/** The server leg: dial, TLS with the client's offer, verification. Every way it can fail is an outcome, not a throw. */
import { X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { connect, TLSSocket } from 'node:tls';
import type { HowItFailed, LegRecorder } from '../capture/recorder.ts';
import { endpoint } from '../net/addresses.ts';
import { dial } from '../net/dial.ts';
import { Tap } from '../net/tap.ts';
import type { Failure } from '../shared/model.ts';
import { protocolNameList } from './alpn-names.ts';
import type { ClientGone } from './client-gone.ts';
import { type HandshakeSeen, handshakeWeakness } from './handshake-strength.ts';
import { watchHandshake } from './handshake-watch.ts';
import { matchesHost } from './host-glob.ts';
import type { Mirror, Offer } from './mirror.ts';
import { mirrorGaps } from './mirror-gaps.ts';
import { Outcome } from './outcome.ts';
import type { ServerResumption } from './resumption.ts';
import type { ServerCertificates } from './server-certificates.ts';
import { preSharedKey } from './ssl-session.ts';
import type { ServerSession } from './tickets.ts';

export interface DialOptions {
  readonly host: string;
  readonly port: number;
  readonly ownPorts: ReadonlySet<number>;
  /** Ms until the dial is given up. */
  readonly timeout: number;
  readonly now: () => number;
  /** The client went away: give up. */
  readonly gone: ClientGone;
}

export type Dialled = { readonly tap: Tap } | { readonly failure: Failure };

export interface ServerLegOptions {
  readonly host: string;
  readonly port: number;
  readonly tap: Tap;
  readonly hello: Offer;
  readonly mirror: Mirror;
  readonly certificates: ServerCertificates;
  /** Host globs whose certificate need not verify. */
  readonly insecure: readonly string[];
  /** Ms for the handshake. */
  readonly timeout: number;
  /** The client went away: give up. */
  readonly gone: ClientGone;
  /** Absent: a full handshake, and its sessions are let go. */
  readonly resumption?: ServerResumption | undefined;
}

export type ServerLegOutcome =
  | { readonly ok: true; readonly tls: TLSSocket; readonly certificate: X509Certificate | undefined }
  | { readonly ok: false; readonly failure: Failure };

/** The TCP connection alone, tapped. */
export async function dialServer(options: DialOptions, leg: LegRecorder): Promise<Dialled> {
  const { host, port, now, gone } = options;
  leg.dialing(host, port);
  let socket: Socket;
  let resolvedAt: number | undefined;
  try {
    ({ socket, resolvedAt } = await dial({ ...options, onGone: (giveUp) => gone.on(giveUp) }, now));
  } catch (error) {
    return { failure: leg.failed({ error: error as NodeJS.ErrnoException, host }) };
  }
  leg.connected(
    endpoint(socket.localAddress, socket.localPort),
    endpoint(socket.remoteAddress, socket.remotePort),
    resolvedAt,
  );
  const tap = new Tap(socket, leg, now);
  if (gone.happened) tap.destroy();
  return { tap };
}

/** TLS on a dialled connection. Every failure is diagnosed and recorded before this resolves. */
export async function openServerLeg(options: ServerLegOptions, leg: LegRecorder): Promise<ServerLegOutcome> {
  const { host, port, tap, hello, gone } = options;
  const name = hello.serverName ?? host;
  const offer = options.mirror.offerFor(hello);
  const address = isIP(hello.serverName ?? '') !== 0;
  leg.onFirstWords(() => {
    const sent = offer.mirrored ? leg.clientHello : undefined;
    leg.mirrored(sent === undefined ? offer.gaps : [...offer.gaps, ...mirrorGaps(hello, sent)]);
  });

  const { earlier, keep } = options.resumption ?? {};
  const psk = earlier && preSharedKey(earlier.session);
  if (psk !== undefined) leg.secret('TLSCOPE_PSK', psk);

  const began = performance.now();
  const tls = connect({
    socket: tap,
    ...(earlier !== undefined && { session: earlier.session }),
    secureContext: offer.context,
    requestOCSP: offer.requestOcsp,
    ...(hello.alpn.length > 0 && { ALPNProtocols: protocolNameList(hello.alpn) }),
    ...(hello.serverName !== undefined && !address && { servername: hello.serverName }),
    // Node verifies after the handshake; refusing here, not there, keeps the verify code and the chain.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  // Spares the costly object that Node makes of the chain for checkServerIdentity; the name is checked below.
  tls.isSessionReused = () => true;
  tls.on('keylog', (line: Buffer) => leg.keylog(line));
  // A resumed handshake shows no certificate.
  const certificateOf = () => tls.getPeerX509Certificate() ?? earlier?.certificate;
  // Only of a handshake that was accepted: one that resumes shows less of what there is to refuse.
  const early: ServerSession[] = [];
  let isAccepted = false;
  if (keep !== undefined) {
    tls.on('session', (session: Buffer) => {
      const kept = { session, certificate: certificateOf() };
      if (isAccepted) keep(kept);
      else early.push(kept);
    });
  }

  const outcome = new Outcome<ServerLegOutcome>();
  // Said once it is known that it mattered: in TLS 1.3 there is nothing that a lower level would let pass but the
  // certificate, which is held to the default level below.
  const concede = () => {
    const { version } = leg.settled;
    if (offer.concession !== undefined && version !== 'TLS 1.3') leg.conceded(offer.concession);
    else if (offer.lowered && OLD.has(version ?? ''))
      leg.conceded(`OpenSSL security level lowered to 0: this handshake is ${version}`);
  };
  const fail = (how: HowItFailed) => {
    outcome.settle(() => {
      concede();
      const failure = leg.failed({ ...how, host: name });
      tls.destroy();
      return { ok: false, failure };
    });
  };
  watchHandshake(tls, tap, outcome, options.timeout, fail);
  // Once: a renegotiation ends with it too.
  tls.once('secureConnect', () => {
    const certificate = certificateOf();
    const verifyCode =
      verifyCodeOf(tls, options.certificates, certificate, name) ??
      // The level was lowered for the form of the offer, or for old versions. What it says of certificates holds in all.
      (offer.lowered && certificate ? options.certificates.weakness(certificate, () => topOf(tls)) : undefined);
    const weakness = offer.lowered ? handshakeWeakness(seenOf(tls, leg)) : undefined;
    if (weakness !== undefined) return fail({ error: weakness });
    if (verifyCode !== undefined) {
      const glob = options.insecure.find((pattern) => matchesHost(pattern, name, port));
      if (glob === undefined) return fail({ verifyCode });
      leg.conceded(`certificate accepted in spite of ${verifyCode} (--insecure ${glob})`);
    }
    concede();
    if (hello.extensions.some(({ type }) => type === RECORD_SIZE_LIMIT)) keepToLimit(tls, leg);
    isAccepted = true;
    for (const session of early) keep?.(session);
    leg.established({ host: name });
    const goesOn = () => outcome.settle(() => ({ ok: true, tls, certificate }));
    if (!(leg.asksForCertificate && leg.settled.version === 'TLS 1.3')) return goesOn();
    // In TLS 1.3 the server says only after the handshake whether it can do without the certificate it asked for
    // (RFC 8446 §4.4.2.4): by an alert, or by going on, of which a ticket is the usual first sign.
    tls.once('session', goesOn);
    const wait = Math.max(VERDICT_WAIT, VERDICT_TRIPS * (performance.now() - began));
    outcome.after(Math.min(wait, options.timeout), () => afterReads(goesOn));
  });
  outcome.afterwards(gone.on(() => fail({ error: CLIENT_GONE })));
  return outcome.promise;
}

const RECORD_SIZE_LIMIT = 28;

/** OpenSSL does not know the extension that the mirrored offer asked for: what it obliges us to is kept here (RFC 8449 §4). */
function keepToLimit(tls: TLSSocket, leg: LegRecorder): void {
  const limit = leg.recordSizeLimit ?? LARGEST_RECORD;
  const content = tls.getProtocol() === 'TLSv1.3' ? limit - 1 : limit;
  if (content < LARGEST_RECORD) tls.setMaxSendFragment(Math.max(SMALLEST_FRAGMENT, content));
}

const LARGEST_RECORD = 16_384;
/** The least that OpenSSL cuts to. */
const SMALLEST_FRAGMENT = 512;

const OLD: ReadonlySet<string> = new Set(['TLS 1.0', 'TLS 1.1']);

/** The least ms that a server which asked for a certificate has to refuse the handshake without one. */
const VERDICT_WAIT = 500;
/** As many times as long as its handshake took it has at least: far or busy servers are slow with their refusal too. */
const VERDICT_TRIPS = 8;

const CLIENT_GONE: NodeJS.ErrnoException = Object.assign(new Error('the client went away'), { code: 'ABORT_ERR' });

function seenOf(tls: TLSSocket, leg: LegRecorder): HandshakeSeen {
  return {
    protocol: tls.getProtocol(),
    suite: tls.getCipher().standardName,
    // The socket's own method is overridden above.
    isResumed: TLSSocket.prototype.isSessionReused.call(tls),
    key: tls.getEphemeralKeyInfo(),
    scheme: leg.negotiated.scheme,
  };
}

/** The last certificate of the chain to a root that Node finds in what was sent and in what is trusted. */
function topOf(tls: TLSSocket): X509Certificate | undefined {
  let top = tls.getPeerCertificate(true);
  for (let n = 0; n < MAX_CHAIN && top.issuerCertificate && top.issuerCertificate !== top; n++)
    top = top.issuerCertificate;
  return top.raw === undefined ? undefined : new X509Certificate(top.raw);
}

const MAX_CHAIN = 32;

/** Why the server's certificate is not to be trusted, in OpenSSL's and Node's codes; undefined when it is. */
function verifyCodeOf(
  tls: TLSSocket,
  certificates: ServerCertificates,
  certificate: X509Certificate | undefined,
  name: string,
): string | undefined {
  if (!tls.authorized) {
    const error: Error | string | null = tls.authorizationError;
    if (error === null || typeof error === 'string') return error ?? 'UNKNOWN';
    return (error as NodeJS.ErrnoException).code ?? error.message;
  }
  if (certificate !== undefined && certificates.covers(certificate, name)) return undefined;
  return 'ERR_TLS_CERT_ALTNAME_INVALID';
}

/** What came while this process was busy is read first: immediates run before the next poll for it, and those they set after. */
function afterReads(next: () => void): void {
  setImmediate(() => setImmediate(next));
}
