/** Rows on the two ClientHellos: whether the server saw the client's offer, and what of it could not be repeated. */
import type { MirrorGap } from '../shared/model.ts';
import { cipherSuiteName, extensionName, groupName, signatureSchemeName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import {
  type Blame,
  type LegPair,
  listOf,
  NOT_REACHED,
  notComparable,
  offeredVersions,
  protocolNames,
  type RowMaker,
  verdictOf,
} from './comparison-row.ts';

interface Offer {
  readonly parameter: string;
  readonly label: string;
  /** The offer's list as names, GREASE as `GREASE`. */
  readonly list: (hello: ClientHello) => string;
  /** The gaps that explain this list. */
  readonly gap: (gap: MirrorGap) => boolean;
  /** What differs where it is not entries of a list. */
  readonly form?: (offer: ClientHello, repeated: ClientHello) => string | undefined;
}

const ofKind =
  (...kinds: readonly MirrorGap['kind'][]) =>
  (gap: MirrorGap) =>
    kinds.includes(gap.kind);
const ofExtension = (type: number) => (gap: MirrorGap) => gap.kind === 'extension' && gap.id === type;

const LISTS: readonly Offer[] = [
  {
    parameter: 'offered-versions',
    label: 'Versions offered',
    list: offeredVersions,
    gap: (gap) => gap.kind === 'version' || ofExtension(0x002b)(gap),
    form: (offer, repeated) => {
      const [lists, listed] = [offer, repeated].map(({ supportedVersions }) => supportedVersions.length > 0);
      if (lists === listed) return undefined;
      return lists
        ? 'The client lists its versions; the hello to the server only names the highest.'
        : 'The client only names its highest version; the hello to the server lists them.';
    },
  },
  {
    parameter: 'offered-suites',
    label: 'Cipher suites offered',
    list: (hello) => listOf(hello.cipherSuites, cipherSuiteName),
    gap: ofKind('cipherSuite'),
  },
  {
    parameter: 'offered-groups',
    label: 'Groups offered',
    list: (hello) => listOf(hello.supportedGroups, groupName),
    gap: ofKind('supportedGroup'),
  },
  {
    parameter: 'key-shares',
    label: 'Key shares sent',
    list: (hello) => listOf(hello.keyShareGroups, groupName),
    gap: (gap) => gap.kind === 'supportedGroup' || ofExtension(0x0033)(gap),
  },
  {
    parameter: 'offered-schemes',
    label: 'Signature schemes offered',
    list: (hello) => listOf(hello.signatureAlgorithms, signatureSchemeName),
    gap: ofKind('signatureAlgorithm'),
  },
  {
    parameter: 'offered-alpn',
    label: 'Protocols offered',
    list: protocolNames,
    gap: ofExtension(0x0010),
  },
  {
    parameter: 'extensions',
    label: 'Extensions, in order',
    list: (hello) => listOf(typesOf(hello), extensionName),
    gap: ofKind('extension'),
  },
];

const FINGERPRINTS = [
  ['ja3', 'JA3'],
  ['ja4', 'JA4'],
] as const;

export const OFFERS: readonly RowMaker[] = [
  ...LISTS.map(listRow),
  ...FINGERPRINTS.map(([key, label]): RowMaker => {
    return (pair) => {
      const client = pair.client.fingerprints[key] ?? NOT_REACHED;
      const server = pair.server.fingerprints[key] ?? NOT_REACHED;
      const verdict = verdictOf(server, client);
      const blame =
        verdict === 'unknown'
          ? notComparable(pair)
          : verdict === 'equal'
            ? { why: 'mirrored' as const, text: `To the server the connection has the client’s own ${label}.` }
            : {
                why: 'proxy-limit' as const,
                text: `To the server the connection has another ${label}; the rows above show what made it.`,
              };
      return { parameter: key, label, offered: client, server, client, verdict, ...blame };
    };
  }),
];

function listRow({ parameter, label, list, gap, form }: Offer): RowMaker {
  return (pair) => {
    const client = pair.offer === undefined ? NOT_REACHED : list(pair.offer);
    const server = pair.repeated === undefined ? NOT_REACHED : list(pair.repeated);
    const verdict = verdictOf(server, client);
    const blame =
      verdict === 'unknown'
        ? notComparable(pair)
        : verdict === 'equal'
          ? { why: 'mirrored' as const, text: 'The server was offered what the client offered, in the same order.' }
          : whatDiffers(
              client,
              server,
              (pair.server.notMirrored ?? []).filter((each) => gap(each) || concernsAll(each)),
              pair,
              form?.(pair.offer!, pair.repeated!),
            );
    return { parameter, label, offered: client, server, client, verdict, ...blame };
  };
}

/** Missing, added and moved items, with the reasons that the mirror gave for them. @param form said in their place */
function whatDiffers(
  client: string,
  server: string,
  gaps: readonly MirrorGap[],
  { offer }: LegPair,
  form: string | undefined,
): Blame {
  const from = client.split(', ');
  const to = server.split(', ');
  const missing = without(from, to);
  const added = without(to, from);
  const moved = without(from, missing).join() !== without(to, added).join();
  const parts: string[] = [];
  if (form !== undefined) parts.push(form);
  else {
    if (missing.length > 0) parts.push(`Not offered to the server: ${missing.join(', ')}.`);
    if (added.length > 0) parts.push(`Offered to the server in addition: ${added.join(', ')}.`);
    if (moved) parts.push(parts.length > 0 ? 'The rest stands in another order.' : 'The same items, in another order.');
  }
  const explains = (gap: MirrorGap) =>
    form !== undefined ||
    (gap.id < 0 && (gap.kind !== 'extension' || moved)) ||
    missing.includes(gap.name) ||
    added.includes(gap.name);
  const explaining = gaps.filter(explains);
  if (missing.includes('pre_shared_key') && offer?.hasPreSharedKey && !explaining.some(({ id }) => id === 0x0029)) {
    parts.push('A session to resume belongs to the client and its server alone.');
  }
  for (const text of new Set(explaining.map(explanation))) {
    // One item alone was just named.
    const [only] = missing.length === 1 && added.length === 0 && form === undefined ? missing : [];
    const isNamed = only !== undefined && text.startsWith(`${only}: `);
    parts.push(isNamed ? capital(text.slice(only.length + 2)) : text);
  }
  return { why: 'proxy-limit', text: parts.join(' ') };
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** What is about no item of the list needs no name: what it is about was just said. */
function explanation({ kind, id, name, reason }: MirrorGap): string {
  const text = kind === 'extension' && id < 0 ? capital(reason) : `${name}: ${reason}`;
  return `${text}.`.replace(/\.\.$/, '.');
}

/**
 * A gap that is about no code point, such as an offer that could not be mirrored at all. A compression method has one, and
 * `more` only counts the gaps that were left out.
 */
function concernsAll(gap: MirrorGap): boolean {
  return gap.kind === 'other' && gap.id < 0 && gap.name !== 'more';
}

/** The items of `list` beyond those in `other`, counting repeats. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function typesOf(hello: ClientHello): number[] {
  return hello.extensions.map((extension) => extension.type);
}
