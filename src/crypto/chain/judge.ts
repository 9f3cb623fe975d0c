/** What a client would object to in a path, each in a sentence. */
import type { ChainProblem } from '../../shared/model.ts';
import { algorithmText, hasBrokenHash } from '../../wire/x509/algorithm.ts';
import { printable } from '../../wire/x509/printable.ts';
import { keyBits } from '../../wire/x509/public-key.ts';
import { issuerProblem } from './authority.ts';
import { criticalExtensionProblem } from './critical-extension.ts';
import { coversHost } from './host-name.ts';
import { issuerUrl } from './issuer-url.ts';
import { isSelfIssued, type Member } from './member.ts';
import { nameConstraintProblem } from './name-constraints.ts';
import { MAX_DEPTH, type Path } from './path.ts';
import { purposeProblem } from './purpose.ts';
import { howLong, list, of, the } from './words.ts';

/** The gravest first. */
const GRAVITY: readonly ChainProblem['code'][] = [
  'no-certificate',
  'unreadable',
  'revoked',
  'bad-signature',
  'not-a-ca',
  'name-constraints',
  'critical-extension',
  'wrong-name',
  'wrong-purpose',
  'expired',
  'not-yet-valid',
  'self-signed',
  'missing-intermediate',
  'untrusted-root',
  'weak-key',
  'weak-signature',
  'wrong-order',
];

export function sorted(problems: readonly ChainProblem[]): ChainProblem[] {
  return [...problems].sort((a, b) => GRAVITY.indexOf(a.code) - GRAVITY.indexOf(b.code) || a.at - b.at);
}

/** Whether clients refuse a chain for it. An order that most of them mend is only untidy. */
export function isFatal({ code }: ChainProblem): boolean {
  return code !== 'wrong-order';
}

/** @param host the name the client asked for; without one, names are not judged */
export function judge(path: Path, host: string | undefined, at: Date): ChainProblem[] {
  const { members } = path;
  const problems: ChainProblem[] = [];
  const add = (code: ChainProblem['code'], index: number, text: string | undefined) => {
    if (text !== undefined) problems.push({ code, at: index, text });
  };
  for (const [index, member] of members.entries()) {
    add('unreadable', index, unreadable(member, index));
    add('expired', index, expired(member, index, at));
    add('not-yet-valid', index, notYetValid(member, index, at));
    add('weak-key', index, weakKey(member, index));
    add('wrong-purpose', index, purposeProblem(member, index));
    add('critical-extension', index, criticalExtensionProblem(member, index));
    add('name-constraints', index, nameConstraintProblem(members, index));
    if (!isOwnEnd(path, index)) add('weak-signature', index, weakSignature(member, index));
    if (index > 0) add('not-a-ca', index, issuerProblem(members, index));
  }
  for (const [index, link] of path.links.entries()) {
    const [child, parent] = [members[index]!, members[index + 1]!];
    if (link === 'failed') add('bad-signature', index, badSignature(child, index, parent));
    if (link === 'unknown' && child.x509) add('unreadable', index, uncheckable(child, index));
  }
  add(...end(path));
  add('wrong-order', ...wrongOrder(members));
  if (host !== undefined && !coversHost(members[0]!, host)) add('wrong-name', 0, wrongName(members[0]!, host));
  return sorted(problems);
}

/** The last one vouches for itself, so how it is signed means nothing. */
function isOwnEnd({ members }: Path, index: number): boolean {
  return index === members.length - 1 && (members[index]!.root || isSelfIssued(members[index]!));
}

function unreadable(member: Member, index: number): string | undefined {
  if (member.x509 === undefined) return `${the(member, index)} cannot be read.`;
  const { notBefore, notAfter } = member.certificate;
  if (Number.isNaN(Date.parse(notBefore)) || Number.isNaN(Date.parse(notAfter))) {
    return `The validity of ${of(member, index)} cannot be read.`;
  }
  return undefined;
}

function expired(member: Member, index: number, at: Date): string | undefined {
  const { notAfter } = member.certificate;
  const late = at.getTime() - Date.parse(notAfter);
  return late > 0 ? `${the(member, index)} expired on ${notAfter}, ${howLong(late)} before this handshake.` : undefined;
}

