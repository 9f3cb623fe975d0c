/**
 * The client's offer, made again towards the server.
 *
 * tls-impersonate builds a SecureContext whose ClientHello resembles the client's as far as OpenSSL can. What it
 * cannot repeat is kept as gaps and told in the event log. Contexts are cached per distinct offer: GREASE values and
 * the extension order that browsers shuffle do not make an offer distinct, since OpenSSL orders extensions itself.
 */
import { createSecureContext, type SecureContext } from 'node:tls';
import { impersonate, isSupported, type UnsupportedFeature } from 'tls-impersonate';
import { addCustomExtension, constants } from 'tls-impersonate/dist/native.js';
import type { MirrorGap } from '../shared/model.ts';
import {
  cipherSuiteName,
  extensionName,
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
}

export interface MirroredOffer {
  readonly context: SecureContext;
  readonly requestOcsp: boolean;
  readonly gaps: readonly MirrorGap[];
  /** Set when the offer needed a lower security level than OpenSSL's default. */
  readonly concession: string | undefined;
}

const TLS10 = 0x0301;
const TLS12 = 0x0303;
const TLS13 = 0x0304;

/** Names OpenSSL knows the groups by. */
const GROUP_NAMES: ReadonlyMap<number, string> = new Map([
  [0x11ec, 'X25519MLKEM768'],
  [0x11eb, 'SecP256r1MLKEM768'],
  [0x11ed, 'SecP384r1MLKEM1024'],
  [0x001d, 'X25519'],
  [0x001e, 'X448'],
  [0x0017, 'P-256'],
  [0x0018, 'P-384'],
  [0x0019, 'P-521'],
  [0x0100, 'ffdhe2048'],
  [0x0101, 'ffdhe3072'],
  [0x0102, 'ffdhe4096'],
  [0x0103, 'ffdhe6144'],
  [0x0104, 'ffdhe8192'],
]);

/** Versions a client offers, lowest and highest, GREASE left out (RFC 8446 §4.2.1; RFC 5246 §7.4.1.2). */
export function offeredVersions(hello: Offer): { min: number; max: number } {
  const listed = hello.supportedVersions.filter((version) => version >= 0x0300 && version <= TLS13);
  if (listed.length === 0) return { min: TLS10, max: Math.min(hello.legacyVersion, TLS12) };
  return { min: Math.min(...listed), max: Math.max(...listed) };
}

export interface MirrorOptions {
  /** Distinct offers kept; 256 unless told. */
  readonly limit?: number;
  /** An offer of TLS 1.1 or older alone is made as it is; else the newer versions are added to it. */
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
      return mirroredOffer(hello, min, max, credential);
    } catch (error) {
      return plainOffer(hello, error instanceof Error ? error.message : String(error), credential);
    }
  }
}

function mirroredOffer(hello: Offer, min: number, max: number, credential?: Credential): MirroredOffer {
  // What a hello without supported_versions accepts below TLS 1.2 cannot be known; what it lists can.
  const low = max < TLS12 || (min < TLS12 && hello.supportedVersions.length > 0);
  const { tlsOptions, unsupported } = impersonate(
    {
      // At security level 0 OpenSSL signals secure renegotiation by itself; asked to, impersonate() forbids TLS 1.1.
      cipherSuites: hello.cipherSuites.filter((id) => !(low && id === RENEGOTIATION_SCSV)),
      extensions: hello.extensions
        .filter(({ type }) => !ANSWERED_IN_TLS12.has(type))
        .map(({ type, data }) => (REPEATED_AS_IS.has(type) ? { type, data: Buffer.from(data) } : { type })),
      supportedGroups: orElse(hello.supportedGroups, SOME_GROUPS),
      signatureAlgorithms: orElse(hello.signatureAlgorithms, SOME_SCHEMES),
      ecPointFormats: [...hello.ecPointFormats],
      alpnProtocols: [...hello.alpn],
    },
    { ...credential, security: low ? 'insecure' : 'secure' },
  );
  addAnsweredInTls12(hello, tlsOptions.secureContext);
  const gaps = unsupported.slice(0, MAX_GAPS).map(gapOf);
  if (unsupported.length > MAX_GAPS) {
    const more = unsupported.length - MAX_GAPS;
    gaps.push({ kind: 'other', id: -1, name: 'more', reason: `${more} more code points could not be repeated` });
  }
  const native = tlsOptions.secureContext.context as NativeContext;

  // impersonate() always offers TLS 1.2 and 1.3; the client may offer less, or older versions.
  if (max < TLS13) native.setMaxProto(max);
  if (min === TLS13) native.setMinProto(TLS13);
  if (low) native.setMinProto(Math.max(min, TLS10));
  else if (min < TLS12) {
    gaps.push(
      versionGap(
        'the client’s hello does not say whether it accepts TLS 1.1 or older; the server leg offers TLS 1.2 at least',
      ),
    );
  }
  if (min < TLS10 && low) gaps.push(versionGap('the client also offers SSL 3.0, which OpenSSL no longer speaks'));
  if (max >= TLS12 && hello.signatureAlgorithms.length === 0) {
    const reason = 'the client sends none; OpenSSL always does in TLS 1.2';
    gaps.push({ kind: 'extension', id: SIGNATURE_ALGORITHMS, name: extensionName(SIGNATURE_ALGORITHMS), reason });
  }
  if (max === TLS13) gaps.push(...mirrorKeyShares(hello, native));
  gaps.push(...standIns(hello));
  return {
    context: tlsOptions.secureContext,
    requestOcsp: tlsOptions.requestOCSP ?? false,
    gaps,
    concession: low ? concessionFor(min) : undefined,
  };
}

