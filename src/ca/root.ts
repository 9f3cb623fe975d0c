/** The root: made once, read ever after. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  X509Certificate,
} from 'node:crypto';
import { promisify } from 'node:util';
import { distinguishedName, keyIdentifier, MAX_ATTRIBUTE, serialNumber, signCertificate } from './certificate.ts';
import { type Asn1, content, decode, dotted, isContext, members } from './der.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  keyUsage,
  SUBJECT_KEY_IDENTIFIER,
  subjectKeyIdentifier,
} from './extensions.ts';
import { pemBlocks, pemCertificates, toPem } from './pem.ts';
import { type Signer, signerFor } from './signer.ts';
import { rootValidity } from './validity.ts';

/** The two halves as PEM. */
export interface RootPem {
  readonly certificate: string;
  readonly key: string;
}

/** A root ready to sign. */
export interface Root {
  /** The signing certificate. */
  readonly certificate: X509Certificate;
  /**
   * The same as PEM. Handshakes send it behind the leaf: a root may be left out (RFC 8446 §4.4.2), but Chromium looks
   * for the SPKI hash that it is told to trust only in what the server sent.
   */
  readonly certificatePem: string;
  /** Its subject, as leaves name their issuer: octet for octet. */
  readonly subject: Asn1;
  readonly keyId: Uint8Array;
  readonly signer: Signer;
  /** base64 of SHA-256 over SubjectPublicKeyInfo. */
  readonly spkiSha256: string;
}

const generate = promisify(generateKeyPair);

/**
 * A new self-signed root with an EC P-256 key.
 * @param host goes into the subject, so that a person tells the roots of two machines apart in a trust store
 * @param now ms since the epoch
 */
export async function makeRoot(host: string, now: number): Promise<RootPem> {
  const pair = await generate('ec', { namedCurve: 'P-256' });
  const publicKey = decode(pair.publicKey.export({ type: 'spki', format: 'der' }));
  const keyId = keyIdentifier(publicKey);
  const name = distinguishedName({ organization: 'tlscope', commonName: commonName(host, now, keyId) });
  const der = await signCertificate(
    {
      serial: serialNumber(),
      issuer: name,
      subject: name,
      ...rootValidity(now),
      publicKey,
      extensions: [
        basicConstraints(true),
        keyUsage('authority'),
        subjectKeyIdentifier(keyId),
        authorityKeyIdentifier(keyId),
      ],
    },
    signerFor(pair.privateKey),
  );
  return {
    certificate: toPem('CERTIFICATE', der),
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

/**
 * @param now ms since the epoch
 * @throws Error whose message is a reason to put into brackets: what keeps these halves from being a root
 */
export function readRoot(pem: RootPem, now: number): Root {
  const [certificatePem] = pemCertificates(pem.certificate);
  if (certificatePem === undefined) throw new Error('it holds no PEM certificate');
  const certificate = new X509Certificate(certificatePem);
  const key = readKey(pem.key);
  if (!certificate.checkPrivateKey(key)) throw new Error('the certificate does not belong to the key');
  if (!certificate.ca) throw new Error('the certificate is not one of an authority (basicConstraints CA:TRUE)');
  if (certificate.validToDate.getTime() <= now) throw new Error(`it expired on ${isoDay(certificate.validToDate)}`);
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const parts = certificateParts(certificate.raw);
  return {
    certificate,
    certificatePem,
    subject: parts.subject,
    keyId: parts.keyId ?? keyIdentifier(decode(spki)),
    signer: signerFor(key),
    spkiSha256: createHash('sha256').update(spki).digest('base64'),
  };
}

function readKey(text: string): KeyObject {
  const block = pemBlocks(text).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (!block) throw new Error('it holds no PEM private key');
  if (block.label.startsWith('ENCRYPTED') || block.text.includes('Proc-Type: 4,ENCRYPTED'))
    throw new Error('the key is protected by a passphrase');
  return createPrivateKey(block.text);
}

/** The key's own digits come first: two roots of one machine and one day differ in them, and a long host is cut. */
function commonName(host: string, now: number, keyId: Buffer): string {
  const before = `tlscope root CA ${keyId.toString('hex', 0, 4)} (`;
  const after = ` ${isoDay(new Date(now))})`;
  return before + host.slice(0, MAX_ATTRIBUTE - before.length - after.length) + after;
}

function isoDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** Where `TBSCertificate` (RFC 5280 §4.1) keeps them. Its version, `[0]`, is optional and so is taken out first. */
function certificateParts(der: Uint8Array): { subject: Asn1; keyId: Uint8Array | undefined } {
  const fields = members(members(decode(der))[0]).filter((field) => !isContext(field, 0));
  const subject = fields[4];
  if (!subject) throw new Error('the certificate has no subject');
  const extensions = members(members(fields.find((field) => isContext(field, 3)))[0]);
  const extension = extensions.find((each) => dotted(members(each)[0]) === SUBJECT_KEY_IDENTIFIER);
  const value = extension && members(extension).at(-1);
  return { subject, keyId: value && content(decode(content(value))) };
}
