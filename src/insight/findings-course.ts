/** Rules on how the handshake went: what it cost, what was asked, and whether its parts fit. */
import type { HandshakeMessage } from '../shared/model.ts';
import { fromHex } from '../wire/hex.ts';
import { readEncryptedExtensions, readServerHello } from '../wire/tls/messages/table.ts';
import { groupName } from '../wire/tls/registries.ts';
import { type FindingRule, onChoice, onEach, onOffer, type SeenLeg } from './finding-rule.ts';
import { isAgreedKey } from './hellos.ts';
import { recordBytes } from './step-measure.ts';
import { counted, listed, withoutGrease } from './step-words.ts';

export const COURSE_RULES: readonly FindingRule[] = [
  {
    rule: 'check-failed',
    severity: 'error',
    title: 'A value that proves the handshake does not fit',
    spec: 'RFC 8446 §4.4',
    advice: 'Look for something between that changes bytes; if the peers went on all the same, report it.',
    look: onEach(({ tls }) =>
      (tls.checks ?? [])
        .filter((check) => check.result === 'failed')
        .map((check) => ({ text: check.text, messages: tls.messages.filter(({ n }) => n === check.message) })),
    ),
  },
  {
    rule: 'hello-retry',
    severity: 'note',
    title: 'A HelloRetryRequest cost a round trip',
    spec: 'RFC 8446 §4.1.4',
    look: onChoice((leg) => {
      const [retry] = leg.all('HelloRetryRequest');
      if (!leg.tls.retried || retry === undefined) return undefined;
      const shares = withoutGrease(leg.hello?.keyShareGroups ?? []).map(groupName);
      const second = leg.all('ServerHello')[0];
      const cost = second === undefined ? '' : ` It took ${(second.at - retry.at).toFixed(1)} ms more.`;
      const { keyShareGroup } = readServerHello(fromHex(retry.raw));
      const messages = [retry];
      if (keyShareGroup === undefined) {
        const text = `The server wanted its cookie brought back, which no other offer would have spared.${cost}`;
        return { text, messages };
      }
      const wanted = groupName(keyShareGroup);
      const sent =
        shares.length === 0
          ? 'no key share'
          : `${shares.length === 1 ? 'a key share' : 'key shares'} for ${listed(shares)}`;
      return {
        text: `The client sent ${sent}; one for ${wanted} would have avoided it.${cost}`,
        messages,
        advice: `Have the client put ${wanted} first among its groups, or the server accept one of those it sends a share for.`,
      };
    }),
  },
  {
    rule: 'no-ticket',
    severity: 'note',
    title: 'The server handed out nothing to resume with',
    spec: 'RFC 8446 §4.6.1',
    advice: 'Without tickets every connection pays for a full handshake.',
    look: onChoice((leg) => {
      const { tls, serverHello } = leg;
      if (tls.state !== 'established' || tls.visibility.level !== 'full' || tls.resumed) return undefined;
      if (leg.all('NewSessionTicket').length > 0) return undefined;
      if (serverHello!.version < TLS13 && serverHello!.sessionId.length > 0) return undefined;
      return serverHello!.version < TLS13
        ? 'There is no NewSessionTicket, and the ServerHello has no session id.'
        : 'No NewSessionTicket came before the first application data.';
    }),
  },
  {
    rule: 'resumed',
    severity: 'note',
    title: 'The handshake resumes an earlier session',
    spec: 'RFC 8446 §2.2',
    look: onEach(({ tls, hello }) =>
      tls.resumed && !(hello && isAgreedKey(hello))
        ? [{ text: 'No certificate is shown: who the server is was proved when the session was made.' }]
        : [],
    ),
  },
  {
    rule: 'early-data',
    severity: 'note',
    title: 'The client announces early data',
    spec: 'RFC 8446 §8',
    advice: 'It can be replayed by others: only requests that change nothing belong in it.',
    look: onOffer((leg) => {
      if (!leg.hello?.hasEarlyData) return undefined;
      const [answer] = leg.all('EncryptedExtensions', 'server');
      if (answer === undefined)
        return 'It means to send data before the server has answered; nothing here shows that the server accepted any.';
      if (!readEncryptedExtensions(fromHex(answer.raw)).acceptsEarlyData)
        return 'The server did not accept what the client sent before its answer.';
      return {
        text: 'The server accepted what the client sent before its answer.',
        severity: 'warning',
        messages: [leg.all('ClientHello').slice(0, 1), [answer]].flat(),
      };
    }),
  },
  {
    rule: 'client-certificate-asked',
    severity: 'note',
    title: 'The server asks for a client certificate',
    spec: 'RFC 8446 §4.3.2',
    look: onChoice((leg) => {
      const asked = leg.all('CertificateRequest');
      if (asked.length === 0) return undefined;
      if (leg.all('CertificateVerify', 'client').length > 0)
        return { text: 'A client certificate was shown.', messages: asked };
      return {
        text: 'None was shown.',
        messages: asked,
        advice:
          'Where the server insists, the proxy can only relay the host (--passthrough); a probe shows one with --client-cert.',
      };
    }),
  },
  {
    rule: 'renegotiated',
    severity: 'warning',
    title: 'The connection was renegotiated',
    spec: 'RFC 9325 §3.5',
    advice: 'TLS 1.3 has no renegotiation; prefer it.',
    look: onChoice(({ tls }) => {
      const times = Math.max(0, ...tls.messages.map(({ renegotiation }) => renegotiation ?? 0));
      // What was not read may hold more of them.
      const atLeast = tls.visibility.level === 'full' ? '' : 'at least ';
      return times > 0 ? `It happened ${atLeast}${times === 1 ? 'once' : `${times} times`}.` : undefined;
    }),
  },
  {
    rule: 'large-flight',
    severity: 'note',
    title: 'The server’s first flight is larger than a new connection lets pass at once',
    spec: 'RFC 6928 §2',
    advice: 'Send fewer certificates or ones with EC keys, or have both sides compress them (RFC 8879).',
    look: onChoice((leg) => {
      const flight = firstFlight(leg);
      const bytes = recordBytes(flight);
      if (bytes <= INITIAL_WINDOW) return undefined;
      return {
        text: `It takes ${bytes} bytes, and the usual initial window of TCP is ${INITIAL_WINDOW}: the rest waits for an acknowledgement, a round trip more.`,
        messages: flight,
      };
    }),
  },
  {
    rule: 'malformed-message',
    severity: 'warning',
    title: 'A message breaks its own format',
    look: onEach(({ tls, role }) => {
      const broken = tls.messages.filter(({ issues }) => issues.some(({ severity }) => severity === 'error'));
      const first = broken[0]?.issues.find(({ severity }) => severity === 'error');
      if (first === undefined) return [];
      return [
        {
          messages: broken,
          text: `${counted(broken.length, 'message')} of the ${role} leg; the first: ${first.text}.`,
        },
      ];
    }),
  },
];

const TLS13 = 0x0304;

/** Ten segments of 1460 bytes, the most that fits Ethernet. */
const INITIAL_WINDOW = 14_600;

/** What the server says from its ServerHello on until it waits for the client. */
function firstFlight({ tls: { messages } }: SeenLeg): HandshakeMessage[] {
  const start = messages.findIndex(({ type }) => type.name === 'ServerHello');
  const rest = messages.slice(start);
  // The client’s ChangeCipherSpec answers nothing in TLS 1.3, and early data may end amid the flight.
  const end = rest.findIndex(({ sender, type }) => sender === 'client' && ENDS_FLIGHT.has(type.name));
  return rest.slice(0, end < 0 ? rest.length : end).filter(({ sender }) => sender === 'server');
}

const ENDS_FLIGHT: ReadonlySet<string> = new Set(['Certificate', 'ClientKeyExchange', 'Finished']);