/** Extensions that impersonate() fills with values of its own, since OpenSSL could not keep what the client's promise. */
const STAND_INS: ReadonlyMap<number, string> = new Map([
  [34, 'sent with schemes that no server uses: OpenSSL cannot verify delegated credentials'],
  [0x44cd, 'sent with a made-up protocol: OpenSSL cannot answer the settings of a server that takes it'],
  [0xfe0d, 'sent as GREASE of random bytes: only the client can tell whether its own is more than that'],
]);

function standIns(hello: Offer): MirrorGap[] {
  const gaps = hello.extensions.flatMap(({ type }) => {
    const reason = STAND_INS.get(type);
    return reason === undefined ? [] : [{ kind: 'extension' as const, id: type, name: extensionName(type), reason }];
  });
  return gaps.slice(0, MAX_GAPS);
}

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

/** OpenSSL sends one share, for the first group, unless the list marks more of them with `*`. */
function mirrorKeyShares(hello: Offer, native: NativeContext): MirrorGap[] {
  const shares = hello.keyShareGroups.filter((group) => !isGrease(group));
  const gaps: MirrorGap[] = shares
    .filter((group) => !GROUP_NAMES.has(group))
    .map((id) => ({
      kind: 'supportedGroup',
      id,
      name: groupName(id),
      reason: 'no key share for it: OpenSSL lacks the group',
    }));
  const list = hello.supportedGroups
    .filter((group) => GROUP_NAMES.has(group))
    .map((group) => (shares.includes(group) ? '*' : '') + GROUP_NAMES.get(group));
  if (list.some((entry) => entry.startsWith('*'))) native.setECDHCurve(list.join(':'));
  return gaps;
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
    gaps: [
      versionGap(
        `the client offers ${versionName(offeredVersions(hello).max)} at most; the server leg also offers TLS 1.2 and TLS 1.3, with this runtime's own suites and extensions`,
      ),
    ],
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
    gaps: [{ kind: 'other', id: -1, name: 'ClientHello', reason: `not mirrored: ${reason}` }],
    concession: undefined,
  };
}

/** The members of node:tls's native context that its SecureContext options have no word for. */
interface NativeContext {
  setMinProto(version: number): void;
  setMaxProto(version: number): void;
  setECDHCurve(groups: string): void;
}

/** A real client's offer has a handful; a made-up one may have tens of thousands. */
const MAX_GAPS = 64;
const RENEGOTIATION_SCSV = 0x00ff;
const SIGNATURE_ALGORITHMS = 13;
/** X25519, P-256. */
const SOME_GROUPS = [0x001d, 0x0017];
/** ECDSA with P-256, RSA-PSS and RSA PKCS#1, each with SHA-256. */
const SOME_SCHEMES = [0x0403, 0x0804, 0x0401];
const COMPRESS_CERTIFICATE = 27;
const TRUST_ANCHORS = 0xca34;
/** Extensions whose bytes may be sent again: no answer to them obliges a client to do more than OpenSSL does. */
const REPEATED_AS_IS: ReadonlySet<number> = new Set([COMPRESS_CERTIFICATE, TRUST_ANCHORS]);
const LEGACY_CIPHERS = 'DEFAULT:@SECLEVEL=0';

function gapOf(feature: UnsupportedFeature): MirrorGap {
  const { kind, id, reason } = feature;
  return { kind, id, name: NAMERS[kind](id), reason };
}

const NAMERS = {
  cipherSuite: cipherSuiteName,
  supportedGroup: groupName,
  signatureAlgorithm: signatureSchemeName,
  extension: extensionName,
};

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
    ...repeated,
  ].join('|');
}
