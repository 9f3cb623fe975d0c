/** What extension decoders find: the typed values of a hello, filled in as its extensions are read. */
import type { Reader } from '../../reader.ts';
import type { PskIdentity } from '../values.ts';

/** The message an extension stands in; several extensions take another form in each (RFC 8446 §4.2). */
export type ExtensionPlace =
  | 'ClientHello'
  | 'ServerHello'
  | 'HelloRetryRequest'
  | 'EncryptedExtensions'
  | 'CertificateRequest'
  | 'CertificateEntry'
  | 'NewSessionTicket';

export interface ExtensionFacts {
  serverName?: string;
  alpn: readonly string[];
  supportedVersions: readonly number[];
  selectedVersion?: number;
  supportedGroups: readonly number[];
  signatureAlgorithms: readonly number[];
  ecPointFormats: readonly number[];
  keyShareGroups: readonly number[];
  pskModes: readonly number[];
  selectedPsk?: number;
  hasPreSharedKey: boolean;
  hasEarlyData: boolean;
  hasTicket: boolean;
  encryptThenMac: boolean;
  extendedMasterSecret: boolean;
  compressCertificate: readonly number[];
  recordSizeLimit?: number;
  /** early_data of a NewSessionTicket, bytes. */
  maxEarlyData?: number;
  pskIdentities: readonly PskIdentity[];
  binders: readonly Uint8Array[];
  /** Offset of the list of binders, its length included. */
  bindersAt?: number;
  /** certificate_authorities: names in DER. */
  authorities: readonly Uint8Array[];
}

const NONE: readonly never[] = [];

export function noFacts(): ExtensionFacts {
  return {
    alpn: NONE,
    supportedVersions: NONE,
    supportedGroups: NONE,
    signatureAlgorithms: NONE,
    ecPointFormats: NONE,
    keyShareGroups: NONE,
    pskModes: NONE,
    hasPreSharedKey: false,
    hasEarlyData: false,
    hasTicket: false,
    encryptThenMac: false,
    extendedMasterSecret: false,
    compressCertificate: NONE,
    pskIdentities: NONE,
    binders: NONE,
    authorities: NONE,
  };
}

/**
 * Reads the body of one extension and leaves what it says in `facts`.
 * @returns A few words on it for people, when the reader is tracing.
 */
export type ExtensionDecoder = (reader: Reader, facts: ExtensionFacts, place: ExtensionPlace) => string | undefined;

/** Every whole 16-bit value left in the structure at hand. */
export function u16List(reader: Reader, item: string, words: (id: number) => string): number[] {
  const list: number[] = [];
  while (reader.remaining >= 2) list.push(reader.u16(item, words));
  return list;
}

export function u8List(reader: Reader, item: string, words: (id: number) => string): number[] {
  const list: number[] = [];
  while (reader.more) list.push(reader.u8(item, words));
  return list;
}

/** `a, b, c` for people; nothing on the hot path. */
export function inWords(reader: Reader, list: readonly number[], words: (id: number) => string): string | undefined {
  return reader.tracing ? list.map(words).join(', ') : undefined;
}

/** The size of a field in words. */
export function byteCount(bytes: Uint8Array): string {
  return bytes.length === 1 ? '1 byte' : `${bytes.length} bytes`;
}

/** Bytes as text, one character a byte: names on the wire are ASCII, and nothing else is lost. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
