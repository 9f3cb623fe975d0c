/** Extensions that adjust the record layer, bind sessions, or hide the hello. */
import { type ExtensionDecoder, u16List } from './facts.ts';

/** Extensions whose presence says it all. */
export const empty: ExtensionDecoder = () => undefined;

/** Kept as bytes. */
export const opaque: ExtensionDecoder = (reader) => {
  if (reader.more) reader.rest('data');
  return undefined;
};

/** RFC 7366 §2. */
export const encryptThenMac: ExtensionDecoder = (_reader, facts) => {
  facts.encryptThenMac = true;
  return undefined;
};

/** RFC 7627 §5.1. */
export const extendedMasterSecret: ExtensionDecoder = (_reader, facts) => {
  facts.extendedMasterSecret = true;
  return undefined;
};

/** RFC 5746 §3.2: empty in a first handshake. */
export const renegotiationInfo: ExtensionDecoder = (reader) => {
  const verify = reader.opaque8('renegotiated_connection');
  return verify.length === 0 ? 'first handshake' : `${verify.length} bytes`;
};

/** RFC 6066 §4. */
export const maxFragmentLength: ExtensionDecoder = (reader) =>
  fragmentWords(reader.u8('max_fragment_length', fragmentWords));

/** RFC 8449 §4. */
export const recordSizeLimit: ExtensionDecoder = (reader, facts) => {
  facts.recordSizeLimit = reader.u16('record_size_limit', (bytes) => `${bytes} bytes`);
  return `${facts.recordSizeLimit} bytes`;
};

/** RFC 7685 §3. */
export const padding: ExtensionDecoder = (reader) => {
  const bytes = reader.rest('padding');
  if (bytes.some((byte) => byte !== 0)) reader.note('warning', 'padding is not all zeros');
  return `${bytes.length} bytes`;
};

/** RFC 6520 §2. */
export const heartbeat: ExtensionDecoder = (reader) => heartbeatWords(reader.u8('mode', heartbeatWords));

/** RFC 5764 §4.1.1. */
export const useSrtp: ExtensionDecoder = (reader) => {
  reader.vector16('srtp_protection_profiles', () => u16List(reader, 'profile', (id) => `0x${id.toString(16)}`));
  reader.opaque8('srtp_mki');
  return undefined;
};

/** RFC 9849 §5: the sealed inner hello, or an empty mark of it; configurations to retry with; a HelloRetryRequest's proof. */
export const encryptedClientHello: ExtensionDecoder = (reader, _facts, place) => {
  if (place === 'EncryptedExtensions') {
    reader.opaque16('retry_configs');
    return undefined;
  }
  if (place === 'HelloRetryRequest') {
    reader.bytes('confirmation', 8);
    return undefined;
  }
  const type = reader.u8('type', (id) => (id === 0 ? 'outer' : id === 1 ? 'inner' : `unknown (${id})`));
  if (type !== 0) return type === 1 ? 'inner' : undefined;
  reader.group('cipher_suite', () => {
    reader.u16('kdf_id', (id) => nameOr(KDFS, id));
    reader.u16('aead_id', (id) => nameOr(AEADS, id));
  });
  reader.u8('config_id');
  reader.opaque16('enc');
  const payload = reader.opaque16('payload');
  // A client without the server's configuration sends random bytes of the same form, which nobody can tell apart.
  return `outer, ${payload.length} bytes sealed (or GREASE)`;
};

const FRAGMENTS = [0, 512, 1024, 2048, 4096];

function fragmentWords(code: number): string {
  const size = FRAGMENTS[code];
  return size ? `${size} bytes` : `unknown (${code})`;
}

function heartbeatWords(mode: number): string {
  return mode === 1 ? 'peer_allowed_to_send' : mode === 2 ? 'peer_not_allowed_to_send' : `unknown (${mode})`;
}

/** RFC 9180 §7.2 and §7.3. */
const KDFS: Readonly<Record<number, string>> = { 1: 'HKDF-SHA256', 2: 'HKDF-SHA384', 3: 'HKDF-SHA512' };
const AEADS: Readonly<Record<number, string>> = { 1: 'AES-128-GCM', 2: 'AES-256-GCM', 3: 'ChaCha20Poly1305' };

function nameOr(names: Readonly<Record<number, string>>, id: number): string {
  return names[id] ?? `unknown (0x${id.toString(16).padStart(4, '0')})`;
}
