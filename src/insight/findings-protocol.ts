/** Rules on answers of the server that the protocol does not allow. A client must end such a handshake; not all do. */
import { cipherSuiteName, extensionName, groupName, versionName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { printable } from '../wire/x509/printable.ts';
import { type FindingRule, onChoice, type SeenLeg } from './finding-rule.ts';
import { answeredClientHello } from './hellos.ts';
import { ticketLifetime } from './session-ticket.ts';
import { listed, timespan, withoutGrease } from './step-words.ts';
import { asksForSecureRenegotiation } from './strength.ts';

export const PROTOCOL_RULES: readonly FindingRule[] = [
  {
    rule: 'unsolicited-extension',
    severity: 'error',
    title: 'The server answers an extension that was not offered',
    spec: 'RFC 8446 §4.2',
    advice: 'A client must end the handshake here; some do not.',
    look: onChoice(({ serverHello, hello }) => {
      if (hello === undefined) return undefined;
      const offered = new Set(hello.extensions.map(({ type }) => type));
      // The signalling suite counts as the extension (RFC 5746 §3.3).
      if (asksForSecureRenegotiation(hello)) offered.add(RENEGOTIATION_INFO);
      const more = serverHello!.extensions.map(({ type }) => type).filter((type) => !offered.has(type));
      return more.length > 0 ? `It sent ${listed(more.map(extensionName))}.` : undefined;
    }),
  },
  {
    rule: 'choice-not-offered',
    severity: 'error',
    title: 'The server chose what the client did not offer',
    spec: 'RFC 8446 §4.1.3',
    advice: 'A client must end the handshake here; look for something between that changes the hellos.',
    look: onChoice((leg) => {
      const found = notOffered(leg);
      return found.length > 0 ? `Not in the offer: ${listed(found)}.` : undefined;
    }),
  },
  {
    rule: 'session-id-not-echoed',
    severity: 'error',
    title: 'The server does not send back the client’s session id',
    spec: 'RFC 8446 §4.1.3',
    advice: 'A client must end the handshake here; some do not.',
    look: onChoice(({ tls, serverHello }) => {
      const sent = answeredClientHello(tls)?.sessionId;
      const { version, sessionId } = serverHello!;
      if (sent === undefined || version < TLS13) return undefined;
      const isEcho = sent.length === sessionId.length && sent.every((byte, at) => byte === sessionId[at]);
      return isEcho
        ? undefined
        : 'In TLS 1.3 the ServerHello repeats the session id of the ClientHello, byte for byte.';
    }),
  },
  {
    rule: 'ticket-lives-long',
    severity: 'warning',
    title: 'A session ticket is good for more than a week',
    spec: 'RFC 8446 §4.6.1',
    advice: 'Give tickets 7 days at most: who gets the key that seals them can open what is resumed with them.',
    look: onChoice((leg) => {
      const context = { version: leg.serverHello!.version };
      const lifetimes = leg.all('NewSessionTicket', 'server').map((each) => ticketLifetime(each, context) ?? 0);
      const longest = Math.max(0, ...lifetimes);
      if (longest <= WEEK) return undefined;
      return {
        text: `It may be used for ${timespan(longest)}.`,
        // Up to TLS 1.2 the lifetime is a hint without a bound (RFC 5077 §5.6).
        ...(context.version < TLS13 && { severity: 'note' as const }),
        messages: leg.all('NewSessionTicket', 'server').slice(0, 1),
      };
    }),
  },
];

const TLS13 = 0x0304;
const RENEGOTIATION_INFO = 0xff01;
const WEEK = 7 * 86_400;

function notOffered({ hello, serverHello, tls }: SeenLeg): string[] {
  if (hello === undefined) return [];
  const { version, cipherSuite, compressionMethod } = serverHello!;
  const versions = withoutGrease(hello.supportedVersions);
  // A version that could not be read is 0.
  const isVersion = versions.length > 0 ? versions.includes(version) : version <= hello.legacyVersion;
  return [
    ...(version === 0 || isVersion ? [] : [versionName(version)]),
    ...(hello.cipherSuites.includes(cipherSuite) ? [] : [cipherSuiteName(cipherSuite)]),
    ...(isGroupOffered(hello, tls.group) ? [] : [printable(tls.group ?? '')]),
    ...(tls.alpn === undefined || hello.alpn.includes(tls.alpn) ? [] : [`the protocol ${printable(tls.alpn)}`]),
    ...(compressionMethod === 0 || hello.compressionMethods.includes(compressionMethod)
      ? []
      : [`compression method ${compressionMethod}`]),
  ];
}

/** A server may use finite-field groups that a list of curves does not name (RFC 7919 §4). */
function isGroupOffered({ supportedGroups }: ClientHello, group: string | undefined): boolean {
  if (group === undefined || supportedGroups.length === 0 || group.startsWith('ffdhe')) return true;
  return supportedGroups.map(groupName).includes(group);
}
