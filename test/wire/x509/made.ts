/** Certificates made by openssl while the tests run, so that another implementation decides what they say. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Recipe {
  /** openssl's `-newkey` and its `-pkeyopt`s. */
  readonly key: readonly string[];
  readonly subject?: string;
  /** Each is given to `-addext`. */
  readonly extensions?: readonly string[];
  /** More arguments of `openssl req`. */
  readonly args?: readonly string[];
}

/** The DER of a self-signed certificate. */
export function makeCertificate({ key, subject = '/CN=a.test', extensions = [], args = [] }: Recipe): Uint8Array {
  const dir = mkdtempSync(join(tmpdir(), 'tlscope-x509-'));
  try {
    const config = join(dir, 'config');
    const lines = ['[req]', 'distinguished_name=dn', 'string_mask=utf8only', 'x509_extensions=v3', '[dn]', '[v3]'];
    writeFileSync(config, [...lines, ...extensions, ''].join('\n'));
    const out = join(dir, 'certificate');
    execFileSync(
      'openssl',
      ['req', '-x509', '-config', config, '-utf8', '-nodes', '-newkey', ...key, '-keyout', join(dir, 'key')].concat(
        ['-subj', subject, '-outform', 'DER', '-out', out],
        args,
      ),
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    return new Uint8Array(readFileSync(out));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
