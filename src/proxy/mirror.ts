/**
 * The client's offer, made again towards the server.
 *
 * tls-impersonate builds a SecureContext whose ClientHello resembles the client's as far as OpenSSL can; what it has no
 * words for is set here. What is not repeated is told in the event log (`mirror-gaps`). Contexts are cached per distinct offer: GREASE values and
 * the extension order that browsers shuffle do not make an offer distinct, since OpenSSL orders extensions itself.
 */
import { constants as sslOptions } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { impersonate, isSupported } from 'tls-impersonate';
import { addCustomExtension, clearOptions, constants, setOptions } from 'tls-impersonate/dist/native.js';
import type { MirrorGap } from '../shared/model.ts';
import {
  cipherSuite,
  cipherSuiteName,
  groupName,
  isGrease,
  signatureSchemeName,
  versionName,
} from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { LruCache } from './lru.ts';
import type { Roots } from './roots.ts';

/** The parts of a ClientHello that are made again. */
export interface Offer
  extends Pick<
    ClientHello,
    | 'legacyVersion'
    | 'supportedVersions'
    | 'cipherSuites'
    | 'supportedGroups'
    | 'keyShareGroups'
    | 'signatureAlgorithms'
    | 'ecPointFormats'
    | 'alpn'
    | 'serverName'
  > {
  readonly extensions: readonly { readonly type: number; readonly data: Uint8Array }[];
  /** Absent where they are not known. */
  readonly sessionId?: Uint8Array;
  readonly compressionMethods?: readonly number[];
  readonly pskModes?: readonly number[];
}

export interface MirroredOffer {
  readonly context: SecureContext;
  readonly requestOcsp: boolean;
  /** Whether what is not repeated shows in the hello that is sent: see `mirror-gaps`. */
  readonly mirrored: boolean;
  /** What is known of the whole offer before it is sent. */
  readonly gaps: readonly MirrorGap[];
  /** The context is at a lower security level than OpenSSL's default. */
  readonly lowered: boolean;
  /** Set when that was for old versions, whose handshakes it then lets through. */
  readonly concession: string | undefined;
}

const TLS10 = 0x0301;
const TLS11 = 0x0302;
const TLS12 = 0x0303;
const TLS13 = 0x0304;

/** Versions a client offers, lowest and highest, GREASE left out (RFC 8446 §4.2.1; RFC 5246 §7.4.1.2). */
export function offeredVersions(hello: Offer): { min: number; max: number } {
  const listed = hello.supportedVersions.filter((version) => version >= 0x0300 && version <= TLS13);
  if (listed.length === 0) return { min: TLS10, max: Math.min(hello.legacyVersion, TLS12) };
  return { min: Math.min(...listed), max: Math.max(...listed) };
}

export interface MirrorOptions {
  /** Distinct offers kept; 256 unless told. */
  readonly limit?: number;
  /** No versions but those of the offer; else an offer of TLS 1.1 or older alone is made with the newer ones added. */
  readonly exact?: boolean;
  /** Shown to servers that ask for a client certificate, PEM. */
  readonly credential?: Credential | undefined;
}

export interface Credential {
  readonly key: string;
  readonly cert: string;
}

export class Mirror {
  readonly #cache: LruCache<string, MirroredOffer>;
  readonly #available: boolean;
  readonly #roots: Pick<Roots, 'use'>;
  readonly #options: MirrorOptions;

  /** @param roots what servers are verified against */
  constructor(roots: Pick<Roots, 'use'>, options: MirrorOptions = {}) {
    this.#roots = roots;
    this.#options = options;
    this.#cache = new LruCache(options.limit ?? 256);
    this.#available = isSupported();
  }

  offerFor(hello: Offer): MirroredOffer {
    const key = offerKey(hello);
    let offer = this.#cache.get(key);
    if (offer === undefined) {
      this.#roots.use();
      offer = this.#make(hello);
      this.#cache.set(key, offer);
    }
    return offer;
  }

