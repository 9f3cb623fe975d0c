/** The roots that a session's server certificates were judged by beside the system's, as they are kept with it. */
import { X509Certificate } from 'node:crypto';

/** More are not taken from a file, which may be anybody's. */
const MAX_ROOTS = 10_000;

/** @param added PEM, a certificate each */
export function metaOfRoots(added: readonly string[]): Readonly<Record<string, string>> {
  return added.length === 0 ? {} : { upstreamCa: added.join('\n') };
}

/** What `metaOfRoots` kept; what is no certificate is passed over. */
export function rootsOfMeta({ upstreamCa = '' }: Readonly<Record<string, string>>): string[] {
  const found = upstreamCa.match(/-----BEGIN (TRUSTED )?CERTIFICATE-----[^-]+-----END \1?CERTIFICATE-----/g) ?? [];
  return found.slice(0, MAX_ROOTS).filter(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
