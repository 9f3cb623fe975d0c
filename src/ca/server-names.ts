/** Which names a leaf is made for. */
import { X509Certificate } from 'node:crypto';
import { readNames } from './names.ts';

/**
 * The name the client asked for, then those of the certificate that the server showed, in normal form, each once,
 * bounded. With both the client accepts the leaf wherever it would have accepted the server's own, and a browser
 * joins HTTP/2 connections as it would have.
 *
 * @param asked SNI, or the host of the request; a name that no certificate can carry is left out
 * @param serverCertificate DER; one that cannot be read counts as none
 */
export function leafNames(asked: string | undefined, serverCertificate?: Uint8Array): string[] {
  const texts = asked === undefined ? [] : [asked];
  if (serverCertificate) texts.push(...alternativeNames(serverCertificate));
  return readNames(texts).map((name) => name.text);
}

function alternativeNames(der: Uint8Array): string[] {
  const text = printedNames(der);
  if (!text) return [];
  // Node quotes an entry that holds a comma or the like: no such name can be asked for, and inside of the quotes a
  // forged "DNS:" may stand.
  return text
    .replace(/"(?:[^"\\]|\\.)*"/g, '')
    .split(', ')
    .flatMap((entry) => {
      const match = /^(?:DNS|IP Address):(.+)$/.exec(entry);
      return match?.[1] ? [match[1]] : [];
    });
}

function printedNames(der: Uint8Array): string | undefined {
  try {
    return new X509Certificate(der).subjectAltName;
  } catch {
    return undefined;
  }
}