function notYetValid(member: Member, index: number, at: Date): string | undefined {
  const { notBefore } = member.certificate;
  const early = Date.parse(notBefore) - at.getTime();
  if (!(early > 0)) return undefined;
  return `${the(member, index)} is valid from ${notBefore} on, ${howLong(early)} after this handshake.`;
}

/** RFC 9325 §4.5. */
const LEAST_BITS = { RSA: 2048, DSA: 2048, EC: 224 } as const;

function weakKey(member: Member, index: number): string | undefined {
  const key = keyBits(member.der, member.parts.publicKey);
  if (key === undefined || key.bits >= LEAST_BITS[key.kind]) return undefined;
  return `The key of ${of(member, index)} has ${key.bits} bits (${member.certificate.key}); ${LEAST_BITS[key.kind]} are the least that is safe.`;
}

function weakSignature(member: Member, index: number): string | undefined {
  const signature = algorithmText(member.der, member.parts.algorithm);
  if (!hasBrokenHash(signature)) return undefined;
  return `${the(member, index)} is signed with ${signature}, whose hash can be collided.`;
}

function badSignature(child: Member, index: number, parent: Member): string {
  return `The signature of ${of(child, index)} was not made with the key of «${parent.certificate.subject}».`;
}

function uncheckable(child: Member, index: number): string {
  return `The signature of ${of(child, index)} (${child.certificate.signature}) cannot be checked here.`;
}

function end(path: Path): [ChainProblem['code'], number, string | undefined] {
  const { members, end, own } = path;
  const at = members.length - 1;
  const last = members[at]!;
  const { subject, issuer } = last.certificate;
  if (end === 'root') return ['untrusted-root', at, undefined];
  // An unreadable certificate leads nowhere, and that has been said.
  if (last.x509 === undefined) return ['unreadable', at, undefined];
  if (end === 'own-signature') {
    if (own === 'failed') {
      return ['bad-signature', at, `${the(last, at)} names itself as issuer, and its own key did not sign it.`];
    }
    if (at === 0) return ['self-signed', 0, `${the(last, 0)} is signed by itself and is not trusted here.`];
    return ['untrusted-root', at, `The chain ends at the root «${subject}», which is not trusted here.`];
  }
  if (end === 'too-long') {
    return [
      'untrusted-root',
      at,
      `The chain is followed for ${MAX_DEPTH} certificates, and no trusted root is among them.`,
    ];
  }
  // A private CA hardly ever writes where its certificate is to be had; a public one always does.
  const url = at === 0 ? issuerUrl(last) : undefined;
  if (url !== undefined) {
    const where = `it can be had at ${printable(url)}`;
    return ['missing-intermediate', at, `The certificate of its issuer, «${issuer}», was not sent (${where}).`];
  }
  return [
    'untrusted-root',
    at,
    `The issuer of ${of(last, at)}, «${issuer}», was not sent and is not among the roots trusted here.`,
  ];
}

/** Where a certificate stands before the one it certifies. */
function wrongOrder(members: readonly Member[]): [number, string | undefined] {
  let before = -1;
  for (const [index, { sent }] of members.entries()) {
    if (sent === undefined) continue;
    if (sent < before) {
      const order = members.flatMap((member) => (member.sent === undefined ? [] : [member.sent + 1]));
      return [
        index,
        `The certificates are not sent in order: from the leaf up they stand at ${list(order.map(String))}.`,
      ];
    }
    before = sent;
  }
  return [0, undefined];
}

const MAX_NAMES = 5;

function wrongName(leaf: Member, host: string): string {
  const names = leaf.certificate.names.map((name) => name.replace(/^(DNS|IP):/, ''));
  const shown = names.slice(0, MAX_NAMES).join(', ');
  const asked = printable(host);
  if (names.length === 0) {
    return `The certificate names no host in its subjectAltName, the one place where clients look for ${asked}.`;
  }
  const more = names.length > MAX_NAMES ? ` and more` : '';
  return `The certificate is for ${shown}${more}, not for ${asked}.`;
}
