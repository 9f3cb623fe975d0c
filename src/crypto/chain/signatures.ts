/** Whether one certificate was signed with another's key, asked at most so often. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { algorithmParts } from '../../wire/x509/algorithm.ts';
import { ALGORITHMS } from '../../wire/x509/oids.ts';
import type { Member } from './member.ts';

/** `unknown`: OpenSSL knows no such key or algorithm, cannot read one of the two, or was asked too often. */
export type Verdict = 'verified' | 'failed' | 'unknown';

/** A verification takes some 100 µs; honest chains need fewer than ten. */
const MAX_CHECKS = 80;

export class Signatures {
  readonly #verdicts = new Map<string, Verdict>();

  check(child: Member, parent: Member): Verdict {
    const pair = `${child.certificate.sha256} ${parent.certificate.sha256}`;
    const known = this.#verdicts.get(pair);
    if (known !== undefined) return known;
    if (this.#verdicts.size >= MAX_CHECKS) return 'unknown';
    const verdict = verify(child, parent);
    this.#verdicts.set(pair, verdict);
    return verdict;
  }
}

function verify(child: Member, parent: Member): Verdict {
  const key = publicKeyOf(parent);
  const { oid } = algorithmParts(child.der, child.parts.algorithm);
  if (child.x509 === undefined || key === undefined || oid === undefined || !Object.hasOwn(ALGORITHMS, oid)) {
    return 'unknown';
  }
  try {
    return child.x509.verify(key) ? 'verified' : 'failed';
  } catch {
    return 'unknown';
  }
}

/** Undefined when OpenSSL cannot use it. */
export function publicKeyOf({ der, parts }: Pick<Member, 'der' | 'parts'>): KeyObject | undefined {
  if (parts.publicKey === undefined) return undefined;
  try {
    const key = Buffer.from(der.subarray(...parts.publicKey.range));
    return createPublicKey({ key, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
