/** Why it matters that two connections differ in a parameter, and who made the difference. */
import type { PairColumn } from './pair-parameters.ts';

interface Matter {
  /** What was settled differs. */
  readonly settled: string;
  /** The servers settled it differently though the clients offer the same; absent: as above. */
  readonly byServer?: string;
}

/** By parameter; a text alone is true of every difference. */
const MATTERS: ReadonlyMap<string, string | Matter> = new Map<string, string | Matter>([
  ['version', { settled: 'The two are handshakes of another kind: other messages, other suites, other keys.' }],
  [
    'suite',
    {
      settled: 'A suite that one side does not support ends a handshake with handshake_failure.',
      byServer: 'A server chooses by what it supports, by its own order or the client’s, and by the key it has.',
    },
  ],
  [
    'group',
    {
      settled: 'A group that only one client offers decides whether a server that wants it can go on.',
      byServer: 'A server chooses by what it supports, and by its own order or the client’s.',
    },
  ],
  [
    'scheme',
    {
      settled:
        'The server signs with a key of another kind or by another algorithm; a client that does not verify it refuses.',
    },
  ],
  ['alpn', { settled: 'What is spoken inside is another protocol; a server may also route by it.' }],
  ['sni', 'A server chooses certificate and site by this name: the two asked for different ones.'],
  ['resumption', 'A resumed handshake has no certificate: an error in the chain shows in full handshakes alone.'],
  ['retry', 'One needed a second hello, which costs a round trip and which some middleboxes do not bear.'],
  ['certificate-key', 'The server has another key, so it has another certificate or is another server.'],
  ['certificate-leaf', 'A certificate was renewed, or another server answered. Whoever pins the old one refuses.'],
  ['certificate-names', 'A client refuses when the name that it asked for is missing.'],
  ['certificate-issuer', 'A client that trusts one issuer need not trust the other.'],
  ['certificate-validity', 'Outside of these dates, by the client’s own clock, it refuses.'],
  ['certificate-count', 'A chain without its intermediates is accepted only by clients that find them elsewhere.'],
  ['offered-versions', 'The version follows from this list.'],
  ['offered-suites', 'The suite follows from this list.'],
  ['offered-groups', 'The group follows from this list.'],
  ['key-shares', 'Without a share of the group that the server wants it asks for a second hello.'],
  ['offered-schemes', 'The server must have a certificate that fits one of these.'],
  ['offered-alpn', 'The protocol follows from this list; a server that knows none of it may refuse.'],
  ['extensions', 'Servers and middleboxes that block by fingerprint look at this list.'],
  ['ja3', 'Another TLS library or another setting of it made the hello, or it shuffled its extensions.'],
  ['ja4', 'Another TLS library, or another setting of it, made the hello.'],
]);

/** Why the difference in these columns matters. Undefined where nothing follows: offers that differ may have one outcome. */
export function matterOf(parameter: string, different: readonly PairColumn[]): string | undefined {
  const matter = MATTERS.get(parameter);
  if (matter === undefined || typeof matter === 'string') return matter;
  if (different.every((column) => column === 'offered')) return undefined;
  if (different.includes('offered') || matter.byServer === undefined) return matter.settled;
  return different.includes('server') ? matter.byServer : undefined;
}

/** What a client offers by itself. Of these rows both columns are offers: the client’s, and ours to the server. */
const OFFERS: ReadonlySet<string> = new Set([
  ...['offered-versions', 'offered-suites', 'offered-groups', 'key-shares', 'offered-schemes', 'offered-alpn'],
  ...['extensions', 'ja3', 'ja4'],
]);

/** What TLS 1.3, or a suite, has no use for. Undefined for other parameters, and where the offers differ too. */
export function followsFrom(parameter: string, different: readonly PairColumn[]): string | undefined {
  return different.includes('offered') ? undefined : FOLLOWS.get(parameter);
}

const FOLLOWS: ReadonlyMap<string, string> = new Map([
  ['extended-master-secret', 'Follows from the version: TLS 1.3 derives its keys from the whole handshake always.'],
  ['secure-renegotiation', 'Follows from the version: TLS 1.3 has no renegotiation.'],
  ['encrypt-then-mac', 'Follows from the suite: only CBC suites have a MAC to put in another place.'],
]);

/** What is no choice from an offer: why the servers differ in it, and why the client legs alone do. */
const OWN_ORIGINS: ReadonlyMap<string, { readonly server: string; readonly client: string }> = new Map([
  [
    'session-tickets',
    {
      server: 'The servers issued different numbers of tickets. How many is a server’s own setting.',
      client: 'The servers issued as many tickets; tlscope issued the clients different numbers.',
    },
  ],
  [
    'ja3s',
    {
      server:
        'It is made of the version, the suite and the extensions of the ServerHello: the servers’ differ in these.',
      client: 'It is made of the version, the suite and the extensions of the ServerHello: tlscope’s differ in these.',
    },
  ],
]);

/** Whose doing it is, from which columns differ. Undefined when none does. */
export function originOf(parameter: string, different: readonly PairColumn[]): string | undefined {
  if (different.length === 0) return undefined;
  if (different.includes('offered')) {
    return OFFERS.has(parameter) || different.length === 1
      ? 'The clients, or their set-up, are not the same.'
      : 'The clients do not offer the same, so the choice may differ too.';
  }
  if (OFFERS.has(parameter)) return 'The clients offer the same, but to the servers tlscope offered different things.';
  const own = OWN_ORIGINS.get(parameter);
  if (own) return different.includes('server') ? own.server : own.client;
  if (parameter.startsWith('certificate-'))
    return different.includes('server')
      ? 'The servers sent different ones.'
      : 'The servers sent the same; tlscope made another one for the client.';
  return different.includes('server')
    ? 'Offered the same, the servers chose differently.'
    : 'Both servers chose the same; tlscope chose differently towards the clients.';
}
