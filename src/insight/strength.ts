/** How strong what was offered or chosen is, in the words of RFC 9325. */
import { type CipherSuite, cipherSuite } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';

/** What is broken about a suite, in words; undefined for one that is not. */
export function weaknessOf(id: number): string | undefined {
  const suite = cipherSuite(id);
  // Signalling values are suites by their place alone.
  if (suite === undefined || suite.encryption === '' || suite.name.endsWith('_SCSV')) return undefined;
  if (suite.name.includes('_EXPORT_')) return 'its keys were made short for export';
  if (suite.authentication === 'NULL' || /_anon_/i.test(suite.name)) return 'it proves nobody’s identity';
  return CIPHERS[suite.encryption];
}

const CIPHERS: Readonly<Record<string, string>> = {
  NULL: 'it does not encrypt',
  RC4: 'RC4 leaks what it encrypts (RFC 7465)',
  DES: 'DES keys are found in hours',
  RC2: 'RC2 is long broken',
  '3DES': '3DES has blocks of 64 bits, which repeat in long connections (Sweet32)',
  IDEA: 'IDEA has blocks of 64 bits',
};

/**
 * Whether, up to TLS 1.2, both sides make Diffie-Hellman keys for the handshake alone. Anonymous suites do, though the
 * registry calls their exchange `DH`: there is no certificate with a key to use again.
 */
export function isEphemeralExchange({ keyExchange, authentication }: CipherSuite): boolean {
  return /^(EC)?DHE$/.test(keyExchange) || (authentication === 'NULL' && /^(EC)?DH$/.test(keyExchange));
}

/** Whether no key stolen later opens a recording. SRP (RFC 5054) and ECCPWD (RFC 8492) mix fresh keys with a password. */
export function hasForwardSecrecy(suite: CipherSuite): boolean {
  return isEphemeralExchange(suite) || suite.keyExchange === 'SRP' || suite.keyExchange === 'ECCPWD';
}

/** Whether a group joins an elliptic curve with a post-quantum key encapsulation. */
export function isHybrid(group: string): boolean {
  return /MLKEM|Kyber/i.test(group);
}

/** Whether the client asks for secure renegotiation, by the extension or the signalling suite (RFC 5746 §3.4). */
export function asksForSecureRenegotiation(hello: ClientHello): boolean {
  return (
    hello.cipherSuites.includes(RENEGOTIATION_SCSV) || hello.extensions.some(({ type }) => type === RENEGOTIATION_INFO)
  );
}

const RENEGOTIATION_INFO = 0xff01;
const RENEGOTIATION_SCSV = 0x00ff;
