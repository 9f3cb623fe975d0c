/**
 * The server's certificates put in order up to a trusted root, and judged as a client would (RFC 5280 §6, RFC 9525).
 *
 * Nothing is fetched: what was not sent and is no root is missing. Of several ways to a root the one with the least wrong
 * is taken. A stapled response is verified whole. Policies, other revocation, and the signatures of certificate timestamps
 * (which need the logs' keys) are not judged.
 */
import type {
  Certificate,
  CertificateChain,
  ChainProblem,
  Field,
  Handshake,
  HandshakeMessage,
} from '../shared/model.ts';
import { fromHex } from '../wire/hex.ts';
import { summariseCertificate } from '../wire/x509/summary.ts';
import { anywhere } from './chain/field-search.ts';
import { isFatal, judge, sorted } from './chain/judge.ts';
import { type Member, sentMember } from './chain/member.ts';
import { findPaths, type Path, type Pool } from './chain/path.ts';
import { Signatures } from './chain/signatures.ts';
import { readStapled } from './chain/stapled.ts';
import { nodeDigest } from './digest.ts';
import type { TrustStore } from './trust-store.ts';

export interface ChainOptions {
  readonly roots: TrustStore;
  /** The name the client asked for. */
  readonly host: string | undefined;
  /** When the handshake happened. */
  readonly at: Date;
}

/** Certificates of one message that are looked at; the rest counts as unused. */
const MAX_SENT = 100;

const CERTIFICATE = 11;
const COMPRESSED_CERTIFICATE = 25;

/** Undefined when the handshake shows no certificate by its nature (resumed, pre-shared key). Never throws. */
export function buildChain(handshake: Handshake, options: ChainOptions): CertificateChain | undefined {
  const messages = handshake.messages.filter(({ renegotiation }) => !renegotiation);
  const message = messages.find(isServerCertificate);
  if (message === undefined) return undefined;
  const certificates = handshake.certificates.length > 0 ? handshake.certificates : certificatesIn(message);
  const sent = certificates
    .slice(0, MAX_SENT)
    .map((certificate, index) => sentMember(certificate, index, options.roots.has(certificate.sha256)));
  const [leaf] = sent;
  if (leaf === undefined) return withoutCertificate(message);
  const signatures = new Signatures();
  const { path, problems } = bestPath(leaf, { roots: options.roots, sent, signatures }, options);
  const issuer = path.members[1] ?? (path.own === 'verified' ? leaf : undefined);
  const { staple, timestamps } = readStapled(messages, message, { leaf, issuer, signatures, at: options.at });
  const all = staple?.status === 'revoked' ? sorted([...problems, revoked(staple.text)]) : problems;
  const top = path.members.at(-1)!;
  const used = new Set(path.members.map((member) => member.sent));
  return {
    path: path.members.map(({ certificate, sent, root }) => ({
      subject: certificate.subject,
      sha256: certificate.sha256,
      ...(sent !== undefined && { sent }),
      root,
    })),
    unused: certificates.flatMap((_, index) => (used.has(index) ? [] : [index])),
    ...(path.end === 'root' && { root: top.certificate.subject }),
    trusted: path.end === 'root' && !all.some(isFatal),
    problems: all,
    ...(staple && { staple }),
    timestamps,
  };
}

/** To a root rather than not, then with the fewest problems, those first that clients refuse, then the shortest; the first of equals. */
function bestPath(leaf: Member, pool: Pool, { host, at }: ChainOptions) {
  const judged = findPaths(leaf, pool).map((path) => ({
    path,
    problems: judge(path, host, at),
  }));
  const [best] = judged.sort(
    (a, b) =>
      rank(a.path) - rank(b.path) ||
      a.problems.filter(isFatal).length - b.problems.filter(isFatal).length ||
      a.problems.length - b.problems.length ||
      a.path.members.length - b.path.members.length,
  );
  return best!;
}

function rank({ end, links }: Path): number {
  return (end === 'root' ? 0 : 2) + (links.every((link) => link === 'verified') ? 0 : 1);
}

function isServerCertificate({ sender, contentType, type }: HandshakeMessage): boolean {
  return sender === 'server' && contentType === 22 && (type.id === CERTIFICATE || type.id === COMPRESSED_CERTIFICATE);
}

/** Of a handshake that ended before its facts were settled. */
function certificatesIn({ fields }: HandshakeMessage): Certificate[] {
  const found: Certificate[] = [];
  const walk = (list: readonly Field[]): void => {
    for (const { name, value, children } of list) {
      if (found.length > MAX_SENT) return;
      if (name === 'cert_data' && typeof value === 'string') {
        found.push(summariseCertificate(fromHex(value), nodeDigest));
      } else if (children) {
        walk(children);
      }
    }
  };
  walk(fields);
  return found;
}

function withoutCertificate({ type, fields }: HandshakeMessage): CertificateChain {
  const bare = anywhere(fields, 'ASN1_subjectPublicKeyInfo');
  const problem: ChainProblem =
    bare === undefined && type.id === COMPRESSED_CERTIFICATE
      ? { code: 'unreadable', at: 0, text: 'The compressed certificates cannot be read.' }
      : {
          code: 'no-certificate',
          at: 0,
          text: bare ? bareKey(bare) : 'The server’s Certificate message holds no certificate.',
        };
  return { path: [], unused: [], trusted: false, problems: [problem], timestamps: 0 };
}

/** RFC 7250. */
function bareKey({ text }: Field): string {
  const words = text === undefined ? 'public key' : `${text} key`;
  return `The server showed its ${words} bare, without a certificate: no root vouches for it, and it must be known from elsewhere.`;
}

function revoked(text: string): ChainProblem {
  return { code: 'revoked', at: 0, text: `The OCSP response that the server itself sent says: ${text}.` };
}
