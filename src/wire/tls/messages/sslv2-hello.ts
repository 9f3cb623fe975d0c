/**
 * The ClientHello in SSLv2's framing, by which clients of the nineties offered SSL 3.0 and TLS to servers that might know
 * neither (RFC 5246 appendix E.2). It stands bare in the stream, without a record around it:
 *
 *     1 | 15 bits of length | client_hello (1) | version | three lengths | cipher_specs | session_id | challenge
 */
import { Reader } from '../../reader.ts';
import { cipherSuiteName, versionName } from '../registries.ts';
import type { ClientHello } from '../values.ts';
import { count, line } from './row.ts';
import type { Decoded } from './table.ts';

export const SSLV2_HELLO_TYPE = { id: 1, name: 'ClientHello (SSLv2)' } as const;

const SPEC = 'RFC 5246 §E.2';
/** Type, version and the three lengths. */
const FIXED = 9;
const RANDOM = 32;

/** Cipher kinds of SSLv2 itself; those that begin with a zero are suites of TLS. */
const KINDS: ReadonlyMap<number, string> = new Map([
  [0x010080, 'SSL_CK_RC4_128_WITH_MD5'],
  [0x020080, 'SSL_CK_RC4_128_EXPORT40_WITH_MD5'],
  [0x030080, 'SSL_CK_RC2_128_CBC_WITH_MD5'],
  [0x040080, 'SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5'],
  [0x050080, 'SSL_CK_IDEA_128_CBC_WITH_MD5'],
  [0x060040, 'SSL_CK_DES_64_CBC_WITH_MD5'],
  [0x0700c0, 'SSL_CK_DES_192_EDE3_CBC_WITH_MD5'],
]);

/** Whether a stream, or a message, begins so. Five bytes tell; no handshake message has a type this high. */
export function isSslv2ClientHello(bytes: Uint8Array): boolean {
  if (bytes.length < 5 || (bytes[0]! & 0x80) === 0 || bytes[2] !== 1) return false;
  const isVersion = bytes[3] === 3 || (bytes[3] === 0 && bytes[4] === 2);
  return isVersion && sslv2Length(bytes) >= 2 + FIXED;
}

/** Bytes of the whole, the two of the length included. */
export function sslv2Length(bytes: Uint8Array): number {
  return 2 + (((bytes[0]! & 0x7f) << 8) | bytes[1]!);
}

/** Decodes it for people, its length included. */
export function decodeSslv2ClientHello(message: Uint8Array, trace: boolean): Decoded {
  const reader = new Reader(message, SSLV2_HELLO_TYPE.name, { trace });
  const hello = read(reader);
  const summary = line(
    `up to ${versionWords(hello.legacyVersion)}`,
    count(hello.cipherSuites.length, 'suite'),
    'in the framing of SSLv2',
  );
  return { fields: reader.fields, issues: reader.issues, summary };
}

/** As values. The random is the challenge behind zeros, as the key derivation takes it. */
export function readSslv2ClientHello(message: Uint8Array): Pick<ClientHello, SslV2Facts> {
  return read(new Reader(message, SSLV2_HELLO_TYPE.name));
}

type SslV2Facts = 'legacyVersion' | 'random' | 'sessionId' | 'cipherSuites';

function read(reader: Reader): Pick<ClientHello, SslV2Facts> {
  reader.u16('msg_length', (length) => `${length & 0x7fff} bytes`);
  reader.u8('msg_type', () => 'client_hello');
  const legacyVersion = reader.u16('version', versionWords);
  const specs = reader.u16('cipher_spec_length');
  const sessionIdLength = reader.u16('session_id_length');
  const challengeLength = reader.u16('challenge_length');
  const cipherSuites = reader.group('cipher_specs', () => readSpecs(reader, specs), SPEC);
  const sessionId = reader.bytes('session_id', sessionIdLength);
  const challenge = reader.bytes('challenge', challengeLength);
  if (challengeLength < 16 || challengeLength > RANDOM) {
    reader.note('error', `${challengeLength} bytes; RFC 5246 §E.2 allows 16 to 32`);
  }
  reader.finish();
  const random = new Uint8Array(RANDOM);
  const kept = challenge.subarray(-RANDOM);
  random.set(kept, RANDOM - kept.length);
  return { legacyVersion, random, sessionId, cipherSuites };
}

/** The suites of TLS among them. */
function readSpecs(reader: Reader, length: number): number[] {
  const suites: number[] = [];
  const end = reader.position + length;
  while (reader.more && reader.position + 3 <= end) {
    const kind = reader.u24('cipher_spec', kindName);
    if (kind <= 0xffff) suites.push(kind);
  }
  if (reader.position < end) {
    reader.bytes('cipher_spec', end - reader.position);
    reader.note('error', `${length} bytes are no multiple of 3`);
  }
  return suites;
}

function versionWords(version: number): string {
  return version === 0x0002 ? 'SSL 2.0' : versionName(version);
}

function kindName(kind: number): string {
  if (kind <= 0xffff) return cipherSuiteName(kind);
  return KINDS.get(kind) ?? `unknown (0x${kind.toString(16).padStart(6, '0')})`;
}
