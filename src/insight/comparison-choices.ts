/**
 * Rows on what each leg settled.
 *
 * The server chooses first; the proxy then answers the client with the same choice wherever the client's own offer and
 * the leaf's key allow it.
 */
import type { Certificate, ComparisonRow, Handshake } from '../shared/model.ts';
import { cipherSuite, cipherSuiteName, groupName, signatureSchemeName, versionName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import {
  type Blame,
  type LegPair,
  listOf,
  notComparable,
  offeredVersions,
  protocolNames,
  type RowMaker,
  settled,
  verdictOf,
} from './comparison-row.ts';
import { finalServerHello, hasExtension, isNamed, resumptionOffer } from './hellos.ts';
import { rawKeyOf } from './raw-key.ts';

/** What the client holds of an earlier session. */
const RESUMPTION = {
  psk: 'asks to resume by pre-shared key',
  ticket: 'asks to resume by ticket',
  'session-id': 'asks to resume by session id',
  none: 'does not ask to resume',
} as const;

interface Choice {
  readonly parameter: string;
  readonly label: string;
  readonly offered: (offer: ClientHello) => string;
  readonly chosen: (leg: Handshake) => string;
  /** The sentence for a row that is equal, and whose doing one that differs is. */
  readonly equal: Blame | ((pair: LegPair) => Blame);
  readonly different: (pair: LegPair, server: string, client: string) => Blame;
}

const RESUMED = 'none (resumed)';

const FOLLOWED: Blame = {
  why: 'server-choice',
  text: 'The server chose it, and tlscope chose the same towards the client.',
};

/** What a resumed handshake does without (RFC 8446 §2.2; RFC 5246 §7.3). */
const WITHOUT: ReadonlyMap<string, string> = new Map([
  ['group', 'it may go on without a new key exchange'],
  ['scheme', 'nothing is signed in it'],
  ['certificate-key', 'no certificate is shown in it'],
  ['certificate-chain', 'no certificate is shown in it'],
]);

/** Whether a row differs because one leg was resumed, and has no such thing. */
export function followsFromResumption(
  { parameter, server, client }: Pick<ComparisonRow, 'parameter' | 'server' | 'client'>,
  legs: Pick<LegPair, 'server' | 'client'>,
): boolean {
  return (
    legs.client.resumed !== legs.server.resumed && WITHOUT.has(parameter) && (client === RESUMED || server === RESUMED)
  );
}

function ofResumption(parameter: string, { client }: LegPair): Blame {
  const leg = client.resumed ? 'client' : 'server';
  return { why: 'proxy-choice', text: `Only the ${leg} leg was resumed, and ${WITHOUT.get(parameter)}.` };
}

const NO_CERTIFICATE: Blame = { why: 'not-applicable', text: 'No certificate was shown on either leg.' };

const BARE_KEYS: Blame = {
  why: 'not-applicable',
  text: 'Both legs show a bare key, which no CA stands behind (RFC 7250).',
};

const BOTH_RESUMED: Blame = {
  why: 'mirrored',
  text: 'The client resumed, and tlscope resumed the session with the server that was paired with it (--resumption mirror).',
};

const SESSION_TICKET = 0x0023;

/** How tlscope was started shows in whether it gives tickets, and in what it asks of the server. */
function bothFull({ offer, repeated, client }: LegPair): Blame {
  const asked = offer !== undefined && resumptionOffer(offer) !== undefined;
  if (repeated !== undefined && resumptionOffer(repeated) !== undefined) {
    return {
      why: 'server-choice',
      text: asked
        ? 'The client asked to resume, and tlscope asked the server to; the server declined, and so did tlscope.'
        : 'tlscope asked the server to resume an earlier session; the server declined.',
    };
  }
  if (client.messages.some(isNamed('NewSessionTicket'))) {
    return asked
      ? {
          why: 'proxy-limit',
          text: 'The client asked to resume a session that tlscope does not know, or no longer: one with the server itself, or one from before tlscope was started.',
        }
      : { why: 'mirrored', text: 'The client did not ask to resume, so both handshakes are full.' };
  }
  if (offer !== undefined && !asked && offer.pskModes.length === 0 && !hasExtension(offer, SESSION_TICKET)) {
    return {
      why: 'mirrored',
      text: 'The client did not ask to resume and takes no session tickets; both handshakes are full.',
    };
  }
  return {
    why: 'proxy-choice',
    text: 'tlscope made a full handshake on both legs and gave the client no session ticket, so that each connection shows its handshake whole.',
  };
}

export const CHOICES: readonly RowMaker[] = (
  [
    {
      parameter: 'version',
      label: 'Version',
      offered: offeredVersions,
      chosen: (leg) => settled(leg, leg.version),
      equal: FOLLOWED,
      different: ({ offer }, server) =>
        offer !== undefined && !offersVersion(offer, server)
          ? { why: 'client-lacks', text: `The client does not offer ${server}, which the server chose.` }
          : { why: 'proxy-limit', text: 'tlscope could not answer the client with the server’s version.' },
    },
    {
      parameter: 'suite',
      label: 'Cipher suite',
      offered: (offer) => listOf(offer.cipherSuites, cipherSuiteName),
      chosen: (leg) => settled(leg, leg.suite),
      equal: FOLLOWED,
      different: suiteBlame,
    },
    {
      parameter: 'group',
      label: 'Key exchange group',
      offered: (offer) => listOf(offer.supportedGroups, groupName),
      chosen: (leg) => settled(leg, leg.group, leg.resumed ? RESUMED : 'none (RSA key exchange)'),
      equal: FOLLOWED,
      different: ({ offer }, server) =>
        offer !== undefined && !offer.supportedGroups.some((group) => groupName(group) === server)
          ? { why: 'client-lacks', text: `The client does not offer ${server}.` }
          : {
              why: 'proxy-limit',
              text: 'The legs exchange keys apart from each other, and here with different groups.',
            },
    },
    {
      parameter: 'scheme',
      label: 'Signature scheme',
      offered: (offer) => listOf(offer.signatureAlgorithms, signatureSchemeName),
      chosen: (leg) => settled(leg, leg.scheme, leg.resumed ? RESUMED : 'none'),
      equal: ({ client, server }) =>
        server.scheme !== undefined
          ? {
              why: 'proxy-choice',
              text: 'The server and tlscope signed their handshakes alike, each with its own key.',
            }
          : {
              why: 'not-applicable',
              text:
                server.resumed && client.resumed
                  ? 'A resumed handshake is not signed: who has the session has shown the certificate’s key before.'
                  : 'Nothing names a scheme here: none does before TLS 1.2, and with RSA key exchange nothing is signed.',
            },
      different: ({ client, server }) => ({
        why: 'proxy-choice',
        text: `The server signed with its key (${keyOf(server)}), tlscope with the key of the certificate it made (${keyOf(client)}).`,
      }),
    },
    {
      parameter: 'alpn',
      label: 'Application protocol',
      offered: protocolNames,
      chosen: (leg) => settled(leg, leg.alpn),
      equal: ({ offer, server }) =>
        server.alpn !== undefined
          ? FOLLOWED
          : offer !== undefined && offer.alpn.length === 0
            ? { why: 'mirrored', text: 'The client asked for none, so the server was asked for none.' }
            : { why: 'server-choice', text: 'The server chose none, so the client was given none.' },
      different: () => ({ why: 'proxy-choice', text: 'The protocol that the client was given is not the server’s.' }),
    },
    {
      parameter: 'sni',
      label: 'Server name',
      offered: (offer) => offer.serverName ?? 'none',
      chosen: (leg) => (leg.messages.length === 0 ? settled(leg, leg.sni) : (leg.sni ?? 'none')),
      equal: ({ server }) => ({
        why: 'mirrored',
        text:
          server.sni === undefined
            ? 'The client names no server in its hello, and neither does tlscope.'
            : 'The server was asked for the name that the client asked for.',
      }),
      different: () => ({
        why: 'proxy-choice',
        text: 'The server was asked for another name than the client asked for.',
      }),
    },
    {
      parameter: 'resumption',
      label: 'Resumption',
      offered: (offer) => RESUMPTION[resumptionOffer(offer) ?? 'none'],
      chosen: (leg) => settled(leg, leg.version && (leg.resumed ? 'resumed' : 'full handshake')),
      equal: (pair) => (pair.server.resumed ? BOTH_RESUMED : bothFull(pair)),
      different: ({ server }) => ({
        why: 'proxy-choice',
        text: server.resumed
          ? 'tlscope resumed an earlier session with the server; the handshake with the client was a full one.'
          : 'The client resumed its earlier session with tlscope; the handshake with the server was a full one.',
      }),
    },
    {
      parameter: 'retry',
      label: 'HelloRetryRequest',
      offered: (offer) =>
        offer.keyShareGroups.length > 0 ? `key shares for ${listOf(offer.keyShareGroups, groupName)}` : 'no key share',
      chosen: (leg) => settled(leg, leg.version && (leg.retried ? 'yes' : 'no')),
      equal: { why: 'server-choice', text: 'Both legs needed the same number of hellos.' },
      different: ({ server }) =>
        server.retried
          ? {
              why: 'server-choice',
              text: 'The server asked for a key share of another group; the client leg needed no second hello.',
            }
          : {
              why: 'proxy-limit',
              text: 'tlscope asked the client for a key share of another group; the server leg needed no second hello.',
            },
    },
    {
      parameter: 'certificate-key',
      label: 'Certificate key',
      offered: (offer) => `verifies ${verifiableKeys(offer)}`,
      chosen: (leg) => settled(leg, leg.certificates[0]?.key ?? bareKey(leg), leg.resumed ? RESUMED : 'none'),
      equal: whereShown({
        why: 'proxy-choice',
        text: 'The certificate that tlscope made has a key of the server’s kind.',
      }),
      different: () => ({
        why: 'proxy-choice',
        text: 'tlscope’s certificates have a P-256 key, or RSA 2048 where the client or the suite needs RSA, whatever the server’s has.',
      }),
    },
    {
      parameter: 'certificate-chain',
      label: 'Certificate chain',
      offered: () => 'not part of the offer',
      chosen: (leg) =>
        settled(
          leg,
          leg.certificates.length > 0 ? chainText(leg.certificates) : bareKey(leg),
          leg.resumed ? RESUMED : 'none',
        ),
      equal: whereShown({ why: 'server-choice', text: 'The client got the chain that the server sent.' }),
      different: ({ server }) => ({
        why: 'proxy-choice',
        text: `The client gets a certificate for ${server.state === 'failed' ? 'the host' : 'the same names'} under tlscope’s own CA. A client that pins the server’s certificate or key notices this.`,
      }),
    },
  ] satisfies readonly Choice[]
).map(rowMaker);

function rowMaker(choice: Choice): RowMaker {
  return (pair) => {
    const server = choice.chosen(pair.server);
    const client = choice.chosen(pair.client);
    const verdict: ComparisonRow['verdict'] = verdictOf(server, client);
    const blame =
      verdict === 'unknown'
        ? notComparable(pair)
        : verdict === 'equal'
          ? typeof choice.equal === 'function'
            ? choice.equal(pair)
            : choice.equal
          : followsFromResumption({ parameter: choice.parameter, server, client }, pair)
            ? ofResumption(choice.parameter, pair)
            : choice.different(pair, server, client);
    const offered = pair.offer === undefined ? 'unknown' : choice.offered(pair.offer);
    return { parameter: choice.parameter, label: choice.label, offered, server, client, verdict, ...blame };
  };
}

/** Whether the client would accept the version called `name` (RFC 8446 §4.2.1; RFC 5246 appendix E.1). */
function offersVersion(offer: ClientHello, name: string): boolean {
  const versions = offer.supportedVersions.length > 0 ? offer.supportedVersions : versionsUpTo(offer.legacyVersion);
  return versions.some((version) => versionName(version) === name);
}

function versionsUpTo(highest: number): number[] {
  return [0x0303, 0x0302, 0x0301, 0x0300].filter((version) => version <= highest);
}

function suiteBlame({ offer, client, server: { version } }: LegPair, server: string, used: string): Blame {
  if (offer !== undefined && !offer.cipherSuites.some((suite) => cipherSuiteName(suite) === server)) {
    return { why: 'client-lacks', text: `The client does not offer ${server}.` };
  }
  if (client.version !== version) {
    return { why: 'proxy-limit', text: 'The legs speak different versions, and suites belong to a version.' };
  }
  if (authenticationOf(offer, server) !== authenticationOf(offer, used)) {
    return {
      why: 'proxy-limit',
      text: `The suite authenticates with another kind of key than that of the certificate tlscope made (${keyOf(client)}).`,
    };
  }
  return { why: 'proxy-limit', text: 'tlscope could not answer the client with the server’s suite.' };
}

/** `RSA`, `ECDSA`, …, of a suite that is named and was offered. */
function authenticationOf(offer: ClientHello | undefined, name: string): string | undefined {
  const id = offer?.cipherSuites.find((suite) => cipherSuiteName(suite) === name);
  return id === undefined ? undefined : cipherSuite(id)?.authentication;
}

function keyOf(leg: Handshake): string {
  return leg.certificates[0]?.key ?? 'unknown';
}

/** Kinds of keys among the schemes, in words. Before TLS 1.2 the suites alone say it. */
function verifiableKeys(offer: ClientHello): string {
  const names = offer.signatureAlgorithms.map(signatureSchemeName);
  const kinds = KEY_KINDS.filter(([, prefix]) => names.some((name) => prefix.test(name))).map(([kind]) => kind);
  return kinds.length > 0 ? kinds.join(', ') : 'RSA (no signature_algorithms)';
}

const KEY_KINDS: readonly (readonly [kind: string, scheme: RegExp])[] = [
  ['ECDSA', /^ecdsa_/],
  ['RSA', /^rsa_/],
  ['EdDSA', /^ed(25519|448)/],
  ['ML-DSA', /^mldsa/],
];

/** The verdict on equal certificates, where there are any. */
function whereShown(verdict: Blame): (pair: LegPair) => Blame {
  return ({ server }) => {
    if (server.certificates.length > 0) return verdict;
    return bareKey(server) === undefined ? NO_CERTIFICATE : BARE_KEYS;
  };
}

/** `bare key, EC P-256` (RFC 7250), where the server showed one in place of a certificate. */
function bareKey(leg: Handshake): string | undefined {
  const version = finalServerHello(leg)?.version;
  const key = rawKeyOf(leg.messages, 'server', version === undefined ? {} : { version });
  return key === undefined ? undefined : `bare key, ${key}`;
}

function chainText(chain: readonly Certificate[]): string {
  const issuer = chain[0]?.issuer ?? '';
  return `${chain.length} certificate${chain.length === 1 ? '' : 's'}, issued by «${issuer}», SHA-256 ${chain[0]?.sha256.slice(0, 16)}…`;
}
