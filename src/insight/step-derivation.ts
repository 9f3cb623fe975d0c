/** The way from the first secret to the keys of the records, in one or two sentences. */
import type { Story } from './step-story.ts';

/** Pre-master secret, master secret, keys: RFC 5246 §8.1 and §6.3. */
export function chainOf12({ handshake, serverHello, suite }: Story): string {
  const keys = `the key block: ${keysOf(suite?.encryption, suite?.mac, serverHello?.version)}`;
  if (handshake.resumed) return `The chain: the session’s master secret and both random values → ${keys}.`;
  const bound = serverHello?.extendedMasterSecret
    ? 'the hash of every message so far (extended master secret, RFC 7627)'
    : 'both sides’ random bytes';
  return `The chain: pre-master secret and ${bound}, through ${prfOf(suite?.prf, serverHello?.version)}, → master secret of 48 bytes → ${keys}.`;
}

/** Early, handshake, master: RFC 8446 §7.1. */
export function chainOf13({ handshake, suite }: Story): string {
  const hkdf = suite === undefined ? 'HKDF' : `HKDF with ${suite.prf}`;
  const early = handshake.resumed ? 'from the pre-shared key' : 'from zeros, as there is no pre-shared key';
  const mixed =
    handshake.group === undefined
      ? 'with zeros in place of a shared secret'
      : 'with the shared secret, for the keys of the encrypted handshake';
  return `The chain, by ${hkdf}: early secret (${early}) → handshake secret (${mixed}) → master secret (for the keys of the application data).`;
}

/** What the key block is cut into: AEAD suites need no MAC keys (RFC 5246 §6.2.3.3), TLS 1.0 takes its first IVs from it. */
function keysOf(encryption: string | undefined, mac: string | undefined, version: number | undefined): string {
  if (encryption === 'NULL') return 'a MAC key for each direction, and none to hide the data';
  if (mac === 'AEAD') return 'a write key and a fixed part of the nonce for each direction';
  return `a MAC key${version !== undefined && version <= 0x0301 ? ', a write key and a first IV' : ' and a write key'} for each direction`;
}

/** RFC 5246 §5; before TLS 1.2 the two hashes were joined (RFC 2246 §5). */
function prfOf(prf: string | undefined, version = 0x0303): string {
  if (version < 0x0303) return 'the PRF with MD5 and SHA-1 joined';
  return `the PRF with ${prf === undefined || prf === 'DEFAULT' ? 'SHA256' : prf}`;
}
