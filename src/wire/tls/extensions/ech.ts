/** Encrypted ClientHello (RFC 9849): what can be seen of it from outside. */
import type { Reader } from '../../reader.ts';
import { printable } from '../../x509/printable.ts';
import { cipherSuiteName, extensionName, groupName, namer } from '../registries.ts';
import { byteCount, type ExtensionDecoder, inWords, latin1, u16List } from './facts.ts';

/** RFC 9849 §5: the sealed inner hello, or the mark of one; configurations to retry with; a HelloRetryRequest's proof. */
export const encryptedClientHello: ExtensionDecoder = (reader, _facts, place) => {
  if (place === 'EncryptedExtensions') return readRetryConfigs(reader);
  if (place === 'HelloRetryRequest') {
    reader.bytes('confirmation', 8);
    return 'the server opened the inner hello, if these eight bytes are its proof';
  }
  const type = reader.u8('type', typeName);
  if (type === 1) return 'inner: this hello was sealed in another';
  if (type !== 0) return undefined;
  reader.group('cipher_suite', readSuite);
  reader.u8('config_id');
  const enc = reader.opaque16('enc', byteCount);
  const payload = reader.opaque16('payload', byteCount);
  return reader.tracing ? outerWords(enc.length, payload.length) : undefined;
};

/** draft-ietf-tls-esni: before there was Encrypted ClientHello, only the name was sealed. */
export const encryptedServerName: ExtensionDecoder = (reader, _facts, place) => {
  if (place !== 'ClientHello') {
    // Later drafts put a type before it, and other things than a nonce.
    if (reader.peek().length !== NONCE) reader.u8('response_type');
    if (reader.peek().length !== NONCE) return undefined;
    reader.bytes('nonce', NONCE);
    return 'the server opened the name';
  }
  reader.u16('suite', cipherSuiteName);
  reader.group('key_share', () => {
    const group = reader.u16('group', groupName);
    reader.opaque16('key_exchange', byteCount);
    if (reader.tracing) reader.describe(groupName(group));
  });
  reader.opaque16('record_digest');
  return `a name sealed in ${byteCount(reader.opaque16('encrypted_sni', byteCount))}`;
};

const NONCE = 16;

/** RFC 9849 §5.1: which extensions an inner hello takes over from the outer one. */
export const echOuterExtensions: ExtensionDecoder = (reader) => {
  const types = reader.vector8('outer_extensions', () => u16List(reader, 'extension_type', extensionName));
  return inWords(reader, types, extensionName);
};

/** Of every AEAD that HPKE has (RFC 9180 §7.3), bytes. */
const TAG = 16;

/** Sizes that programs are known to give their imitations, bytes. Real ones of the same programs may have them too. */
const KNOWN_SIZES: readonly (readonly [program: string, sizes: readonly number[]])[] = [
  ['Chromium', [144, 176, 208, 240]],
  ['Firefox', [239]],
];

/**
 * A client without the server's configuration sends random bytes in the same form (RFC 9849 §6.2), padded like real ones
 * so that nobody can tell.
 */
function outerWords(enc: number, payload: number): string {
  const outer = `outer, ${payload} bytes sealed`;
  if (enc === 0) return `${outer}; no new key, so it belongs to a second hello after a HelloRetryRequest`;
  if (payload <= TAG) return `${outer}; too short to hold a hello`;
  const [program] = KNOWN_SIZES.find(([, sizes]) => sizes.includes(payload)) ?? [];
  const known = program === undefined ? '' : `, though ${program}'s GREASE has this size`;
  return `${outer}; whether real or GREASE cannot be told${known}`;
}

/** RFC 9849 §4: an ECHConfigList. */
function readRetryConfigs(reader: Reader): string {
  let count = 0;
  reader.vector16('retry_configs', () => {
    for (; reader.more; count++) reader.group('ech_config', readConfig, 'RFC 9849 §4');
  });
  return `the server did not open the inner hello; ${count === 1 ? '1 configuration' : `${count} configurations`} to retry with`;
}

function readConfig(reader: Reader): void {
  const version = reader.u16('version', (id) => (id === 0xfe0d ? 'RFC 9849' : `unknown (0x${id.toString(16)})`));
  const name = reader.vector16('contents', () => {
    if (version !== 0xfe0d) {
      if (reader.more) reader.rest('data');
      return undefined;
    }
    reader.group('key_config', readKeyConfig);
    reader.u8('maximum_name_length');
    const publicName = reader.opaque8('public_name', (bytes) => printable(latin1(bytes)));
    reader.vector16('extensions', () => {
      while (reader.more) {
        reader.group('extension', () => {
          reader.u16('type');
          reader.opaque16('data');
        });
      }
    });
    return printable(latin1(publicName));
  });
  reader.describe(name);
}

function readKeyConfig(reader: Reader): void {
  reader.u8('config_id');
  reader.u16('kem_id', kemName);
  reader.opaque16('public_key', byteCount);
  reader.vector16('cipher_suites', () => {
    while (reader.more) reader.group('cipher_suite', readSuite);
  });
}

function readSuite(reader: Reader): void {
  const kdf = reader.u16('kdf_id', kdfName);
  const aead = reader.u16('aead_id', aeadName);
  if (reader.tracing) reader.describe(`${kdfName(kdf)}, ${aeadName(aead)}`);
}

const typeName = namer(
  [
    [0, 'outer'],
    [1, 'inner'],
  ],
  2,
);

/** RFC 9180 §7.1, §7.2 and §7.3. */
const kemName = namer(
  [
    [0x10, 'DHKEM(P-256, HKDF-SHA256)'],
    [0x11, 'DHKEM(P-384, HKDF-SHA384)'],
    [0x12, 'DHKEM(P-521, HKDF-SHA512)'],
    [0x20, 'DHKEM(X25519, HKDF-SHA256)'],
    [0x21, 'DHKEM(X448, HKDF-SHA512)'],
  ],
  4,
);
const kdfName = namer(
  [
    [1, 'HKDF-SHA256'],
    [2, 'HKDF-SHA384'],
    [3, 'HKDF-SHA512'],
  ],
  4,
);
const aeadName = namer(
  [
    [1, 'AES-128-GCM'],
    [2, 'AES-256-GCM'],
    [3, 'ChaCha20Poly1305'],
  ],
  4,
);
