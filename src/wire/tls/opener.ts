/**
 * What the session needs of cryptography, injected so that decoding stays free of any platform.
 * `crypto/opener.ts` implements it with node:crypto.
 */

/** A record as it stands on the wire. */
export interface TlsRecord {
  readonly type: number;
  readonly version: number;
  /** Without the five bytes of header. */
  readonly body: Uint8Array;
}

/** What was inside a protected record. */
export interface OpenedRecord {
  /** TLS 1.3: the inner content type. Before: the record's own. */
  readonly type: number;
  readonly content: Uint8Array;
}

/** Opens the records of one direction under one set of keys, in order. */
export interface RecordOpener {
  /** Undefined when it does not open under these keys; the record counter then stays where it was. */
  open(record: TlsRecord): OpenedRecord | undefined;
  /** The opener after a KeyUpdate (RFC 8446 §7.2); TLS 1.3 only. */
  next?(): RecordOpener;
}

/** What the keys of TLS 1.2 and earlier are made from (RFC 5246 §6.3). */
export interface MasterKeys {
  readonly version: number;
  readonly cipherSuite: number;
  readonly masterSecret: Uint8Array;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
  readonly encryptThenMac: boolean;
}

export interface OpenerFactory {
  /** Undefined when this runtime lacks the suite. */
  fromTrafficSecret(cipherSuite: number, secret: Uint8Array): RecordOpener | undefined;
  /** Both directions' openers; undefined when this runtime lacks the suite. */
  fromMasterSecret(keys: MasterKeys): { readonly client: RecordOpener; readonly server: RecordOpener } | undefined;
}
