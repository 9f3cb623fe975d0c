/** What the steps are called: by the messages that do their work in the version and kind of handshake at hand. */
import type { Story } from './step-story.ts';

const OF_12 = ['Certificate', 'ServerKeyExchange', 'ServerHelloDone'] as const;

/** The messages of step 3, or that there are none. Until the version is known it is called as up to TLS 1.2. */
export function certificateTitle({ isTls13, handshake: { resumed }, sent }: Story): string {
  if (isTls13) {
    const certificate = sent('server', 'CompressedCertificate') ? 'CompressedCertificate' : 'Certificate';
    return ['EncryptedExtensions', ...(resumed ? [] : [certificate, 'CertificateVerify'])].join(', ');
  }
  if (resumed) return 'No certificate (session resumed)';
  const isWhole = sent('server', 'ServerHelloDone');
  return OF_12.filter((name) => !isWhole || sent('server', name)).join(', ');
}

/** TLS 1.3 has no ClientKeyExchange, and a resumed session of earlier versions none either. */
export function keyExchangeTitle({ isTls13, handshake: { resumed, group }, serverHello }: Story): string {
  if (!isTls13) return resumed ? 'No key exchange (session resumed)' : 'ClientKeyExchange';
  return serverHello !== undefined && group === undefined
    ? 'No key exchange (pre-shared key)'
    : 'Key exchange (in the hellos)';
}