  #make(hello: Offer): MirroredOffer {
    const { exact, credential } = this.#options;
    const { min, max } = offeredVersions(hello);
    if (max < TLS12 && !exact) return legacyOffer(hello, min);
    if (!this.#available) return plainOffer(hello, 'tls-impersonate has no build for this runtime', credential);
    try {
      return mirroredOffer(hello, { min, max, exact: exact === true }, credential);
    } catch (error) {
      return plainOffer(hello, error instanceof Error ? error.message : String(error), credential);
    }
  }
}

function mirroredOffer(
  hello: Offer,
  { min, max, exact }: { readonly min: number; readonly max: number; readonly exact: boolean },
  credential?: Credential,
): MirroredOffer {
  const listsOld = max < TLS12 || (min < TLS12 && hello.supportedVersions.length > 0);
  const signals = signalsBySuite(hello);
  // A hello of TLS 1.2 without supported_versions does not say what else the client accepts. So the server's choice is
  // taken, and the client has its own say about it; but ours would be another hello if it sent the other signal.
  const unsaid = !exact && max === TLS12 && min < TLS12 && !listsOld;
  const lowest = Math.max(min, listsOld || (unsaid && signals) ? TLS10 : unsaid ? TLS11 : TLS12);
  const lowered = lowest < TLS12 || signals;
  const { tlsOptions } = impersonate(
    {
      // Asked for signalling suites, impersonate() forbids TLS 1.1 and older.
      cipherSuites: hello.cipherSuites.filter((id) => id !== RENEGOTIATION_SCSV && id !== FALLBACK_SCSV),
      extensions: hello.extensions
        .filter(({ type }) => !ANSWERED_IN_TLS12.has(type))
        .map(({ type, data }) => (REPEATED_AS_IS.has(type) ? { type, data: Buffer.from(data) } : { type })),
      supportedGroups: orElse(hello.supportedGroups, SOME_GROUPS),
      signatureAlgorithms: orElse(hello.signatureAlgorithms, SOME_SCHEMES),
      ecPointFormats: [...hello.ecPointFormats],
      alpnProtocols: [...hello.alpn],
    },
    { ...credential, security: lowered ? 'insecure' : 'secure' },
  );
  const context = tlsOptions.secureContext;
  addAnsweredInTls12(hello, context);
  setLists(hello, context.context as NativeContext);
  setVersions(hello, context, { lowest, highest: max, signals });
  if (hello.pskModes?.includes(PSK_KE)) setOptions(context, SSL_OP_ALLOW_NO_DHE_KEX);
  if (!hello.extensions.some(({ type }) => type === EXTENDED_MASTER_SECRET)) {
    setOptions(context, SSL_OP_NO_EXTENDED_MASTER_SECRET);
  }
  return {
    context,
    requestOcsp: tlsOptions.requestOCSP ?? false,
    mirrored: true,
    gaps: [],
    lowered,
    concession: listsOld ? concessionFor(min) : undefined,
  };
}

/**
 * Whether secure renegotiation is signalled by TLS_EMPTY_RENEGOTIATION_INFO_SCSV alone (RFC 5746 §3.3), as OpenSSL did
 * until 3.3. Ours still does it in a context that takes TLS 1.0, by range and by security level.
 */
function signalsBySuite({ cipherSuites, extensions }: Offer): boolean {
  return cipherSuites.includes(RENEGOTIATION_SCSV) && !extensions.some(({ type }) => type === RENEGOTIATION_INFO);
}

/** The lists again, with what impersonate() has no names for; OpenSSL passes over what it lacks. */
function setLists(hello: Offer, native: NativeContext): void {
  const suites = hello.cipherSuites.filter(isRepeatable).map(cipherSuiteName);
  if (suites.length > 0) native.setCiphers(suites.join(':'));
  const schemes = hello.signatureAlgorithms.filter((id) => !isGrease(id)).map((id) => `?${signatureSchemeName(id)}`);
  if (schemes.length > 0) native.setSigalgs(schemes.join(':'));
  // OpenSSL sends one share, for the first group, unless `*` marks those that get one.
  const groups = hello.supportedGroups
    .filter((id) => !isGrease(id))
    .map((id) => `?${hello.keyShareGroups.includes(id) ? '*' : ''}${groupName(id)}`);
  if (groups.length > 0) native.setECDHCurve(groups.join(':'));
}

