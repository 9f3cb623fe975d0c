/**
 * The typed values that handshake messages decode to: what the proxy and insight compute with.
 * The field trees that people read are made by the same decoders, from the same reads.
 */
import type { Range } from '../../shared/model.ts';

/** RFC 8446 §4.1.2; RFC 5246 §7.4.1.2. GREASE values stay where they stood. */
export interface ClientHello {
  readonly legacyVersion: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cipherSuites: readonly number[];
  readonly compressionMethods: readonly number[];
  /** In wire order, duplicates and unknowns kept. */
  readonly extensions: readonly Extension[];
  readonly serverName?: string;
  readonly alpn: readonly string[];
  /** Empty when the extension is absent. */
  readonly supportedVersions: readonly number[];
  readonly supportedGroups: readonly number[];
  readonly signatureAlgorithms: readonly number[];
  readonly ecPointFormats: readonly number[];
  readonly keyShareGroups: readonly number[];
  readonly pskModes: readonly number[];
  readonly hasPreSharedKey: boolean;
  readonly hasEarlyData: boolean;
  /** A non-empty session_ticket extension (RFC 5077). */
  readonly hasTicket: boolean;
  /** Algorithms of compress_certificate (RFC 8879). */
  readonly compressCertificate: readonly number[];
  /** record_size_limit (RFC 8449), bytes. */
  readonly recordSizeLimit?: number;
  readonly encryptThenMac: boolean;
  readonly extendedMasterSecret: boolean;
  /** Of pre_shared_key, in wire order (RFC 8446 §4.2.11). */
  readonly pskIdentities: readonly PskIdentity[];
  /** As many as identities in an honest hello. */
  readonly binders: readonly Uint8Array[];
  /** Where in the message the list of binders starts, its length included: what binders cover ends here. */
  readonly bindersAt?: number;
}

/** RFC 8446 §4.2.11. */
export interface PskIdentity {
  readonly identity: Uint8Array;
  /** Milliseconds since the ticket came, plus its ticket_age_add, modulo 2^32. */
  readonly obfuscatedAge: number;
}

export interface Extension {
  readonly type: number;
  /** The extension's body, without type and length. */
  readonly data: Uint8Array;
  /** Of the body, in the message. */
  readonly range: Range;
}

/** RFC 8446 §4.1.3. Also a HelloRetryRequest, when `isRetry`. */
export interface ServerHello {
  readonly legacyVersion: number;
  /** supported_versions' selection, else `legacyVersion`. */
  readonly version: number;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cipherSuite: number;
  readonly compressionMethod: number;
  readonly extensions: readonly Extension[];
  readonly isRetry: boolean;
  readonly keyShareGroup?: number;
  readonly selectedPsk?: number;
  readonly alpn?: string;
  readonly encryptThenMac: boolean;
  readonly extendedMasterSecret: boolean;
}

/** RFC 5246 §7.4.3. */
export interface ServerKeyExchange {
  /** Registry name of the group, where it has one. */
  readonly group?: string;
  /** What the group is, registered or not: `secp256r1`, `DH 2048 bits`. */
  readonly parameters?: string;
  /** The server's public value: a point, a number, or the modulus of a temporary RSA key. */
  readonly share?: Uint8Array;
  /** Size of the prime of a finite-field exchange. */
  readonly dhBits?: number;
  /** Undefined when unsigned, and before TLS 1.2, where the key alone decides it. */
  readonly scheme?: number;
  /** The bytes that are signed after both randoms; a view of the message. Undefined when unsigned. */
  readonly signedParams?: Uint8Array;
  readonly signature?: Uint8Array;
  /** Of the suites with pre-shared keys (RFC 4279 §2); often empty. */
  readonly pskHint?: Uint8Array;
}

/** RFC 8446 §4.4.3, RFC 5246 §7.4.8. */
export interface CertificateVerify {
  /** Undefined before TLS 1.2, where the key alone decides it. */
  readonly scheme?: number;
  readonly signature: Uint8Array;
}

/** RFC 8446 §4.3.2, RFC 5246 §7.4.4. */
export interface CertificateRequest {
  /** ClientCertificateType values; empty in TLS 1.3, which has none. */
  readonly certificateTypes: readonly number[];
  /** Empty before TLS 1.2. */
  readonly schemes: readonly number[];
  /** Names of accepted authorities in DER; none means any. */
  readonly authorities: readonly Uint8Array[];
}

/** What a decoder must know beyond the bytes to tell the forms of a message apart. */
export interface DecodeContext {
  /** Negotiated version once known (0x0304, 0x0303, …). */
  readonly version?: number;
  /** Negotiated suite once known. */
  readonly cipherSuite?: number;
  /** Opens CompressedCertificate; without it the message shows its envelope. */
  readonly decompress?: Decompress;
}

/**
 * @param algorithm of IANA's certificate compression algorithms (RFC 8879 §7.3)
 * @param maxLength bytes the result may have
 * @returns undefined when the algorithm is unknown, the bytes are not its, or the result would be longer
 */
export type Decompress = (algorithm: number, bytes: Uint8Array, maxLength: number) => Uint8Array | undefined;
