/** Rules on the server's certificates: the chain's problems by name, and what is only unwise. */

import type { Certificate, ChainProblem } from '../shared/model.ts';
import type { ClientHello, DecodeContext } from '../wire/tls/values.ts';
import { printable } from '../wire/x509/printable.ts';
import type { FindingRule, Scene, SeenLeg, Sighting } from './finding-rule.ts';
import { hasExtension } from './hellos.ts';
import { rawKeyOf } from './raw-key.ts';
import { counted } from './step-words.ts';

type Code = ChainProblem['code'];

interface ProblemRow {
  readonly title: string;
  readonly severity: FindingRule['severity'];
  readonly spec: string;
  readonly advice?: string;
}

/** A rule for each code, named `chain-` and the code. */
const PROBLEMS: Readonly<Record<Code, ProblemRow>> = {
  'no-certificate': { title: 'The server showed no certificate', severity: 'error', spec: 'RFC 8446 §4.4.2' },
  unreadable: { title: 'A certificate cannot be read', severity: 'error', spec: 'RFC 5280 §4.1' },
  'missing-intermediate': {
    title: 'The chain is incomplete',
    severity: 'error',
    spec: 'RFC 8446 §4.4.2',
    advice: 'Have the server send the intermediate certificates; only browsers fetch them by themselves.',
  },
  'self-signed': {
    title: 'The certificate is signed by itself',
    severity: 'error',
    spec: 'RFC 5280 §6.1',
    advice: 'Give tlscope and the clients this certificate as a root, or have it issued by a CA they trust.',
  },
  'untrusted-root': {
    title: 'The chain ends at a root that is not trusted here',
    severity: 'error',
    spec: 'RFC 5280 §6.1',
    advice: 'Give tlscope the root with --upstream-ca FILE, and the clients in their own way.',
  },
  'bad-signature': { title: 'A signature in the chain does not verify', severity: 'error', spec: 'RFC 5280 §6.1.3' },
  'not-a-ca': {
    title: 'An issuer in the chain may not issue certificates',
    severity: 'error',
    spec: 'RFC 5280 §4.2.1.9',
  },
  'name-constraints': {
    title: 'A certificate is for names that a CA above it may not issue for',
    severity: 'error',
    spec: 'RFC 5280 §4.2.1.10',
    advice: 'Have it issued by a CA that may, or ask for a name within the CA’s nameConstraints.',
  },
  'critical-extension': {
    title: 'A certificate has a critical extension that clients do not know',
    severity: 'error',
    spec: 'RFC 5280 §4.2',
    advice: 'Have it reissued without the extension, or with one that is not critical.',
  },
  expired: {
    title: 'A certificate has expired',
    severity: 'error',
    spec: 'RFC 5280 §4.1.2.5',
    advice: 'Have it renewed, or check this machine’s clock.',
  },
  'not-yet-valid': {
    title: 'A certificate is not valid yet',
    severity: 'error',
    spec: 'RFC 5280 §4.1.2.5',
    advice: 'Check this machine’s clock, and the server’s when the certificate was made.',
  },
  'wrong-name': {
    title: 'The certificate does not cover the name that was asked for',
    severity: 'error',
    spec: 'RFC 9525 §6.3',
    advice: 'Ask for a name it covers, or have it reissued with this one.',
  },
  'wrong-purpose': {
    title: 'A certificate in the chain is not one for TLS servers',
    severity: 'error',
    spec: 'RFC 5280 §4.2.1.12',
    advice: 'Have it reissued with serverAuth in its extKeyUsage and digitalSignature in its keyUsage.',
  },
  'weak-key': {
    title: 'A key in the chain is too short',
    severity: 'warning',
    spec: 'RFC 9325 §4.5',
    advice: 'Use RSA with 2048 bits at least, or P-256.',
  },
  'weak-signature': {
    title: 'A certificate is signed with a broken hash',
    severity: 'warning',
    spec: 'RFC 9325 §4.5',
    advice: 'Have it reissued with SHA-256.',
  },
  revoked: {
    title: 'The certificate has been revoked',
    severity: 'error',
    spec: 'RFC 6960 §2.2',
    advice: 'Have it replaced.',
  },
  'wrong-order': {
    title: 'The certificates are not sent in order',
    severity: 'note',
    spec: 'RFC 8446 §4.4.2',
    advice: 'TLS 1.2 clients may insist on the order; put each certificate before its issuer’s.',
  },
};

