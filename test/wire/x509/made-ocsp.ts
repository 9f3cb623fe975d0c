/** OCSP responses made by openssl while the tests run. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface OcspRecipe {
  /** Both made here when not given. */
  readonly issuer?: Holder;
  /** Who signs; the issuer itself if absent. */
  readonly signer?: Holder;
  /** Hex, upper case, as openssl's index has it. */
  readonly serial: string;
  /** The state in the issuer's index: valid, or revoked with a reason; unknown serials are not in it. */
  readonly state: 'V' | 'R' | 'absent';
  /** More arguments of `openssl ocsp`. */
  readonly args?: readonly string[];
  /** Hash in the CertID; SHA-1 if absent. */
  readonly hash?: 'sha256';
}

/** A certificate and its key, PEM. */
export interface Holder {
  readonly certificate: string;
  readonly key: string;
}

/** The DER of a response about one serial number. */
export function makeOcspResponse({ issuer, signer, serial, state, args = [], hash }: OcspRecipe): Uint8Array {
  const dir = mkdtempSync(join(tmpdir(), 'tlscope-ocsp-'));
  const file = (name: string) => join(dir, name);
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    if (issuer) {
      writeFileSync(file('ca.pem'), issuer.certificate);
      writeFileSync(file('ca.key'), issuer.key);
    } else {
      const key = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ca.key'];
      run('req', '-x509', '-newkey', ...key, '-subj', '/CN=made CA', '-out', 'ca.pem');
    }
    const revoked = state === 'R' ? '260102030405Z,keyCompromise' : '';
    const row = [state, '491231235959Z', revoked, serial, 'unknown', '/CN=a.test'].join('\t');
    writeFileSync(file('index.txt'), state === 'absent' ? '' : `${row}\n`);
    const certId = [...(hash ? [`-${hash}`] : []), '-issuer', 'ca.pem', '-serial', `0x${serial}`];
    run('ocsp', ...certId, '-reqout', 'request', '-no_nonce');
    if (signer) {
      writeFileSync(file('signer.pem'), signer.certificate);
      writeFileSync(file('signer.key'), signer.key);
    }
    const who = signer ? 'signer' : 'ca';
    const signing = ['-CA', 'ca.pem', '-rsigner', `${who}.pem`, '-rkey', `${who}.key`];
    run('ocsp', '-index', 'index.txt', ...signing, '-reqin', 'request', '-respout', 'response', ...args);
    return new Uint8Array(readFileSync(file('response')));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
