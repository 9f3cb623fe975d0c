/** Rules on the two legs together: where the proxy is not as invisible as it means to be. */
import { printable } from '../wire/x509/printable.ts';
import { type FindingRule, onEach } from './finding-rule.ts';
import { weighty } from './gap-weight.ts';
import { listed } from './step-words.ts';

/** Parameters of the comparison that change what is spoken, not only how it is signed. */
const SPOKEN: ReadonlySet<string> = new Set(['version', 'suite', 'group', 'alpn', 'sni']);

/** What a level below OpenSSL's default lets through; in later versions it changes nothing that was chosen. */
const OLD: ReadonlySet<string> = new Set(['SSL 3.0', 'TLS 1.0', 'TLS 1.1']);
const ONLY_OFFERED = 'Only the offer was widened, as the client’s own is: what was chosen is held to the usual level.';

/** Gaps told apart in one sentence. */
const MAX_GAPS = 5;

export const PAIR_RULES: readonly FindingRule[] = [
  {
    rule: 'legs-differ',
    severity: 'warning',
    title: 'The legs do not speak the same',
    advice: 'What you see on the client leg is not quite what client and server would have done with each other.',
    look: ({ connection }) =>
      (connection.comparison?.rows ?? [])
        .filter(({ parameter, verdict }) => verdict === 'different' && SPOKEN.has(parameter))
        .map((row) => ({
          text: `${row.label}: ${printable(row.client)} to the client, ${printable(row.server)} to the server. ${row.text}`,
        })),
  },
  {
    rule: 'offer-not-mirrored',
    severity: 'note',
    title: 'The server saw an offer that differs from the client’s',
    advice: 'A server that judges clients by their ClientHello may answer otherwise.',
    look: ({ client, server }) => {
      const gaps = weighty(server?.tls.notMirrored ?? []);
      if (gaps.length === 0) return undefined;
      const told = gaps.slice(0, MAX_GAPS).map(({ name, reason }) => `${printable(name)} (${reason})`);
      const more = gaps.length > MAX_GAPS ? [`${gaps.length - MAX_GAPS} more`] : [];
      const [ours, theirs] = [server?.tls.fingerprints.ja4, client?.tls.fingerprints.ja4];
      const same = ours !== undefined && ours === theirs;
      const print =
        ours === undefined || theirs === undefined
          ? ''
          : same
            ? ' JA4 is equal all the same.'
            : ` JA4 is ${ours}, the client’s ${theirs}.`;
      return { leg: server, text: `Not repeated: ${listed([...told, ...more])}.${print}` };
    },
  },
  {
    rule: 'guard-lowered',
    severity: 'warning',
    title: 'tlscope lowered its guard for this handshake',
    advice: 'What follows is not safe against somebody on the wire.',
    look: onEach(({ tls: { concessions, version } }) =>
      (concessions ?? []).map((text) => ({
        text: `${printable(text)}.`,
        ...(version !== undefined && !OLD.has(version) && { severity: 'note', advice: ONLY_OFFERED }),
      })),
    ),
  },
  {
    rule: 'not-fully-read',
    severity: 'note',
    title: 'Part of the handshake stayed closed',
    look: (scene) => {
      const found = closedParts(scene);
      const [one, other] = found;
      // The legs of a tunnel carry the same records.
      return one && other && one.text === other.text ? { text: one.text } : found;
    },
  },
];

const closedParts = onEach(({ tls: { visibility, state } }) =>
  visibility.level === 'full' || state === 'failed'
    ? []
    : [{ text: sentence(visibility.reason ?? 'its records did not open') }],
);

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
