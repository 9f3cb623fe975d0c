/** The client leg: TLS as the server, with a minted leaf and, where it can be, the choices the real server made. */
import { constants } from 'node:crypto';
import type { Server } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket, type TLSSocketOptions } from 'node:tls';
import type { Authority, Leaf } from '../ca/authority.ts';
import type { HowItFailed, LegRecorder } from '../capture/recorder.ts';
import type { Tap } from '../net/tap.ts';
import { pskOf } from '../shared/evidence.ts';
import type { Failure } from '../shared/model.ts';
import { toHex } from '../wire/hex.ts';
import { cipherSuite, cipherSuiteName, groupName, versionName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { protocolNameList } from './alpn-names.ts';
import { watchHandshake } from './handshake-watch.ts';
import { LruCache } from './lru.ts';
import { offeredVersions } from './mirror.ts';
import { Outcome } from './outcome.ts';
import { type TicketPolicy, type Tickets, withholdTickets } from './tickets.ts';

/** What the server leg settled, to be settled again here. All absent when the server leg failed. */
export interface ServerChoice {
  readonly version?: string | undefined;
  /** IANA's name of the suite, and OpenSSL's, as node:tls takes it. */
  readonly suite?: string | undefined;
  readonly cipher?: string | undefined;
  /** IANA name of the group, which OpenSSL takes too. */
  readonly group?: string | undefined;
  readonly alpn?: string | undefined;
}

export interface ClientLegOptions {
  readonly hello: ClientHello;
  readonly tap: Tap;
  readonly authority: Authority;
  /** Names for the leaf, the asked-for one first. */
  readonly names: readonly string[];
  readonly choice: ServerChoice;
  readonly contexts: ContextCache;
  readonly userAgent: string | undefined;
  /** Ms for the handshake. */
  readonly timeout: number;
  readonly onMinted: (leaf: Leaf) => void;
  /** Absent: the client gets no tickets. */
  readonly resumption?: ClientResumption | undefined;
}

export interface ClientResumption {
  readonly tickets: Tickets;
  readonly policy: TicketPolicy;
}

export type ClientLegOutcome =
  | { readonly ok: true; readonly tls: TLSSocket }
  | { readonly ok: false; readonly failure: Failure };

export async function openClientLeg(options: ClientLegOptions, leg: LegRecorder): Promise<ClientLegOutcome> {
  const { hello, tap } = options;
  const asked = { userAgent: options.userAgent, host: options.names[0] };
  const choice = followed(hello, options.choice);
  const leaf = await options.authority.mint({ names: [...options.names], keyType: leafKeyType(hello, choice) });
  // It may have gone while the leaf was made, or before: nothing would tell of it any more.
  if (tap.ending !== undefined) return { ok: false, failure: leg.failed({ ...asked, ended: tap.endedHow }) };
  options.onMinted(leaf);
  const parameters = parametersFor(hello, choice);
  if (parameters.concession !== undefined) leg.conceded(parameters.concession);

  const { resumption } = options;
  for (const { identity, key } of resumption?.tickets.preSharedKeysIn(hello) ?? []) {
    leg.secret(pskOf(toHex(identity)), key);
  }
  const tls = new TLSSocket(tap, {
    isServer: true,
    ...(resumption
      ? resumable(hello, leaf, parameters, resumption)
      : { secureContext: options.contexts.contextFor(leaf, parameters) }),
    ...(choice.alpn !== undefined && { ALPNProtocols: protocolNameList([choice.alpn]) }),
  });
  tls.on('keylog', (line: Buffer) => leg.keylog(line));

  const outcome = new Outcome<ClientLegOutcome>();
  const fail = (how: HowItFailed) => {
    outcome.settle(() => {
      const failure = leg.failed({ ...how, ...asked });
      tls.destroy();
      return { ok: false, failure };
    });
  };
  watchHandshake(tls, tap, outcome, options.timeout, fail);
  // A server-side TLSSocket without a tls.Server keeps its later errors to itself but for this event.
  tls.on('_tlsError', (error: NodeJS.ErrnoException) => tls.destroy(error));
  tls.on('secure', () => {
    leg.established(asked);
    outcome.settle(() => ({ ok: true, tls }));
  });
  return outcome.promise;
}

interface Parameters {
  readonly minVersion: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  readonly ciphers?: string | undefined;
  readonly ecdhCurve?: string | undefined;
  readonly concession?: string | undefined;
}

/** TLS contexts per leaf and parameters, bounded: making one costs more than a whole resumed handshake. */
export class ContextCache {
  readonly #contexts: LruCache<string, SecureContext>;

  constructor(limit = 1024) {
    this.#contexts = new LruCache(limit);
  }

  /** One that gives no tickets, so that the client's next connection shows its handshake whole too. */
  contextFor(leaf: Leaf, parameters: Parameters): SecureContext {
    const key = [leaf.id, parameters.minVersion, parameters.maxVersion, parameters.ciphers, parameters.ecdhCurve].join(
      '|',
    );
    let context = this.#contexts.get(key);
    if (context === undefined) {
      context = newContext(leaf, parameters, constants.SSL_OP_NO_TICKET);
      if (parameters.maxVersion === 'TLSv1.3') withholdTickets(context);
      this.#contexts.set(key, context);
    }
    return context;
  }
}

/** For one connection: what its tickets stand for is that connection's own. */
function resumable(
  hello: ClientHello,
  leaf: Leaf,
  parameters: Parameters,
  { tickets, policy }: ClientResumption,
): TLSSocketOptions {
  const byId = parameters.maxVersion !== 'TLSv1.3' && !hello.extensions.some(({ type }) => type === SESSION_TICKET);
  const secureContext = newContext(leaf, parameters, byId ? constants.SSL_OP_NO_TICKET : 0);
  if (byId) return { secureContext, server: tickets.sessionsById(policy) as Server };
  tickets.install(secureContext, policy);
  return { secureContext };
}

const SESSION_TICKET = 35;

/** @param optionsBefore13 SSL_OP_… for versions before TLS 1.3 */
function newContext(leaf: Leaf, parameters: Parameters, optionsBefore13: number): SecureContext {
  return createSecureContext({
    key: leaf.privateKeyPem,
    cert: leaf.certificatePem,
    minVersion: parameters.minVersion,
    maxVersion: parameters.maxVersion,
    // A session is resumed only with the certificate it was made with; OpenSSL takes 32 bytes.
    sessionIdContext: leaf.id.slice(0, 32),
    ...(parameters.maxVersion !== 'TLSv1.3' && { secureOptions: optionsBefore13, dhparam: 'auto' as const }),
    ...(parameters.ciphers !== undefined && { ciphers: parameters.ciphers }),
    ...(parameters.ecdhCurve !== undefined && { ecdhCurve: parameters.ecdhCurve }),
  });
}

const NODE_VERSIONS = { 'TLS 1.0': 'TLSv1', 'TLS 1.1': 'TLSv1.1', 'TLS 1.2': 'TLSv1.2', 'TLS 1.3': 'TLSv1.3' } as const;

/**
 * The server's choice as far as this client's own offer allows it. The two differ only where the offer could not be
 * mirrored. ALPN is always within it: node:tls offered what the client did.
 */
function followed(hello: ClientHello, choice: ServerChoice): ServerChoice {
  const { min, max } = offeredVersions(hello);
  const { version, suite, group } = choice;
  const id = [...VERSION_IDS].find((each) => versionName(each) === version);
  const offersVersion = id !== undefined && id >= min && id <= max;
  const offersSuite = hello.cipherSuites.some((each) => cipherSuiteName(each) === suite);
  if (!offersVersion || !offersSuite) return { alpn: choice.alpn };
  const offersGroup = hello.supportedGroups.some((each) => groupName(each) === group);
  return offersGroup ? choice : { ...choice, group: undefined };
}

function parametersFor(hello: ClientHello, choice: ServerChoice): Parameters {
  const best = versionName(offeredVersions(hello).max);
  const version = choice.version ?? best;
  const node = isNodeVersion(version) ? NODE_VERSIONS[version] : 'TLSv1.2';
  if (node === 'TLSv1' || node === 'TLSv1.1') {
    return {
      minVersion: node,
      maxVersion: node,
      ciphers: 'DEFAULT:@SECLEVEL=0',
      concession: `OpenSSL security level lowered to 0: this handshake is ${version}`,
    };
  }
  return {
    minVersion: node,
    maxVersion: node,
    ciphers: choice.cipher ?? FALLBACK_CIPHERS,
    ecdhCurve: choice.group ?? 'auto',
  };
}

/** P-256 unless the client cannot verify it, or a TLS 1.2 suite the server chose authenticates with RSA. */
function leafKeyType(hello: ClientHello, choice: ServerChoice): 'ec' | 'rsa' {
  const { max } = offeredVersions(hello);
  const tls13 = max >= 0x0304 && (choice.version === undefined || choice.version === 'TLS 1.3');
  if (tls13) return hello.signatureAlgorithms.includes(ECDSA_P256_SHA256) ? 'ec' : 'rsa';
  if (choice.cipher !== undefined) return choice.cipher.includes('ECDSA') ? 'ec' : 'rsa';
  const suite = hello.cipherSuites.some((id) => cipherSuite(id)?.authentication === 'ECDSA');
  const curve = hello.supportedGroups.includes(P256);
  const scheme =
    hello.signatureAlgorithms.length === 0 ? max < 0x0303 : hello.signatureAlgorithms.includes(ECDSA_P256_SHA256);
  return suite && curve && scheme ? 'ec' : 'rsa';
}

function isNodeVersion(name: string): name is keyof typeof NODE_VERSIONS {
  return name in NODE_VERSIONS;
}

const VERSION_IDS = [0x0301, 0x0302, 0x0303, 0x0304];
const ECDSA_P256_SHA256 = 0x0403;
const P256 = 0x0017;
/** Everything this OpenSSL has at its default security level, static RSA included. */
const FALLBACK_CIPHERS = 'DEFAULT';
