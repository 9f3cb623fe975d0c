/**
 * Whether an OCSP response answers for the leaf: it is about it, signed by who may, and of the time of the handshake
 * (RFC 6960 §3.2). A nonce means nothing here: a stapled response answers no client's own question.
 */
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import type { OcspStaple } from '../../shared/model.ts';
import { isContext, readElement, readElements } from '../../wire/der.ts';
import { nameText } from '../../wire/x509/name.ts';
import { type CertId, type OcspParts, ocspParts, responseDataParts } from '../../wire/x509/ocsp-structure.ts';
import { type CertificateParts, extensionValue } from '../../wire/x509/structure.ts';
import { summariseCertificate } from '../../wire/x509/summary.ts';
import { bodyOf, readOid } from '../../wire/x509/values.ts';
import { nodeDigest } from '../digest.ts';
import { type Member, sentMember } from './member.ts';
import { nameKey } from './name-key.ts';
import { verifySigned } from './ocsp-signature.ts';
import { publicKeyOf, type Signatures } from './signatures.ts';
import { howLong } from './words.ts';

export interface StapleContext {
  readonly leaf: Member;
  /** Undefined when it is not at hand. */
  readonly issuer: Member | undefined;
  readonly signatures: Signatures;
  /** When the handshake happened. */
  readonly at: Date;
}

/** `text`: a clause that tells the result and why. */
export interface StapleCheck {
  readonly result: NonNullable<OcspStaple['check']>;
  readonly text: string;
}

type Period = Pick<OcspStaple, 'thisUpdate' | 'nextUpdate'>;

/**
 * The index of the answer about the leaf; of those with its serial number, the one that names its issuer too. -1 where
 * there is none. For `summariseOcsp`.
 */
export function answerAbout({ leaf, issuer }: StapleContext, answers: readonly CertId[]): number {
  const { serial } = leaf.certificate;
  const whole = answers.findIndex((about) => about.serial === serial && issuer && isOf(issuer, leaf, about));
  return whole >= 0 ? whole : answers.findIndex((about) => about.serial === serial);
}

/** Whether it may be believed, whenever it was made. Never throws. */
export function checkAnswer(der: Uint8Array, about: CertId, context: StapleContext): StapleCheck {
  const { leaf, issuer } = context;
  if (about.serial !== leaf.certificate.serial) {
    return failed(`it is about another certificate, with serial number ${about.serial ?? 'unknown'}`);
  }
  if (issuer === undefined) return unchecked('the certificate of its issuer is not at hand');
  const isAboutLeaf = isOf(issuer, leaf, about);
  if (isAboutLeaf === undefined) return unchecked('the hash that names the issuer is not known here');
  if (!isAboutLeaf) return failed('it is about a certificate of another issuer with the same serial number');
  return checkSignature(der, issuer, context);
}

/** RFC 6960 §4.2.2.1; clocks may differ a little. */
const LEEWAY = 5 * 60_000;

/** What is wrong with its time; undefined when nothing is. `isLate`: it was of the right time once. */
export function checkTime(
  { thisUpdate, nextUpdate }: Period,
  at: Date,
): (StapleCheck & { readonly isLate: boolean }) | undefined {
  if (thisUpdate === undefined) return { ...failed('it does not say of when it is'), isLate: false };
  const early = Date.parse(thisUpdate) - at.getTime();
  if (early > LEEWAY) return { ...failed(`it is of ${howLong(early)} after this handshake`), isLate: false };
  const late = nextUpdate === undefined ? 0 : at.getTime() - Date.parse(nextUpdate);
  if (late <= LEEWAY) return undefined;
  return { ...failed(`it had been out of date for ${howLong(late)} at this handshake`), isLate: true };
}

/** Certificates in one response that are looked at; real ones have at most a few. */
const MAX_SIGNERS = 8;

function checkSignature(der: Uint8Array, issuer: Member, context: StapleContext): StapleCheck {
  const parts = ocspParts(der);
  const responder = parts.data && responseDataParts(der, parts.data).responder;
  if (responder === undefined) return failed('it does not say who signed it');
  const named = readElement(der, responder.body);
  const isNamed = ({ subjectKey, der: certificate, parts }: Member) =>
    named !== undefined &&
    (isContext(responder, 1)
      ? subjectKey === nameKey(der, named)
      : equal(bodyOf(der, named), nodeDigest.sha1(keyBitsOf(certificate, parts))));
  const signers = [issuer, ...delegatesIn(der, parts)].filter(isNamed);
  const verdicts = signers.map((signer) => checkSigner(der, parts, signer, issuer, context));
  const best = verdicts.find(({ result }) => result === 'verified') ?? verdicts[0];
  if (best !== undefined) return best;
  const who = named && isContext(responder, 1) ? `«${nameText(der, named)}»` : 'the key it names';
  return failed(`it is signed by ${who}, which is neither its issuer nor among the certificates in it`);
}

