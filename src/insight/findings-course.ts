/** Rules on how the handshake went: what it cost, what was asked, and whether its parts fit. */
import { extensionName, groupName } from '../wire/tls/registries.ts';
import { type FindingRule, onChoice, onEach, onOffer } from './finding-rule.ts';

import { counted, listed, withoutGrease } from './step-words.ts';
import { asksForSecureRenegotiation } from './strength.ts';

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
    rule: 'hello-retry',
    severity: 'note',
    title: 'A HelloRetryRequest cost a round trip',
    spec: 'RFC 8446 §4.1.4',
    advice: 'The client can avoid it by sending a key share of the group that the server wants.',
    look: onChoice((leg) => {
      const [retry] = leg.all('HelloRetryRequest');
      if (!leg.tls.retried || retry === undefined) return undefined;
      const shares = withoutGrease(leg.hello?.keyShareGroups ?? []).map(groupName);
      const second = leg.all('ServerHello')[0];
      const cost = second === undefined ? '' : ` It took ${(second.at - retry.at).toFixed(1)} ms more.`;
      const wanted = leg.tls.group ?? 'another group';
      return {
        text: shares.includes(wanted)
          ? `The server wanted its cookie brought back.${cost}`
          : `The client sent ${shares.length === 0 ? 'no key share' : `key shares for ${listed(shares)}`}; one for ${wanted} would have avoided it.${cost}`,
        messages: [retry],
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
    look: onEach(({ tls }) =>
      tls.resumed ? [{ text: 'No certificate is shown: who the server is was proved when the session was made.' }] : [],
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
      return leg.all('EndOfEarlyData', 'client').length > 0
        ? 'What it sent before the server had answered was accepted, and closed by EndOfEarlyData.'
        : 'It means to send data before the server has answered; nothing here shows that the server accepted any.';
    }),
  },
  {
    rule: 'client-certificate-asked',
    severity: 'note',
    title: 'The server asks for a client certificate',
    spec: 'RFC 8446 §4.3.2',
    advice:
      'Where the server insists, the proxy can only relay the host (--passthrough); a probe shows one with --client-cert.',
    look: onChoice((leg) => {
      const asked = leg.all('CertificateRequest');
      if (asked.length === 0) return undefined;
      const shown = leg.all('CertificateVerify', 'client').length > 0;
      return { text: shown ? 'A client certificate was shown.' : 'None was shown.', messages: asked };
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
      return times > 0 ? `It happened ${times === 1 ? 'once' : `${times} times`}.` : undefined;
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
const RENEGOTIATION_INFO = 0xff01;
