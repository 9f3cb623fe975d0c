/** The size of the secret that a key exchange agrees on, by group. */

/** Bytes. Hybrid groups put the two secrets side by side (draft-ietf-tls-ecdhe-mlkem §3). */
const SIZES: Readonly<Record<string, number>> = {
  x25519: 32,
  x448: 56,
  secp160k1: 20,
  secp160r1: 20,
  secp160r2: 20,
  secp192k1: 24,
  secp192r1: 24,
  secp224k1: 28,
  secp224r1: 28,
  secp256k1: 32,
  secp256r1: 32,
  secp384r1: 48,
  secp521r1: 66,
  brainpoolP256r1: 32,
  brainpoolP384r1: 48,
  brainpoolP512r1: 64,
  brainpoolP256r1tls13: 32,
  brainpoolP384r1tls13: 48,
  brainpoolP512r1tls13: 64,
  curveSM2: 32,
  ffdhe2048: 256,
  ffdhe3072: 384,
  ffdhe4096: 512,
  ffdhe6144: 768,
  ffdhe8192: 1024,
  MLKEM512: 32,
  MLKEM768: 32,
  MLKEM1024: 32,
  X25519MLKEM768: 64,
  SecP256r1MLKEM768: 64,
  SecP384r1MLKEM1024: 80,
  curveSM2MLKEM768: 64,
  X25519Kyber768Draft00: 64,
  SecP256r1Kyber768Draft00: 64,
};

/** @param group Registry name. @returns Bytes; 0 where the group does not tell. */
export function sharedSecretSize(group: string | undefined): number {
  return (group !== undefined && Object.hasOwn(SIZES, group) && SIZES[group]) || 0;
}
