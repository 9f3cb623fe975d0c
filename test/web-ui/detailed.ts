/** A connection with all that is derived from it, made up, for tests of how the page shows it. */
import type {
  Check,
  Connection,
  DerivationStep,
  FieldDiff,
  Finding,
  Handshake,
  HandshakeMessage,
} from '../../src/shared/model.ts';

/** Markup, a right-to-left override and a character without width: what a peer may put into any text. */
export const HOSTILE = '<img src=x onerror=alert(1)>\u202edne\u200b';

export const derivationStep = (name: string, from: readonly string[] = [], value?: string): DerivationStep => ({
  name,
  from,
  how: `PRF(${from.join(', ')}, "${name}")`,
  spec: 'RFC 5246 §8.1',
  bytes: 48,
  known: value !== undefined,
  ...(value !== undefined && { value }),
});

export const fieldDiff = (path: string, verdict: FieldDiff['verdict'], over: Partial<FieldDiff> = {}): FieldDiff => ({
  path,
  client: 'a',
  server: verdict === 'equal' ? 'a' : 'b',
  verdict,
  ...over,
});

const FINDINGS: readonly Finding[] = [
  {
    rule: 'no-forward-secrecy',
    severity: 'error',
    leg: 'server',
    title: 'No forward secrecy',
    text: `Chosen for ${HOSTILE}.`,
    advice: `Advice ${HOSTILE}`,
    spec: 'RFC 9325 §4.1',
    messages: [2, 4],
  },
  { rule: 'mirror-differs', severity: 'warning', title: 'The offers differ', text: 'They do.' },
];

const CHECKS: readonly Check[] = [
  { message: 5, kind: 'certificate-verify', result: 'verified', text: 'It is valid.', spec: 'RFC 8446 §4.4.3' },
  { message: 6, kind: 'finished', result: 'failed', text: `It is not ${HOSTILE}.`, spec: 'RFC 8446 §4.4.4' },
  { message: 7, kind: 'finished', result: 'unchecked', text: 'No secret is at hand.', spec: 'RFC 8446 §4.4.4' },
];

const CHAIN: NonNullable<Handshake['chain']> = {
  path: [
    { subject: `CN=${HOSTILE}`, sha256: 'ab'.repeat(32), sent: 0, root: false },
    { subject: 'CN=Sample Root', sha256: 'cd'.repeat(32), root: true },
  ],
  unused: [1],
  trusted: false,
  problems: [{ code: 'expired', at: 0, text: `Expired, says ${HOSTILE}.` }],
  staple: { status: 'revoked', thisUpdate: '2026-01-01T00:00:00Z', text: 'The responder says so.' },
  timestamps: 2,
};

const HELLO_DIFFS: readonly FieldDiff[] = [
  fieldDiff('random', 'fresh', { text: 'Each draws its own.' }),
  fieldDiff('extensions › padding', 'moved', { position: { client: 3, server: 1 }, server: 'a' }),
  fieldDiff(`extensions › ${HOSTILE}`, 'client-only', { client: HOSTILE, text: `Because ${HOSTILE}.` }),
  ...Array.from({ length: 12 }, (_, i) => fieldDiff(`cipher_suites › suite ${i}`, 'equal')),
];

/** The connection as `GET /api/connections/ID` would give it if all of that were so. */
export function detailed(connection: Connection): Connection {
  const { client, server } = connection.legs;
  const { server: _, ...alone } = HELLO_DIFFS[2]!;
  return {
    ...connection,
    findings: FINDINGS,
    fieldDiffs: {
      clientHello: [HELLO_DIFFS[0]!, HELLO_DIFFS[1]!, alone, ...HELLO_DIFFS.slice(3)],
      certificate: [fieldDiff('issuer', 'different', { text: 'Another CA signs it.' })],
    },
    legs: {
      ...(client?.tls && { client: { ...client, tls: { ...client.tls, derivation: [derivationStep('one')] } } }),
      ...(server?.tls && {
        server: { ...server, tls: detailedHandshake(server.tls) },
      }),
    },
  };
}

function detailedHandshake(tls: Handshake): Handshake {
  const fingerprints = { ja3: 'cd'.repeat(16), ja4: 't13d', ja4Raw: HOSTILE, ja4RawOriginal: 't13d_x' };
  return {
    ...tls,
    messages: tls.messages.map((message) => (message.n === 4 ? compressed(message) : message)),
    checks: CHECKS,
    chain: CHAIN,
    fingerprints,
    derivation: [derivationStep('pre-master secret'), derivationStep(HOSTILE, ['pre-master secret'], 'c0ffee')],
    failure: {
      stage: 'finished',
      by: 'proxy',
      cause: 'malformed',
      text: 'It failed.',
      confidence: 'likely',
      evidence: [`Seen: ${HOSTILE}`],
      withoutProxy: { verdict: 'would-work', text: `Says ${HOSTILE}.` },
    },
    steps: (tls.steps ?? []).map((step) =>
      step.n === 3 ? { ...step, eavesdropper: `A listener sees ${HOSTILE}.`, bytes: 1234, duration: 5.5 } : step,
    ),
  };
}

/** A message of a renegotiation with a field that was unpacked: `dead beef` from its bytes 4 to 8. */
function compressed(message: HandshakeMessage): HandshakeMessage {
  return {
    ...message,
    renegotiation: 1,
    fields: [
      {
        name: 'compressed_certificate_message',
        range: [4, 8],
        inner: 'deadbeef',
        children: [
          { name: 'first', range: [0, 2], value: 'dead' },
          { name: 'second', range: [2, 4], value: 'beef' },
        ],
      },
    ],
  };
}
