/** Certificates of the demo's servers, under roots that live as long as the process and never touch the disk. */
import { generateKeyPairSync } from 'node:crypto';
import { distinguishedName, serialNumber, signCertificate } from '../ca/certificate.ts';
import { decode } from '../ca/der.ts';
import { basicConstraints, subjectAltName } from '../ca/extensions.ts';
import { issueLeaf } from '../ca/leaf.ts';
import { type KeyType, LeafKeys } from '../ca/leaf-keys.ts';
import { readNames } from '../ca/names.ts';
import { pemCertificates, toPem } from '../ca/pem.ts';
import { makeRoot, type Root, readRoot } from '../ca/root.ts';
import { signerFor } from '../ca/signer.ts';
import { leafValidity } from '../ca/validity.ts';

/** Options of node:tls for one server identity. */
export interface Credential {
  readonly cert: string;
  readonly key: string;
}

export interface DemoCredentials {
  /** The root that a client of these servers must trust. */
  readonly rootPem: string;
  /** EC P-256 and RSA 2048 for the names asked for, by default `localhost` and the loopback addresses. */
  readonly ec: Credential;
  readonly rsa: Credential;
  /** Its time ended more than half a year ago. */
  readonly expired: Credential;
  /** In order, but under a root that nobody trusts and that the server sends along. */
  readonly untrusted: Credential;
  /** Its own issuer. */
  readonly selfSigned: Credential;
  /** In order, but for another host. */
  readonly wrongName: Credential;
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];
const TWO_YEARS = 2 * 365 * 86_400_000;

/**
 * Makes them all; takes some tenths of a second, most of it for the RSA key.
 * @param names what the certificates that are in order are for
 */
export async function makeCredentials(names: readonly string[] = LOOPBACK): Promise<DemoCredentials> {
  const now = Date.now();
  // The root is older than the expired certificate under it.
  const rootPem = await makeRoot('demo', now - TWO_YEARS);
  const root = readRoot(rootPem, now);
  const stranger = await makeRoot('nobody trusts this one', now);
  const keys = new LeafKeys();
  const issue = (type: KeyType, to: readonly string[], at: number, by: Root = root) => issued(keys, type, to, at, by);
  const [ec, rsa, expired, wrongName, untrusted] = await Promise.all([
    issue('ec', names, now),
    issue('rsa', names, now),
    issue('ec', names, now - TWO_YEARS),
    issue('ec', ['elsewhere.test'], now),
    issue('ec', names, now, readRoot(stranger, now)),
  ]);
  return {
    rootPem: rootPem.certificate,
    ec,
    rsa,
    expired,
    wrongName,
    untrusted: { cert: untrusted.cert + stranger.certificate, key: untrusted.key },
    selfSigned: await makeSelfSigned(now),
  };
}

async function issued(
  keys: LeafKeys,
  type: KeyType,
  names: readonly string[],
  now: number,
  root: Root,
): Promise<Credential> {
  const { leaf } = await issueLeaf(root, await keys.get(type), names, now);
  // Servers send no root; the clients have it.
  return { cert: pemCertificates(leaf.certificatePem)[0] ?? '', key: leaf.privateKeyPem };
}

/** What a developer makes by hand: no authority anywhere. */
async function makeSelfSigned(now: number): Promise<Credential> {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = distinguishedName({ commonName: 'localhost' });
  const validity = leafValidity(now, { notBefore: new Date(0), notAfter: new Date(now + TWO_YEARS) });
  const plan = {
    serial: serialNumber(),
    issuer: name,
    subject: name,
    ...validity,
    publicKey: decode(pair.publicKey.export({ type: 'spki', format: 'der' })),
    extensions: [basicConstraints(false), subjectAltName(readNames(LOOPBACK), false)],
  };
  return {
    cert: toPem('CERTIFICATE', await signCertificate(plan, signerFor(pair.privateKey))),
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}