/** Whether a suite of TLS 1.2 or older may be offered in the client's place: one with a certificate, and a secret. */
function isRepeatable(id: number): boolean {
  const suite = cipherSuite(id);
  return suite !== undefined && AUTHENTICATED.has(suite.authentication) && suite.encryption !== 'NULL';
}

function setVersions(
  hello: Offer,
  context: SecureContext,
  { lowest, highest, signals }: { readonly lowest: number; readonly highest: number; readonly signals: boolean },
): void {
  const native = context.context as NativeContext;
  if (highest < TLS13) native.setMaxProto(highest);
  native.setMinProto(signals ? TLS10 : lowest);
  if (signals) for (const [version, option] of FORBIDDING) if (version < lowest) setOptions(context, option);
  // With it, OpenSSL fills legacy_session_id (RFC 8446 appendix D.4).
  if (highest === TLS13 && hello.sessionId?.length === 0) clearOptions(context, SSL_OP_ENABLE_MIDDLEBOX_COMPAT);
}

const FORBIDDING: readonly (readonly [version: number, option: number])[] = [
  [TLS10, sslOptions.SSL_OP_NO_TLSv1],
  [TLS11, sslOptions.SSL_OP_NO_TLSv1_1],
  [TLS12, sslOptions.SSL_OP_NO_TLSv1_2],
];
/** Not among node:crypto's constants. */
const SSL_OP_ENABLE_MIDDLEBOX_COMPAT = 1 << 20;
const SSL_OP_ALLOW_NO_DHE_KEX = 1 << 10;
const SSL_OP_NO_EXTENDED_MASTER_SECRET = 1 << 0;
const EXTENDED_MASTER_SECRET = 23;
/** RFC 8446 §4.2.9. */
const PSK_KE = 0;
const AUTHENTICATED: ReadonlySet<string> = new Set(['RSA', 'ECDSA', 'DSS']);

/**
 * Custom extensions whose answer may also stand in the ServerHello of TLS 1.2. impersonate() expects it in TLS 1.3's
 * messages alone, and OpenSSL ends the handshake at an answer in an unexpected place.
 */
const ANSWERED_IN_TLS12: ReadonlyMap<number, Buffer> = new Map([
  [18, Buffer.alloc(0)],
  // What OpenSSL takes, which is all there is (RFC 8449 §4).
  [28, Buffer.from([0x40, 0x01])],
]);

const ANSWER_PLACES =
  constants.SSL_EXT_CLIENT_HELLO |
  constants.SSL_EXT_TLS1_2_SERVER_HELLO |
  constants.SSL_EXT_TLS1_3_ENCRYPTED_EXTENSIONS |
  constants.SSL_EXT_TLS1_3_CERTIFICATE;

function addAnsweredInTls12(hello: Offer, context: SecureContext): void {
  const seen = new Set<number>();
  for (const { type, data } of hello.extensions) {
    const usual = ANSWERED_IN_TLS12.get(type);
    if (usual === undefined || seen.has(type)) continue;
    seen.add(type);
    addCustomExtension(context, {
      extensionType: type,
      context: ANSWER_PLACES,
      data: data.length === usual.length ? Buffer.from(data) : usual,
    });
  }
}

/** OpenSSL takes no empty list; it leaves the extension away by itself where no version or suite has a use for it. */
function orElse(list: readonly number[], fallback: readonly number[]): number[] {
  return [...(list.length > 0 ? list : fallback)];
}

function versionGap(reason: string): MirrorGap {
  return { kind: 'version', id: -1, name: 'version range', reason };
}

