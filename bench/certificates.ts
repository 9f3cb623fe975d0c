/** The bench's own root and one leaf for the origin and the floor, made with the openssl command in a given directory. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVER_NAME } from './setting.ts';

export interface BenchCertificates {
  /** Path of the root's PEM, for `--upstream-ca`. */
  readonly rootFile: string;
  /** Path of its key's PEM. */
  readonly rootKeyFile: string;
  readonly root: string;
  readonly leaf: string;
  readonly key: string;
}

/** Makes a P-256 root and a P-256 leaf for localhost and 127.0.0.1, valid for two days. */
export function makeCertificates(directory: string): BenchCertificates {
  const at = (name: string) => join(directory, name);
  const make = (name: string, subject: string, ...rest: string[]) =>
    execFileSync(
      'openssl',
      // biome-ignore format: one option and its value a line
      [
        'req', '-x509', '-new', '-nodes', '-days', '2', '-sha256',
        '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
        '-keyout', at(`${name}.key`),
        '-out', at(`${name}.pem`),
        '-subj', `/CN=${subject}`,
        ...rest,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
  make('root', 'tlscope bench root', '-addext', 'keyUsage=critical,keyCertSign,cRLSign');
  // biome-ignore format: one option and its value a line
  make(
    'leaf', SERVER_NAME,
    '-CA', at('root.pem'), '-CAkey', at('root.key'),
    '-addext', 'basicConstraints=critical,CA:FALSE',
    '-addext', `subjectAltName=DNS:${SERVER_NAME},IP:127.0.0.1`,
    '-addext', 'extendedKeyUsage=serverAuth',
  );
  return {
    rootFile: at('root.pem'),
    rootKeyFile: at('root.key'),
    root: readFileSync(at('root.pem'), 'utf8'),
    leaf: readFileSync(at('leaf.pem'), 'utf8'),
    key: readFileSync(at('leaf.key'), 'utf8'),
  };
}