function delegatesIn(der: Uint8Array, { certificates }: OcspParts): Member[] {
  const list = certificates && readElement(der, certificates.body);
  const items = list === undefined ? [] : readElements(der, list.body, MAX_SIGNERS);
  return items.map(({ range }, n) => sentMember(summariseCertificate(der.subarray(...range), nodeDigest), n, false));
}

/** RFC 6960 §4.2.2.2: the issuer itself, or whom it made a certificate for just this. */
function checkSigner(
  der: Uint8Array,
  { data, algorithm, signature }: OcspParts,
  signer: Member,
  issuer: Member,
  { signatures, at }: StapleContext,
): StapleCheck {
  const who = `«${signer.certificate.subject}»`;
  const isIssuer = equal(keyBitsOf(signer.der, signer.parts), keyBitsOf(issuer.der, issuer.parts));
  if (!isIssuer) {
    const link = signer.issuerKey === issuer.subjectKey ? signatures.check(signer, issuer) : 'failed';
    if (link === 'failed') return failed(`its signer, ${who}, has no certificate of the same issuer`);
    if (link === 'unknown') return unchecked(`the certificate of its signer, ${who}, cannot be checked here`);
    if (!mayAnswer(signer)) {
      return failed(`its signer, ${who}, has a certificate that is not for it (id-kp-OCSPSigning is not there)`);
    }
    const { notBefore, notAfter } = signer.certificate;
    if (!(Date.parse(notBefore) <= at.getTime() && at.getTime() <= Date.parse(notAfter))) {
      return failed(`the certificate of its signer, ${who}, is not valid at this handshake`);
    }
  }
  const key = publicKeyOf(signer);
  if (!data || !signature || !key) return unchecked(`the signature, or the key of ${who}, cannot be read`);
  const octets = bodyOf(der, signature).subarray(1);
  const verdict = verifySigned(der, algorithm, key, der.subarray(...data.range), octets);
  if (verdict === 'unknown') return unchecked('its signature is of a kind that cannot be checked here');
  if (verdict === 'failed') return failed(`its signature was not made with the key of ${who}`);
  const by = isIssuer ? `the issuer, ${who}` : `${who}, which the issuer certified for it`;
  return { result: 'verified', text: `it fits: it is about this certificate and signed by ${by}` };
}

const EXTENDED_KEY_USAGE = '2.5.29.37';
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const MAX_PURPOSES = 100;

function mayAnswer({ der, parts }: Member): boolean {
  const value = extensionValue(der, parts, EXTENDED_KEY_USAGE);
  const purposes = value ? readElements(der, value.body, MAX_PURPOSES) : [];
  return purposes.some((each) => readOid(bodyOf(der, each)) === OCSP_SIGNING);
}

/** OpenSSL's names, by identifier. */
const HASHES: ReadonlyMap<string, string> = new Map([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

/** Whether the hashes are those of the leaf's issuer; undefined when they are of an unknown kind. */
function isOf(issuer: Member, leaf: Member, { algorithm = '', nameHash, keyHash }: CertId): boolean | undefined {
  const name = HASHES.get(algorithm);
  if (name === undefined) return undefined;
  const { issuer: named } = leaf.parts;
  if (named === undefined || nameHash === undefined || keyHash === undefined) return false;
  const digest = (bytes: Uint8Array) => hash(name, bytes, 'buffer');
  return (
    equal(nameHash, digest(leaf.der.subarray(...named.range))) &&
    equal(keyHash, digest(keyBitsOf(issuer.der, issuer.parts)))
  );
}

/** What is hashed of a key: the BIT STRING without its count of unused bits. */
function keyBitsOf(der: Uint8Array, { publicKey }: CertificateParts): Uint8Array {
  const bits = publicKey && readElements(der, publicKey.body, 2)[1];
  return bits ? bodyOf(der, bits).subarray(1) : new Uint8Array(0);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function failed(reason: string): StapleCheck {
  return { result: 'failed', text: `it does not fit: ${reason}` };
}

function unchecked(reason: string): StapleCheck {
  return { result: 'unchecked', text: `whether it fits was not checked: ${reason}` };
}
