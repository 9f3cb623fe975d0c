/** Whether the CAs above a certificate may issue for the names in it, RFC 5280 §4.2.1.10. */
import { type DerElement, isContext, readElement, readElements } from '../../wire/der.ts';
import { generalNameText } from '../../wire/x509/general-name.ts';
import { nameText } from '../../wire/x509/name.ts';
import { printable } from '../../wire/x509/printable.ts';
import { extensionValue } from '../../wire/x509/structure.ts';
import { bodyOf, readAscii, readOid } from '../../wire/x509/values.ts';
import { isSelfIssued, type Member } from './member.ts';
import { nameKey } from './name-key.ts';
import { list, of } from './words.ts';

/**
 * Why one of the CAs above the member at `index` may not have issued it; undefined when all may. CAs that are renewed
 * under their own name are not held to it (RFC 5280 §6.1.3). Trusted roots are, as OpenSSL and browsers do.
 */
export function nameConstraintProblem(members: readonly Member[], index: number): string | undefined {
  const member = members[index]!;
  const above = members.slice(index + 1).flatMap((issuer) => {
    const value = extensionValue(issuer.der, issuer.parts, NAME_CONSTRAINTS);
    return value === undefined ? [] : [[issuer, value] as const];
  });
  if (above.length === 0 || (index > 0 && isSelfIssued(member))) return undefined;
  for (const [issuer, value] of above) {
    const problem = violationOf(member, issuer, value);
    if (problem !== undefined) {
      const { subject } = issuer.certificate;
      return `The nameConstraints of «${subject}» ${problem.words}, and ${of(member, index)} names ${problem.name}.`;
    }
  }
  return undefined;
}

const NAME_CONSTRAINTS = '2.5.29.30';
const SUBJECT_ALT_NAME = '2.5.29.17';

/** GeneralName's tags, RFC 5280 §4.2.1.6. */
const EMAIL = 1;
const DNS = 2;
const DIRECTORY = 4;
const URI = 6;
const IP = 7;

/** Comparisons of a name with a base, for one certificate and one CA above it; a fourth of what OpenSSL makes. */
const MAX_COMPARISONS = 2 ** 18;

const MAX_LISTED = 3;

/** A GeneralName, read as far as it is compared. */
interface Name {
  /** Context tag; -1 for what is none. */
  readonly kind: number;
  readonly text: string;
  /** Lower case but for the local part of a mailbox. */
  readonly value: string;
  readonly octets: Uint8Array;
  /** Of a directory name: each RDN, the most general first. */
  readonly rdns: readonly string[];
  /** Of a base: it has a minimum other than zero, or a maximum. */
  readonly isBounded?: boolean;
}

interface Violation {
  readonly words: string;
  readonly name: string;
}

/** By member and by CA above it: the same two meet on many paths. */
const found = new WeakMap<Member, WeakMap<Member, Violation | undefined>>();

function violationOf(member: Member, issuer: Member, value: DerElement): Violation | undefined {
  const known = found.get(member) ?? new WeakMap<Member, Violation | undefined>();
  found.set(member, known);
  if (!known.has(issuer)) known.set(issuer, violation(namesOf(member), issuer, value));
  return known.get(issuer);
}

function violation(names: readonly Name[], issuer: Member, value: DerElement): Violation | undefined {
  const sides = readElements(issuer.der, value.body, 2);
  const [permitted, excluded] = [0, 1].map((tag) =>
    basesOf(
      issuer,
      sides.find((side) => isContext(side, tag)),
    ),
  );
  if (names.length * (permitted!.length + excluded!.length) > MAX_COMPARISONS) {
    return { words: 'are too many to be judged here', name: `${names.length} of them` };
  }
  const bases = [...permitted!, ...excluded!];
  for (const name of names) {
    // RFC 5280 §4.2.1.10 lets bases have neither.
    const bounded = bases.find((base) => base.kind === name.kind && base.isBounded);
    if (bounded) return { words: `set a minimum or maximum for ${bounded.text}`, name: name.text };
    const allowed = permitted!.filter(({ kind }) => kind === name.kind);
    const forbidden = excluded!.filter(({ kind }) => kind === name.kind);
    if (allowed.length + forbidden.length > 0 && !COMPARED.has(name.kind)) {
      return { words: 'are about a kind of name that is not judged here', name: name.text };
    }
    if (allowed.length > 0 && !allowed.some((base) => lies(name, base))) {
      const shown = allowed.slice(0, MAX_LISTED).map(({ text }) => text);
      const listed = allowed.length > MAX_LISTED ? `${shown.join(', ')} and more` : list(shown);
      return { words: `permit ${listed}`, name: name.text };
    }
    const hit = forbidden.find((base) => lies(name, base));
    if (hit) return { words: `exclude ${hit.text}`, name: name.text };
  }
  return undefined;
}

