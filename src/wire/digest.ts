/** Hashes, injected so that wire and insight stay free of any platform. `crypto/digest.ts` has Node's. */
export interface Digest {
  md5(bytes: Uint8Array): Uint8Array;
  sha1(bytes: Uint8Array): Uint8Array;
  sha256(bytes: Uint8Array): Uint8Array;
}
