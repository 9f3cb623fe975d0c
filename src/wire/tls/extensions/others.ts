/** Extensions that adjust the record layer or bind sessions, and those that say it all by standing there. */
import { toHex } from '../../hex.ts';
import { namer } from '../registries.ts';
import { type ExtensionDecoder, inWords, u8List, u16List } from './facts.ts';

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

/** RFC 5746 §3.2: empty in a first handshake, else the Finished of the handshake before, both sides' from the server. */
export const renegotiationInfo: ExtensionDecoder = (reader) => {
  const verify = reader.opaque8('renegotiated_connection');
  if (verify.length === 0) return 'first handshake';
  return `renegotiation, bound to the handshake before by ${verify.length} bytes of its Finished`;
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
export const heartbeat: ExtensionDecoder = (reader) => heartbeatName(reader.u8('mode', heartbeatName));

/** RFC 5764 §4.1.1. */
export const useSrtp: ExtensionDecoder = (reader) => {
  const profiles = reader.vector16('srtp_protection_profiles', () => u16List(reader, 'profile', srtpName));
  reader.opaque8('srtp_mki');
  return inWords(reader, profiles, srtpName);
};

/** RFC 8870 §5.2: a list in the ClientHello, the choice in the answer. */
export const supportedEktCiphers: ExtensionDecoder = (reader, _facts, place) => {
  if (place !== 'ClientHello') return ektName(reader.u8('selected_cipher', ektName));
  const ciphers = reader.vector8('supported_ciphers', () => u8List(reader, 'ekt_cipher', ektName));
  return inWords(reader, ciphers, ektName);
};

/** RFC 9146 §3. */
export const connectionId: ExtensionDecoder = (reader) => {
  const id = reader.opaque8('cid');
  return id.length === 0 ? 'none wanted' : toHex(id);
};

/** RFC 8844 §3. */
export const externalIdHash: ExtensionDecoder = (reader) => {
  reader.opaque8('binding_hash');
  return undefined;
};

/** RFC 8844 §4. */
export const externalSessionId: ExtensionDecoder = (reader) => {
  reader.opaque8('session_id');
  return undefined;
};

/** draft-ietf-tls-tlsflags §2: one bit a flag, the lowest of the first byte being flag 0. */
export const tlsFlags: ExtensionDecoder = (reader) => {
  const words = (bytes: Uint8Array) => flagsOf(bytes).join(', ') || 'none';
  const flags = reader.opaque8('flags', words);
  return reader.tracing ? words(flags) : undefined;
};

/** draft-ietf-tls-cross-sni-resumption §4. */
const FLAGS: ReadonlyMap<number, string> = new Map([[8, 'resumption_across_names']]);

function flagsOf(bytes: Uint8Array): string[] {
  const set: string[] = [];
  for (const [n, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) set.push(FLAGS.get(8 * n + bit) ?? `flag ${8 * n + bit}`);
  }
  return set;
}

const FRAGMENTS = [0, 512, 1024, 2048, 4096];

function fragmentWords(code: number): string {
  const size = FRAGMENTS[code];
  return size ? `${size} bytes` : `unknown (${code})`;
}

const heartbeatName = namer(
  [
    [1, 'peer_allowed_to_send'],
    [2, 'peer_not_allowed_to_send'],
  ],
  2,
);
const ektName = namer(
  [
    [1, 'AESKW128'],
    [2, 'AESKW256'],
  ],
  2,
);
/** IANA's registry of DTLS-SRTP Protection Profiles. */
const srtpName = namer(
  [
    [0x01, 'SRTP_AES128_CM_HMAC_SHA1_80'],
    [0x02, 'SRTP_AES128_CM_HMAC_SHA1_32'],
    [0x05, 'SRTP_NULL_HMAC_SHA1_80'],
    [0x06, 'SRTP_NULL_HMAC_SHA1_32'],
    [0x07, 'SRTP_AEAD_AES_128_GCM'],
    [0x08, 'SRTP_AEAD_AES_256_GCM'],
    [0x09, 'DOUBLE_AEAD_AES_128_GCM_AEAD_AES_128_GCM'],
    [0x0a, 'DOUBLE_AEAD_AES_256_GCM_AEAD_AES_256_GCM'],
    [0x0b, 'SRTP_ARIA_128_CTR_HMAC_SHA1_80'],
    [0x0c, 'SRTP_ARIA_128_CTR_HMAC_SHA1_32'],
    [0x0d, 'SRTP_ARIA_256_CTR_HMAC_SHA1_80'],
    [0x0e, 'SRTP_ARIA_256_CTR_HMAC_SHA1_32'],
    [0x0f, 'SRTP_AEAD_ARIA_128_GCM'],
    [0x10, 'SRTP_AEAD_ARIA_256_GCM'],
  ],
  4,
);
