/** The roots that server certificates are verified against: built once, shared by every context. */
import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { reasonOf, UserError } from '../errors.ts';

/**
 * The certificates of `--upstream-ca` files, PEM.
 * @throws UserError `file-unreadable`, `no-certificates`
 */
export function readRoots(files: readonly string[]): string[] {
  return files.flatMap(certificatesIn);
}

/**
 * Makes the system's roots and `added` the process's default: contexts then share one parsed store, which is what makes
 * them cheap. A system without roots falls back to those that Node carries. Takes some 50 ms, once.
 */
export function useRoots(added: readonly string[]): void {
  const system = getCACertificates('system');
  setDefaultCACertificates([...(system.length > 0 ? system : getCACertificates('bundled')), ...added]);
}

function certificatesIn(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError('file-unreadable', { path, option: '--upstream-ca', reason: reasonOf(error) });
  }
  const found = text.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g);
  if (found === null) throw new UserError('no-certificates', { path, option: '--upstream-ca' });
  return found;
}