const DAY = 86_400_000;

/** ms by which clocks may differ before a staple is late: as much as its own check allows. */
const LEEWAY = 5 * 60_000;

/** Days before the end at which a certificate that nobody renews becomes news. */
const SOON = 30;

/** Longest life, days, of a public server certificate by its first day (CA/Browser Forum, Baseline Requirements §6.3.2). */
const LONGEST_LIVES: readonly (readonly [since: string, days: number])[] = [
  ['2029-03-15', 47],
  ['2027-03-15', 100],
  ['2026-03-15', 200],
  ['2020-09-01', 398],
  ['2018-03-01', 825],
];

export const CERTIFICATE_RULES: readonly FindingRule[] = [
  ...Object.entries(PROBLEMS).map(
    ([code, row]): FindingRule => ({
      rule: `chain-${code}`,
      ...row,
      look: onServer((leg) =>
        // A bare key is shown on purpose.
        code === 'no-certificate' && rawKeyOf(leg.tls.messages, 'server', versionOf(leg)) !== undefined
          ? []
          : (leg.tls.chain?.problems ?? []).filter((problem) => problem.code === code).map(({ text }) => text),
      ),
    }),
  ),
  {
    rule: 'expires-soon',
    severity: 'warning',
    title: 'The certificate expires soon',
    spec: 'RFC 5280 §4.1.2.5',
    advice: 'Renew it; clients refuse it from that moment on.',
    look: onServer(({ tls: { certificates } }, { at }) => {
      const [leaf] = certificates;
      const days = leaf && (Date.parse(leaf.notAfter) - at.getTime()) / DAY;
      if (days === undefined || !(days >= 0 && days < SOON)) return [];
      return [
        `It is valid until ${leaf!.notAfter}: ${days < 1 ? 'less than a day' : counted(Math.floor(days), 'day')} more.`,
      ];
    }),
  },
  {
    rule: 'long-life',
    severity: 'note',
    title: 'The certificate lives longer than public ones may',
    spec: 'CA/Browser Forum BR §6.3.2',
    advice: 'Browsers refuse such certificates of public CAs; have it reissued for a shorter time.',
    look: onServer(({ tls: { certificates, chain } }) => {
      const [leaf] = certificates;
      const days = leaf && Math.round((Date.parse(leaf.notAfter) - Date.parse(leaf.notBefore)) / DAY);
      const [since, longest] = LONGEST_LIVES.find(([day]) => leaf !== undefined && leaf.notBefore >= day) ?? [];
      if (!chain?.trusted || !isPublic(leaf) || days === undefined || longest === undefined || days <= longest)
        return [];
      return [`It is made for ${days} days; public ones made from ${since} on may live ${longest}.`];
    }),
  },
  {
    rule: 'no-sct',
    severity: 'note',
    title: 'No certificate transparency',
    spec: 'RFC 6962 §3.3',
    advice: 'Chromium, Firefox and Safari refuse certificates of public CAs without signed timestamps.',
    look: onServer(({ tls: { chain, certificates } }) =>
      chain?.trusted && chain.timestamps === 0 && isPublic(certificates[0])
        ? ['Neither the certificate nor the handshake has a signed timestamp.']
        : [],
    ),
  },
  {
    rule: 'staple-missing',
    severity: 'error',
    title: 'The certificate demands a stapled OCSP response, and none came',
    spec: 'RFC 7633',
    advice:
      'Have the server staple one, or the certificate reissued without the TLS feature; strict clients refuse this.',
    look: onServer(({ tls: { chain, certificates }, hello }) =>
      chain !== undefined && certificates[0]?.mustStaple && chain.staple === undefined && hello && asksForStaple(hello)
        ? ['Its TLS feature extension lists status_request, the client asked for it, and the server sent no response.']
        : [],
    ),
  },
  {
    rule: 'staple-not-good',
    severity: 'warning',
    title: 'The stapled OCSP response does not say «good»',
    spec: 'RFC 6960 §2.2',
    look: onServer(({ tls: { chain } }) => {
      const staple = chain?.staple;
      return staple && staple.status !== 'good' && staple.status !== 'revoked' ? [staple.text] : [];
    }),
  },
  {
    rule: 'staple-old',
    severity: 'warning',
    title: 'The stapled OCSP response is out of date',
    spec: 'RFC 6960 §4.2.2.1',
    advice: 'Have the server fetch a fresh one; strict clients refuse this.',
    look: onServer(({ tls: { chain } }, { at }) => {
      const next = chain?.staple?.nextUpdate;
      return next !== undefined && at.getTime() - Date.parse(next) > LEEWAY
        ? [`It was to be replaced by ${next}.`]
        : [];
    }),
  },
  {
    rule: 'useless-certificates',
    severity: 'note',
    title: 'Certificates were sent that are not on the path',
    spec: 'RFC 8446 §4.4.2',
    advice: 'Every full handshake carries them. Leave them out, unless older clients reach another root by them.',
    look: onServer(({ tls: { chain, certificates } }) => {
      const told = (chain?.unused ?? []).flatMap((index) => {
        const each = certificates[index];
        if (each === undefined) return [];
        const isCopy = certificates.findIndex(({ sha256 }) => sha256 === each.sha256) < index;
        return [`${subjectAndSize(each)}${isCopy ? ', already sent before' : ''}`];
      });
      return told.length > 0 ? [`${told.join('; ')}.`] : [];
    }),
  },
  {
    rule: 'root-sent',
    severity: 'note',
    title: 'The root was sent along',
    spec: 'RFC 8446 §4.4.2',
    advice: 'Leave it out: a client that trusts it has it already.',
    look: onServer(({ tls: { chain, certificates } }) => {
      const sent = (chain?.path ?? []).filter(({ root, sent }, i) => root && sent !== undefined && i > 0);
      return sent.map((each) => `${subjectAndSize(certificates[each.sent!], each.subject)}.`);
    }),
  },
];

