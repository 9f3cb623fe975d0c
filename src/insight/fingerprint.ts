/**
 * JA3 and JA4 of a ClientHello, JA3S of a ServerHello.
 *
 * JA3 and JA3S: salesforce/ja3, README and the Python reference beside it. JA4: FoxIO-LLC/ja4, technical_details/JA4.md (the TLS client fingerprint, which is
 * BSD 3-Clause; the other methods of JA4+ carry another licence and are not here).
 */
import type { Fingerprints } from '../shared/model.ts';
import type { Digest } from '../wire/digest.ts';
import { toHex } from '../wire/hex.ts';
import { isGrease } from '../wire/tls/registries.ts';
import type { ClientHello, ServerHello } from '../wire/tls/values.ts';

const SERVER_NAME = 0x0000;
const ALPN = 0x0010;
const SUPPORTED_VERSIONS = 0x002b;

/** JA4's two characters a version; whatever is not here is `00`. */
const JA4_VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0304, '13'],
  [0x0303, '12'],
  [0x0302, '11'],
  [0x0301, '10'],
  [0x0300, 's3'],
  [0x0002, 's2'],
]);

/** What stands for the hash of an empty list. */
const NO_VALUES = '000000000000';

/** The client's members of `Fingerprints`. */
export type ClientFingerprints = Required<Pick<Fingerprints, 'ja3' | 'ja3Raw' | 'ja4' | 'ja4Raw' | 'ja4RawOriginal'>>;

/** Both fingerprints of a TLS-over-TCP ClientHello, with the strings they are hashed from. */
export function fingerprints(hello: ClientHello, digest: Digest): ClientFingerprints {
  const ja3Raw = ja3String(hello);
  const { prefix, ciphers, extensions, original } = ja4Parts(hello);
  const hash = (text: string) => (text === '' ? NO_VALUES : toHex(digest.sha256(ascii(text))).slice(0, 12));
  return {
    ja3: toHex(digest.md5(ascii(ja3Raw))),
    ja3Raw,
    ja4: `${prefix}_${hash(ciphers)}_${hash(extensions)}`,
    ja4Raw: `${prefix}_${ciphers}_${extensions}`,
    ja4RawOriginal: `${prefix}_${original}`,
  };
}

/**
 * The fingerprint of the ServerHello that settled things, not of a HelloRetryRequest. The version is the legacy one, and
 * every extension counts, as in the reference: GREASE has no place in a ServerHello (RFC 8701 §3).
 */
export function serverFingerprint(
  hello: ServerHello,
  digest: Digest,
): Required<Pick<Fingerprints, 'ja3s' | 'ja3sRaw'>> {
  const types = hello.extensions.map((extension) => extension.type).join('-');
  const ja3sRaw = `${hello.legacyVersion},${hello.cipherSuite},${types}`;
  return { ja3s: toHex(digest.md5(ascii(ja3sRaw))), ja3sRaw };
}

function ja3String(hello: ClientHello): string {
  const list = (values: readonly number[]) => values.filter((value) => !isGrease(value)).join('-');
  return [
    hello.legacyVersion,
    list(hello.cipherSuites),
    list(hello.extensions.map((extension) => extension.type)),
    list(hello.supportedGroups),
    hello.ecPointFormats.join('-'),
  ].join(',');
}

interface Ja4Parts {
  readonly prefix: string;
  readonly ciphers: string;
  readonly extensions: string;
  /** Both lists in the order of the wire, server_name and ALPN among them. */
  readonly original: string;
}

function ja4Parts(hello: ClientHello): Ja4Parts {
  const suites = hello.cipherSuites.filter((suite) => !isGrease(suite));
  const types = hello.extensions.map((extension) => extension.type).filter((type) => !isGrease(type));
  const prefix = [
    't',
    ja4Version(hello),
    types.includes(SERVER_NAME) ? 'd' : 'i',
    twoDigits(suites.length),
    twoDigits(types.length),
    ja4Alpn(hello),
  ].join('');
  // server_name and ALPN are told by the prefix; leaving them out here keeps one client's hash one, whatever it visits.
  const sorted = hexList(types.filter((type) => type !== SERVER_NAME && type !== ALPN).sort(ascending));
  const schemes = hexList(hello.signatureAlgorithms.filter((scheme) => !isGrease(scheme)));
  return {
    prefix,
    ciphers: hexList([...suites].sort(ascending)),
    extensions: withSchemes(sorted, schemes),
    original: `${hexList(suites)}_${withSchemes(hexList(types), schemes)}`,
  };
}

/** Without signature algorithms the string ends without an underscore. */
function withSchemes(extensions: string, schemes: string): string {
  return extensions !== '' && schemes !== '' ? `${extensions}_${schemes}` : extensions;
}

function ja4Version(hello: ClientHello): string {
  const listed = hello.extensions.some((extension) => extension.type === SUPPORTED_VERSIONS);
  const version = listed
    ? Math.max(0, ...hello.supportedVersions.filter((value) => !isGrease(value)))
    : hello.legacyVersion;
  return JA4_VERSIONS.get(version) ?? '00';
}

/** First and last character of the first protocol. Read from the bytes: a protocol name need not be text (RFC 7301 §3.1). */
function ja4Alpn(hello: ClientHello): string {
  const data = hello.extensions.find((extension) => extension.type === ALPN)?.data;
  const length = data?.[2] ?? 0;
  const name = data?.subarray(3, 3 + length) ?? new Uint8Array(0);
  const first = name[0];
  const last = name[name.length - 1];
  if (first === undefined || last === undefined) return '00';
  if (isAlphanumeric(first) && isAlphanumeric(last)) return String.fromCharCode(first, last);
  const hex = toHex(name);
  return `${hex[0]}${hex.at(-1)}`;
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function twoDigits(count: number): string {
  return String(Math.min(count, 99)).padStart(2, '0');
}

function hexList(values: readonly number[]): string {
  return values.map((value) => value.toString(16).padStart(4, '0')).join(',');
}

function ascending(a: number, b: number): number {
  return a - b;
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
