/** The roots that server certificates are verified against: built once, shared by every context. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { reasonOf, UserError } from '../errors.ts';

/**
 * The certificates of `--upstream-ca` files, PEM.
 * @throws UserError `file-unreadable`, `no-certificates`, `certificate-broken`
 */
export function readRoots(files: readonly string[]): string[] {
  return files.flatMap(certificatesIn);
}

/**
 * The process's default roots: the system's and those added, or, on a system without any, those that Node carries.
 * All contexts share one parsed store, which is what makes them cheap; parsing takes some 100 ms, so it is put off until
 * `use` is called, by whoever needs them first.
 */
export class Roots {
  readonly #added: readonly string[];
  #used = false;

  /** @param added PEM, from `readRoots` */
  constructor(added: readonly string[]) {
    this.#added = added;
  }

  /** What servers are verified against, PEM. */
  all(): readonly string[] {
    this.use();
    return getCACertificates('default');
  }

  use(): void {
    if (this.#used) return;
    const system = getCACertificates('system');
    setDefaultCACertificates([...(system.length > 0 ? system : getCACertificates('bundled')), ...this.#added]);
    this.#used = true;
  }
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
  for (const pem of found) {
    try {
      new X509Certificate(pem);
    } catch (error) {
      throw new UserError('certificate-broken', { path, option: '--upstream-ca', reason: reasonOf(error) });
    }
  }
  return found;
}