/** The subject where there is one, the mailboxes in it, then every alternative name. */
function namesOf({ der, parts }: Member): Name[] {
  const { subject } = parts;
  const alternative = extensionValue(der, parts, SUBJECT_ALT_NAME);
  const names = alternative ? readElements(der, alternative.body).map((element) => nameOf(der, element)) : [];
  const rdns = subject ? rdnsOf(der, subject) : [];
  if (rdns.length === 0) return names;
  const text = `«${nameText(der, subject)}»`;
  const directory: Name = { kind: DIRECTORY, text, value: '', octets: new Uint8Array(0), rdns };
  return [directory, ...(subject ? mailboxesIn(der, subject) : []), ...names];
}

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

/** RFC 5280 §4.2.1.10: an emailAddress in the subject is held to the constraints of mailboxes. */
function mailboxesIn(der: Uint8Array, subject: DerElement): Name[] {
  const attributes = readElements(der, subject.body).flatMap((rdn) => readElements(der, rdn.body));
  return attributes.flatMap((attribute) => {
    const [type, value] = readElements(der, attribute.body, 2);
    if (!type || !value || readOid(bodyOf(der, type)) !== EMAIL_ADDRESS) return [];
    const octets = bodyOf(der, value);
    const mailbox = readAscii(octets);
    return [{ kind: EMAIL, text: `email:${printable(mailbox)}`, value: lowerDomain(mailbox), octets, rdns: [] }];
  });
}

function basesOf({ der }: Member, side: DerElement | undefined): Name[] {
  const subtrees = side === undefined ? [] : readElements(der, side.body);
  return subtrees.map((subtree) => {
    const [base, ...bounds] = readElements(der, subtree.body, 3);
    const isBounded = bounds.some((bound) => isContext(bound, 1) || bodyOf(der, bound).some((octet) => octet !== 0));
    return { ...nameOf(der, base ?? subtree), isBounded };
  });
}

function nameOf(der: Uint8Array, element: DerElement): Name {
  const kind = element.tagClass === 'context' ? element.tag : -1;
  const octets = bodyOf(der, element);
  const inner = kind === DIRECTORY ? readElement(der, element.body) : undefined;
  const ascii = kind === DNS || kind === URI || kind === EMAIL ? readAscii(octets) : '';
  return {
    kind,
    text: generalNameText(der, element),
    value: kind === EMAIL ? lowerDomain(ascii) : ascii.toLowerCase(),
    octets,
    rdns: inner ? rdnsOf(der, inner) : [],
  };
}

function rdnsOf(der: Uint8Array, name: DerElement): string[] {
  return readElements(der, name.body).map((rdn) => nameKey(der, { ...rdn, body: rdn.range }));
}

/** By kind: whether a name lies in the subtree of a base. */
const COMPARED: ReadonlyMap<number, (name: Name, base: Name) => boolean> = new Map([
  [DNS, (name, base) => base.value === '' || isWithin(name.value, base.value, !base.value.startsWith('.'))],
  [EMAIL, isMailboxWithin],
  [URI, (name, base) => isHostWithin(hostOf(name.value), base.value)],
  [IP, isAddressWithin],
  [DIRECTORY, ({ rdns }, base) => base.rdns.every((rdn, n) => rdn === rdns[n])],
]);

function lies(name: Name, base: Name): boolean {
  return COMPARED.get(name.kind)?.(name, base) ?? false;
}

/** `name` is `base` with labels in front, or, where `orSame`, `base` itself. */
function isWithin(name: string, base: string, orSame: boolean): boolean {
  if (orSame && name === base) return true;
  return name.length > base.length && name.endsWith(base.startsWith('.') ? base : `.${base}`);
}

/** Of URIs and mailboxes a base is one host, or all those below it where it begins with a dot. */
function isHostWithin(host: string, base: string): boolean {
  return base.startsWith('.') ? isWithin(host, base, false) : host === base;
}

function isMailboxWithin(name: Name, base: Name): boolean {
  if (base.value.includes('@')) return name.value === base.value;
  return isHostWithin(name.value.slice(name.value.lastIndexOf('@') + 1), base.value);
}

/** RFC 5321 §2.4: only the domain's case means nothing. */
function lowerDomain(mailbox: string): string {
  const at = mailbox.lastIndexOf('@') + 1;
  return mailbox.slice(0, at) + mailbox.slice(at).toLowerCase();
}

/** The host of a URI's authority, without user and port; empty where it has none. */
function hostOf(uri: string): string {
  return /^[^:/?#]+:\/\/(?:[^/?#]*@)?([^/?#:]*)/.exec(uri)?.[1] ?? '';
}

/** A base is an address and a mask of the same length. */
function isAddressWithin({ octets }: Name, base: Name): boolean {
  const { length } = octets;
  if (base.octets.length !== 2 * length) return false;
  return octets.every((octet, n) => ((octet ^ base.octets[n]!) & base.octets[length + n]!) === 0);
}
