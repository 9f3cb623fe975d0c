/** The two messages that are signed: CertificateVerify and, up to TLS 1.2, ServerKeyExchange. */
import { readCertificateVerifyMessage, readServerKeyExchange } from '../../wire/tls/messages/table.ts';
import { isTls13, suiteHash, transcriptHash } from '../transcript.ts';
import { leafKey } from './leaf-key.ts';
import { schemeWords, verifySignature } from './signature.ts';
import { contextOf, counted, judge, type Subject, unchecked, type Verdict } from './subject.ts';

/** RFC 8446 §4.4.3; RFC 5246 §7.4.8. */
export function checkCertificateVerify(subject: Subject): Verdict {
  const { run, before, message } = subject;
  const { scheme, signature } = readCertificateVerifyMessage(message.bytes, contextOf(run));
  const covered = `the ${counted(before.length, 'message')} before it`;
  if (!isTls13(run)) {
    const data = Buffer.concat(before.map(({ bytes }) => bytes));
    return checkSignature(subject, { spec: 'RFC 5246 §7.4.8', scheme, signature, data, covered }, subject.doubt);
  }
  const spec = 'RFC 8446 §4.4.3';
  const hash = suiteHash(run);
  if (hash === undefined) return unchecked(spec, words(subject), 'the hash of the cipher suite is not known here');
  const data = signedContent(message.sender, transcriptHash(hash, before));
  return checkSignature(subject, { spec, scheme, signature, data, covered }, subject.doubt ?? delegation(subject));
}

/** RFC 9345. */
const DELEGATED_CREDENTIAL = 34;

function delegation({ run, message }: Subject): string | undefined {
  const isTaken = run.clientHello?.extensions.some(({ type }) => type === DELEGATED_CREDENTIAL);
  if (message.sender === 'client' || !isTaken) return undefined;
  return 'the client takes delegated credentials, and the server may have signed with the key of one';
}

/** RFC 5246 §7.4.3, RFC 8422 §5.4. Undefined when the key exchange is one that is not signed. */
export function checkServerKeyExchange(subject: Subject): Verdict | undefined {
  const { run, message } = subject;
  const { scheme, signature, signedParams } = readServerKeyExchange(message.bytes, contextOf(run));
  if (!signature || !signedParams) return undefined;
  const spec = 'RFC 5246 §7.4.3';
  if (!run.clientHello || !run.serverHello) return unchecked(spec, words(subject), 'a hello is not at hand');
  const data = Buffer.concat([run.clientHello.random, run.serverHello.random, signedParams]);
  const covered = `both randoms and the ${counted(signedParams.length, 'byte')} of parameters`;
  return checkSignature(subject, { spec, scheme, signature, data, covered }, undefined);
}

interface Signed {
  readonly spec: string;
  readonly scheme: number | undefined;
  readonly signature: Uint8Array;
  readonly data: Uint8Array;
  /** What `data` is, in words. */
  readonly covered: string;
}

function checkSignature(subject: Subject, signed: Signed, doubt: string | undefined): Verdict {
  const { spec, scheme, signature, data, covered } = signed;
  const leaf = leafKey(subject);
  if (!leaf.key) return unchecked(spec, words(subject), leaf.reason);
  const version = subject.run.serverHello?.version ?? 0;
  const verdict = verifySignature(scheme, version, leaf.key, data, signature);
  if (verdict.holds === undefined) return unchecked(spec, words(subject), verdict.reason);
  const named = `${words(subject)} (${schemeWords(scheme, leaf.key.asymmetricKeyType)}, ${counted(signature.length, 'byte')})`;
  const made = `valid under ${leaf.words} over ${covered}`;
  if (verdict.reason === undefined) return judge(verdict.holds, { spec, subject: named, made }, doubt);
  // What is not allowed is not, whatever is in doubt.
  return judge(verdict.holds, { spec, subject: named, made: `${made}: ${verdict.reason}` });
}

function words({ message }: Subject): string {
  return `The ${message.sender}'s signature`;
}

/** What the signature covers (RFC 8446 §4.4.3): padding, whose signature it is, the transcript's hash. */
function signedContent(sender: 'client' | 'server', digest: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.alloc(64, 0x20), Buffer.from(`TLS 1.3, ${sender} CertificateVerify\0`), digest]);
}