/** Whether its issuer says that it keeps the CA/Browser Forum's rules, as every public CA must (BR §7.1.6.1). */
function isPublic(leaf: Certificate | undefined): boolean {
  return (leaf?.policies?.length ?? 0) > 0;
}

function asksForStaple(hello: ClientHello): boolean {
  return hasExtension(hello, STATUS_REQUEST);
}

const STATUS_REQUEST = 5;

function versionOf({ serverHello }: SeenLeg): DecodeContext {
  return serverHello ? { version: serverHello.version } : {};
}

/** Only the server leg's: the client leg's certificate is tlscope's own. */
function onServer(look: (leg: SeenLeg, scene: Scene) => readonly string[]): FindingRule['look'] {
  return (scene) => {
    const leg = scene.server;
    if (leg === undefined) return undefined;
    const messages = [...leg.all('Certificate', 'server'), ...leg.all('CompressedCertificate', 'server')].slice(0, 1);
    return look(leg, scene).map((text): Sighting => ({ leg, text, messages }));
  };
}

function subjectAndSize(certificate: Certificate | undefined, subject = certificate?.subject ?? ''): string {
  const bytes = certificate === undefined ? '' : ` (${certificate.raw.length / 2} bytes)`;
  return `«${printable(subject)}»${bytes}`;
}
