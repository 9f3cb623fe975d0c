/**
 * The ways from a leaf up to a root: each certificate's issuers are those that bear the issuer's name and whose key
 * made the signature, among the roots and among what was sent.
 *
 * A name that several certificates bear (a root cross-signed by an older one) makes several ways. The search is bounded in
 * depth, in width and in signatures, since whoever sends the certificates decides how many there are.
 */
import type { TrustStore } from '../trust-store.ts';
import { isSelfIssued, type Member, rootMember } from './member.ts';
import type { Signatures, Verdict } from './signatures.ts';

export interface Path {
  /** Leaf first; never empty. */
  readonly members: readonly Member[];
  /** `links[i]`: the signature of member `i` under the key of member `i + 1`. */
  readonly links: readonly Verdict[];
  /** Why it goes no further. `own-signature`: the last one is signed with its own key, or claims so. */
  readonly end: 'root' | 'own-signature' | 'no-issuer' | 'too-long';
  /** The last one's signature under its own key, when it ends by that. */
  readonly own?: Verdict;
}

/** Real chains have up to five. */
export const MAX_DEPTH = 10;

/** Certificates of one name that are tried as issuer of one. */
const MAX_ISSUERS = 16;

/** Of those whose key fits, how many are followed. */
const MAX_BRANCHES = 4;

const MAX_PATHS = 16;

export interface Pool {
  readonly roots: TrustStore;
  readonly sent: readonly Member[];
  readonly signatures: Signatures;
}

/** All ways that the bounds allow, those over roots first; at least one. */
export function findPaths(leaf: Member, pool: Pool): Path[] {
  const paths: Path[] = [];
  const walk = (members: readonly Member[], links: readonly Verdict[]): void => {
    if (paths.length >= MAX_PATHS) return;
    const last = members.at(-1)!;
    if (last.root) {
      paths.push({ members, links, end: 'root' });
      return;
    }
    const own = isSelfIssued(last) ? pool.signatures.check(last, last) : undefined;
    if (own === 'verified') {
      paths.push({ members, links, end: 'own-signature', own });
      return;
    }
    if (members.length === MAX_DEPTH) {
      paths.push({ members, links, end: 'too-long' });
      return;
    }
    const issuers = issuersOf(last, members, pool);
    for (const [issuer, link] of issuers) walk([...members, issuer], [...links, link]);
    if (issuers.length > 0) return;
    paths.push(
      own === undefined ? { members, links, end: 'no-issuer' } : { members, links, end: 'own-signature', own },
    );
  };
  walk([leaf], []);
  return paths;
}

/** Those whose key fits; where none does, the one that must have been meant. */
function issuersOf(child: Member, taken: readonly Member[], pool: Pool): (readonly [Member, Verdict])[] {
  const judged: (readonly [Member, Verdict])[] = [];
  const verified: (readonly [Member, Verdict])[] = [];
  for (const issuer of candidatesFor(child, taken, pool)) {
    const verdict = pool.signatures.check(child, issuer);
    judged.push([issuer, verdict]);
    if (verdict === 'verified') verified.push([issuer, verdict]);
    if (verified.length === MAX_BRANCHES) break;
  }
  if (verified.length > 0) return verified;
  const meant =
    judged.find(([, verdict]) => verdict === 'unknown') ?? judged.find(([issuer]) => isMeant(child, issuer));
  return meant ? [meant] : [];
}

function candidatesFor(child: Member, taken: readonly Member[], { roots, sent }: Pool): Member[] {
  const key = child.issuerKey;
  // What names no issuer has none.
  if (key === '') return [];
  const isTaken = ({ certificate }: Member) => taken.some((member) => member.certificate.sha256 === certificate.sha256);
  const known = sent.filter((member) => member.subjectKey === key);
  const sentHashes = new Set(known.map(({ certificate }) => certificate.sha256));
  const notSent = roots
    .named(key)
    .map(rootMember)
    .filter(({ certificate }) => !sentHashes.has(certificate.sha256));
  const rank = (member: Member) => (member.root ? 0 : 2) + (fits(child, member) === false ? 1 : 0);
  return [...notSent, ...known]
    .filter((member) => !isTaken(member))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MAX_ISSUERS);
}

/** Whether the key identifiers agree; undefined when one of the two has none. */
function fits(child: Member, issuer: Member): boolean | undefined {
  if (child.issuerKeyId === undefined || issuer.keyId === undefined) return undefined;
  return child.issuerKeyId === issuer.keyId;
}

/** A name alone is not enough: another CA may bear it. */
function isMeant(child: Member, issuer: Member): boolean {
  return fits(child, issuer) !== false;
}