function concessionFor(min: number): string {
  return `OpenSSL security level lowered to 0 to offer ${versionName(Math.max(min, TLS10))} as the client does`;
}

/**
 * A client that knows nothing newer than TLS 1.1. Its offer goes on with the newer versions added, since hardly any
 * server would answer it otherwise, and a debug proxy that cannot be used shows nothing.
 */
function legacyOffer(hello: Offer, min: number): MirroredOffer {
  const lowest = min <= TLS10 ? 'TLSv1' : 'TLSv1.1';
  return {
    context: createSecureContext({ minVersion: lowest, maxVersion: 'TLSv1.3', ciphers: LEGACY_CIPHERS }),
    requestOcsp: false,
    mirrored: false,
    gaps: [
      versionGap(
        `the client offers ${versionName(offeredVersions(hello).max)} at most; the server leg also offers TLS 1.2 and TLS 1.3, with this runtime's own suites and extensions`,
      ),
    ],
    lowered: true,
    concession: concessionFor(min),
  };
}

/** Without the mirror: this runtime's own offer, held to the client's versions. */
function plainOffer(hello: Offer, reason: string, credential?: Credential): MirroredOffer {
  const { min, max } = offeredVersions(hello);
  return {
    context: createSecureContext({
      ...credential,
      minVersion: min === TLS13 ? 'TLSv1.3' : 'TLSv1.2',
      maxVersion: max === TLS13 ? 'TLSv1.3' : 'TLSv1.2',
    }),
    requestOcsp: false,
    mirrored: false,
    gaps: [{ kind: 'other', id: -1, name: 'ClientHello', reason: `not mirrored: ${reason}` }],
    lowered: false,
    concession: undefined,
  };
}

/** The members of node:tls's native context that its SecureContext options have no word for. */
interface NativeContext {
  setMinProto(version: number): void;
  setMaxProto(version: number): void;
  setCiphers(names: string): void;
  setSigalgs(names: string): void;
  setECDHCurve(groups: string): void;
}

const RENEGOTIATION_SCSV = 0x00ff;
const RENEGOTIATION_INFO = 0xff01;
const FALLBACK_SCSV = 0x5600;
/** X25519, P-256. */
const SOME_GROUPS = [0x001d, 0x0017];
/** ECDSA with P-256, RSA-PSS and RSA PKCS#1, each with SHA-256. */
const SOME_SCHEMES = [0x0403, 0x0804, 0x0401];
const COMPRESS_CERTIFICATE = 27;
const SIGNATURE_ALGORITHMS_CERT = 50;
const TRUST_ANCHORS = 0xca34;
/** Extensions whose bytes may be sent again: no answer to them obliges a client to do more than OpenSSL does. */
const REPEATED_AS_IS: ReadonlySet<number> = new Set([COMPRESS_CERTIFICATE, SIGNATURE_ALGORITHMS_CERT, TRUST_ANCHORS]);
const LEGACY_CIPHERS = 'DEFAULT:@SECLEVEL=0';

/** Equal for offers that are made again alike. */
export function offerKey(hello: Offer): string {
  const plain = (ids: readonly number[]) => ids.filter((id) => !isGrease(id)).join();
  const types = hello.extensions.map(({ type }) => type).filter((type) => !isGrease(type));
  const repeated = [...REPEATED_AS_IS, ...ANSWERED_IN_TLS12.keys()].map((id) =>
    hello.extensions.find(({ type }) => type === id)?.data.join(),
  );
  return [
    hello.legacyVersion,
    plain(hello.supportedVersions),
    plain(hello.cipherSuites),
    types.sort((a, b) => a - b).join(),
    plain(hello.supportedGroups),
    plain(hello.keyShareGroups),
    plain(hello.signatureAlgorithms),
    hello.ecPointFormats.join(),
    hello.sessionId?.length === 0,
    hello.pskModes?.includes(PSK_KE),
    ...repeated,
  ].join('|');
}
