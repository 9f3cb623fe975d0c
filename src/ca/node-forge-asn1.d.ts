/**
 * node-forge's ASN.1 part, typed as far as it is used. Loading it alone costs 7 ms where the whole package costs 70,
 * and nothing else of the package is needed: forge knows no EC keys, so keys and signatures are node:crypto's.
 */
declare module 'node-forge/lib/asn1.js' {
  export interface Asn1 {
    readonly tagClass: number;
    readonly type: number;
    readonly constructed: boolean;
    /** Content octets as a binary string, or the members of a constructed value. */
    readonly value: string | Asn1[];
  }

  interface Bytes {
    getBytes(): string;
  }

  interface ReadOptions {
    /** Refuse a value that is cut short. */
    readonly strict: boolean;
    /** Refuse bytes after the value. */
    readonly parseAllBytes: boolean;
    /** Look for ASN.1 inside of bit strings. */
    readonly decodeBitStrings: boolean;
  }

  const asn1: {
    create(tagClass: number, type: number, constructed: boolean, value: string | Asn1[]): Asn1;
    fromDer(bytes: string, options: ReadOptions): Asn1;
    toDer(value: Asn1): Bytes;
    oidToDer(oid: string): Bytes;
    derToOid(bytes: string): string;
    dateToUtcTime(date: Date): string;
    dateToGeneralizedTime(date: Date): string;
  };
  export default asn1;
}
