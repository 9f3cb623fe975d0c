import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { sixSteps } from '../../src/insight/steps.ts';
import type { Connection, Handshake, HandshakeMessage, Leg, LegRole, Step } from '../../src/shared/model.ts';
import { sideBySide } from '../../src/terminal/side-by-side.ts';
import { recordedHandshake } from '../insight/recorded.ts';

const PLAIN = { width: 80, colour: false };

function message(
  n: number,
  sender: 'client' | 'server',
  name: string,
  at: number,
  summary = 'a summary',
): HandshakeMessage {
  return {
    n,
    sender,
    contentType: 22,
    type: { id: 1, name },
    epoch: 'plaintext',
    spans: [[0, 10]],
    raw: '00'.repeat(100 + n),
    fields: [],
    summary,
    issues: [],
    at,
  };
}

function step(n: number, title: string, messages: number[], text = 'First. Second.'): Step {
  return { n, title, state: messages.length > 0 ? 'done' : 'absent', text, decided: [], messages };
}

function leg(side: LegRole, tls: Partial<Handshake>): Leg {
  return {
    side,
    tcp: { startedAt: 0 },
    bytes: { sent: 0, received: 0 },
    tls: {
      state: 'established',
      version: 'TLS 1.3',
      suite: 'TLS_AES_128_GCM_SHA256',
      group: 'x25519',
      resumed: false,
      retried: false,
      messages: [message(1, 'client', 'ClientHello', 101.25), message(2, 'server', 'ServerHello', 103)],
      alerts: [],
      certificates: [],
      fingerprints: {},
      visibility: { level: 'full' },
      at: {},
      steps: [step(1, 'ClientHello', [1]), step(2, 'ServerHello', [2]), step(4, 'ClientKeyExchange', [])],
      ...tls,
    },
  };
}

function connection(
  client: Partial<Handshake>,
  server: Partial<Handshake>,
  more: Partial<Connection> = {},
): Connection {
  return {
    id: 1,
    openedAt: 100,
    from: { address: '127.0.0.1', port: 1 },
    legs: { client: leg('client', client), server: leg('server', server) },
    ...more,
  };
}

test('both legs stand beside each other, step by step, with sender, size and time', () => {
  assert.deepEqual(sideBySide(connection({}, { messages: [message(1, 'client', 'ClientHello', 110)] }), PLAIN), [
    '  client leg: established               │ server leg: established',
    '  TLS 1.3 · TLS_AES_128_GCM_SHA256 ·    │ TLS 1.3 · TLS_AES_128_GCM_SHA256 ·',
    '  x25519                                │ x25519',
    '1 ClientHello',
    '  → ClientHello  101 B  +1.3 ms         │ → ClientHello  101 B  +10.0 ms',
    '      a summary                         │     a summary',
    '2 ServerHello',
    '  ← ServerHello  102 B  +3.0 ms         │ – First.',
    '      a summary                         │',
    '4 ClientKeyExchange',
    '  – First.                              │ – First.',
  ]);
});

test('the bar stands in one column at every width, and no cell runs over', () => {
  const suite = 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256_AND_A_NAME_THAT_GOES_ON_AND_ON_AND_ON';
  const long = connection({ suite, messages: [message(1, 'client', 'ClientHello', 1, 'x '.repeat(200))] }, { suite });
  for (const width of [10, 60, 61, 100, 200]) {
    const rows = sideBySide(long, { width, colour: false }).filter((line) => line.includes('│'));
    assert.equal(new Set(rows.map((line) => line.indexOf('│'))).size, 1, `width ${width}`);
    assert.ok(rows.every((line) => [...line].length <= Math.max(60, width)));
  }
});

test('what differs is listed with both values when they are short', () => {
  const row = { offered: '', verdict: 'different', why: 'proxy-limit', text: 'Because.' } as const;
  const comparison = {
    differences: 2,
    rows: [
      { ...row, parameter: 'ja3', label: 'JA3', client: 'aa', server: 'bb' },
      { ...row, parameter: 'suites', label: 'Suites', client: 'a'.repeat(99), server: 'b' },
      { ...row, parameter: 'sni', label: 'SNI', client: 'same', server: 'same', verdict: 'equal' as const },
    ],
  };
  const lines = sideBySide(connection({}, {}, { comparison }), PLAIN);
  assert.deepEqual(lines.slice(-3), ['What differs (2):', '  - JA3: aa | bb. Because.', '  - Suites: Because.']);
  const equal = sideBySide(connection({}, {}, { comparison: { rows: [], differences: 0 } }), PLAIN);
  assert.equal(equal.at(-1), 'Nothing differs.');
  const own = [{ ...comparison.rows[0]!, verdict: 'expected' as const }];
  const expected = connection({}, {}, { comparison: { rows: own, differences: 0 } });
  assert.equal(sideBySide(expected, PLAIN).at(-1), 'Nothing differs but what is expected to: JA3.');
  assert.deepEqual(sideBySide(expected, { ...PLAIN, explain: true }).slice(-3), [
    'Nothing differs but what is expected to: JA3.',
    'What differs, as expected (1):',
    '  - JA3: aa | bb. Because.',
  ]);
  const failed = sideBySide(connection({}, { state: 'failed' }, { comparison: { rows: own } }), PLAIN);
  assert.ok(failed.includes('Not comparable: the server leg failed before anything was settled on both.'));
});

test('a failed leg says where, by whom, why and what to do', () => {
  const failure = {
    stage: 'certificate',
    by: 'proxy',
    cause: 'certificate-expired',
    errorCode: 'CERT_HAS_EXPIRED',
    text: 'It has expired.',
    remedy: 'Renew it.',
  } as const;
  const lines = sideBySide(connection({}, { state: 'failed', failure }), PLAIN);
  assert.match(lines[0] ?? '', /server leg: failed$/);
  assert.deepEqual(lines.slice(-4), [
    'The server leg failed at certificate, ended by tlscope (certificate-expired,',
    '  CERT_HAS_EXPIRED).',
    '  It has expired.',
    '  What to do: Renew it.',
  ]);
});

test('a handshake that was not seen to its end does not go on after the connection, and without facts has no line', () => {
  const end = { by: 'client', cause: 'finished', text: 'The client closed the connection.' } as const;
  const tls = {
    state: 'negotiating',
    version: undefined,
    suite: undefined,
    group: undefined,
  } as unknown as Partial<Handshake>;
  const [open = ''] = sideBySide(connection(tls, {}), PLAIN);
  assert.match(open, /client leg: negotiating +│ server leg: established$/);
  const both = sideBySide(connection(tls, { ...tls, state: 'waiting' }, { end }), PLAIN);
  assert.match(both[0] ?? '', /client leg: not seen to its end +│ server leg: nothing was sent$/);
  assert.equal(both[1], '1 ClientHello');
});

test('a connection without TLS says what was decided and how it ended', () => {
  const plain: Connection = {
    id: 1,
    openedAt: 0,
    from: { address: '127.0.0.1', port: 1 },
    legs: {},
    decision: { action: 'forward', reason: 'plain HTTP request' },
    end: { by: 'client', cause: 'finished', text: 'The client closed the connection.' },
  };
  assert.deepEqual(sideBySide(plain, PLAIN), [
    '  client leg: none                      │ server leg: none',
    '  forward: plain HTTP request',
    '  The client closed the connection.',
  ]);
});

test('what a peer sent cannot move the cursor or reverse the text', () => {
  const evil = 'a\u001b[2Jb\nc\u202ed\u0000';
  const failure = { stage: 'certificate', by: 'peer', cause: 'alert', text: evil, alert: evil, remedy: evil } as const;
  const handshake: Partial<Handshake> = {
    suite: evil,
    alpn: evil,
    failure,
    messages: [message(1, 'client', evil, 1, evil)],
    steps: [step(1, 'ClientHello', [1]), step(2, 'ServerHello', [], evil)],
  };
  const rows = [
    {
      parameter: 'x',
      label: 'X',
      offered: evil,
      client: evil,
      server: evil,
      verdict: 'different',
      why: 'mirrored',
      text: evil,
    } as const,
  ];
  const lines = sideBySide(connection(handshake, handshake, { comparison: { rows, differences: 1 } }), PLAIN);
  for (const line of lines) assert.doesNotMatch(line, /[\p{Cc}\u202e]/u);
  assert.ok(lines.some((line) => line.includes('a\\u{1b}[2Jb')));
});

test('colours change nothing but the colours', () => {
  const coloured = sideBySide(connection({}, {}), { width: 80, colour: true });
  assert.ok(coloured.some((line) => line.includes('\u001b[')));
  assert.deepEqual(
    coloured.map((line) => stripVTControlCharacters(line).trimEnd()),
    sideBySide(connection({}, {}), PLAIN),
  );
});

const PROVEN: Partial<Handshake> = {
  steps: [
    {
      ...step(1, 'ClientHello', [1], 'The client offers much.'),
      decided: [{ label: 'version', value: 'TLS 1.3' }],
      eavesdropper: 'The name is in clear.',
      bytes: 517,
      duration: 0.25,
    },
    step(4, 'ClientKeyExchange', [], 'There is none. It moved.'),
  ],
  checks: [
    { message: 2, kind: 'finished', result: 'verified', text: 'It holds.', spec: 'RFC 8446 §4.4.4' },
    { message: 1, kind: 'psk-binder', result: 'unchecked', text: 'The key was not seen.', spec: 'RFC 8446 §4.2.11.2' },
    { message: 9, kind: 'certificate-verify', result: 'failed', text: 'It does not hold.', spec: 'RFC 8446 §4.4.3' },
  ],
  chain: {
    path: [
      { subject: 'CN=leaf.test', sha256: 'aa', sent: 0, root: false },
      { subject: 'CN=Root', sha256: 'bb', root: true },
    ],
    unused: [2],
    trusted: false,
    problems: [{ code: 'expired', at: 0, text: 'It expired yesterday.' }],
    staple: { status: 'good', text: 'Fresh.' },
    timestamps: 2,
  },
  derivation: [
    {
      name: 'early secret',
      from: ['zero'],
      how: 'HKDF-Extract',
      spec: 'RFC 8446 §7.1',
      bytes: 32,
      known: true,
      value: 'beef',
    },
    { name: 'master secret', from: [], how: 'HKDF-Extract', spec: 'RFC 8446 §7.1', bytes: 32, known: false },
  ],
  failure: {
    stage: 'certificate',
    by: 'proxy',
    cause: 'certificate-expired',
    text: 'It has expired.',
    confidence: 'certain',
    evidence: ['The certificate says so.'],
    withoutProxy: { verdict: 'would-fail', text: 'The client would see the same.' },
  },
};

test('explained, a single leg stands in one column with all that is known of it', () => {
  const alone: Connection = {
    ...connection({}, {}),
    legs: { server: leg('server', PROVEN) },
    findings: [
      { rule: 'a-rule', severity: 'warning', title: 'Old.', text: 'Seen here.', advice: 'Renew.', spec: 'RFC 1' },
    ],
  };
  assert.deepEqual(sideBySide(alone, { ...PLAIN, explain: true }), [
    '  server leg: established',
    '  TLS 1.3 · TLS_AES_128_GCM_SHA256 · x25519',
    '1 ClientHello',
    '  → ClientHello  101 B  +1.3 ms',
    '      a summary',
    '  The client offers much.',
    '  • version: TLS 1.3',
    '  On the wire: The name is in clear.',
    '  517 B on the wire',
    '4 ClientKeyExchange',
    '  – There is none. It moved.',
    'Beside the six steps',
    '  ← ServerHello  102 B  +3.0 ms',
    '      a summary',
    'Checked',
    '  ✓ ServerHello (message 2): It holds. RFC 8446 §4.4.4',
    '  – ClientHello (message 1): The key was not seen. RFC 8446 §4.2.11.2',
    '  ✗ message (message 9): It does not hold. RFC 8446 §4.4.3',
    'Certificates',
    '  └ CN=leaf.test (sent as 1)',
    '    └ CN=Root (trusted root, not sent)',
    '  ✗ expired: It expired yesterday.',
    '  Sent and not on this path: 3.',
    '  Stapled OCSP: good. Fresh.',
    '  Signed certificate timestamps: 2',
    'Keys',
    '  • known: logged or computed; ◦ not known here: it stays in the TLS library; ←',
    '    made from.',
    '  • early secret, 32 B ← zero',
    '    = HKDF-Extract',
    '    beef',
    '  ◦ master secret, 32 B (not known here)',
    '    = HKDF-Extract',
    'Findings (1):',
    '  warning: Old.',
    '    Seen here.',
    '    What to do: Renew.',
    '    a-rule, RFC 1',
    'The server leg failed at certificate, ended by tlscope (certificate-expired).',
    '  It has expired. This is certain.',
    '  - The certificate says so.',
    '  Without the proxy: it would fail too. The client would see the same.',
  ]);
});

test('explained, two legs keep their columns and fields that differ are listed', () => {
  const offered: Partial<Handshake> = {
    notMirrored: [{ kind: 'extension', id: 21, name: 'padding', reason: 'OpenSSL pads otherwise' }],
    concessions: ['security level lowered'],
  };
  const both = connection(
    PROVEN,
    { ...PROVEN, ...offered },
    {
      fieldDiffs: {
        clientHello: [
          { path: 'random', client: 'aa', server: 'bb', verdict: 'fresh' },
          { path: 'extensions › alps', client: '00', verdict: 'client-only', text: 'OpenSSL has none' },
          { path: 'extensions › sni', verdict: 'moved', position: { client: 0, server: 4 } },
        ],
        certificate: [],
      },
    },
  );
  const printed = sideBySide(both, { ...PLAIN, explain: true });
  const rows = printed.filter((line) => line.includes(' │'));
  assert.equal(new Set(rows.map((line) => line.indexOf('│'))).size, 1);
  assert.ok(printed.every((line) => [...line].length <= 80));
  assert.equal(printed.at(-1), '  Without the proxy: it would fail too. The client would see the same.');
  const offer = printed.findIndex((line) => line.startsWith('What the ClientHello to the server'));
  assert.deepEqual(printed.slice(offer, offer + 4), [
    'What the ClientHello to the server does not repeat (1):',
    '  - padding: OpenSSL pads otherwise',
    'What was conceded (1):',
    '  - server leg: security level lowered',
  ]);
  const from = printed.findIndex((line) => line.startsWith('ClientHello, field by field'));
  assert.deepEqual(printed.slice(from, from + 3), [
    'ClientHello, field by field (client | tlscope) (2):',
    '  - extensions › alps: 00 | absent. OpenSSL has none',
    '  - extensions › sni: place 1 | place 5',
  ]);
});

test('explained, nothing a peer sent gets out as it was', () => {
  const evil = 'a\u001b[2Jb\nc\u202ed\u0000';
  const handshake: Partial<Handshake> = {
    ...PROVEN,
    steps: [{ ...step(1, 'ClientHello', [1], evil), decided: [{ label: evil, value: evil }], eavesdropper: evil }],
    checks: [{ message: 1, kind: 'finished', result: 'failed', text: evil, spec: evil }],
    chain: {
      ...PROVEN.chain!,
      path: [{ subject: evil, sha256: '', root: false }],
      problems: [{ code: 'expired', at: 0, text: evil }],
    },
    derivation: [{ ...PROVEN.derivation![0]!, name: evil, how: evil }],
  };
  const diff = { path: evil, client: evil, server: evil, verdict: 'different', text: evil } as const;
  const whole = connection(handshake, handshake, {
    findings: [{ rule: 'r', severity: 'error', title: evil, text: evil, advice: evil }],
    fieldDiffs: { clientHello: [diff], certificate: [diff] },
  });
  for (const line of sideBySide(whole, { ...PLAIN, explain: true })) assert.doesNotMatch(line, /[\p{Cc}\u202e]/u);
});

test('a chain that is trusted all the same is not marked as refused', () => {
  const problems = [{ code: 'wrong-order', at: 1, text: 'Out of order.' }] as const;
  const chain = { ...PROVEN.chain!, trusted: true, root: 'CN=Root', problems };
  const printed = sideBySide(
    { ...connection({}, {}), legs: { server: leg('server', { ...PROVEN, chain }) } },
    { ...PLAIN, explain: true },
  );
  assert.ok(printed.includes('  ✓ Trusted: it ends at CN=Root.'));
  assert.ok(printed.includes('  ! wrong-order: Out of order.'));
});

test('what belongs to no step is listed behind them, up to a number', () => {
  const leg = withLater(3);
  const text = sideBySide(leg, { width: 80, colour: false });
  const at = text.indexOf('Beside the six steps');
  assert.ok(at > text.findIndex((line) => line.startsWith('6 ')));
  assert.match(text[at + 1] ?? '', /← KeyUpdate {2}5 B/);
  const many = sideBySide(withLater(50), { width: 80, colour: false });
  assert.equal(many.filter((line) => line.includes('KeyUpdate  5 B')).length, 20);
  assert.ok(many.some((line) => line.includes('… and 30 more')));
});

function withLater(count: number): Connection {
  const tls = recordedHandshake('tls13-ecdsa');
  const first = tls.messages.length + 1;
  const later = Array.from({ length: count }, (_, i) => ({
    ...tls.messages[0]!,
    n: first + i,
    sender: 'server' as const,
    type: { id: 24, name: 'KeyUpdate' },
    raw: '1800000100',
    summary: 'update_not_requested',
  }));
  const handshake = { ...tls, messages: [...tls.messages, ...later] };
  const server = {
    side: 'server' as const,
    tcp: { startedAt: 0 },
    bytes: { sent: 0, received: 0 },
    tls: { ...handshake, steps: sixSteps(handshake) },
  };
  return { id: 1, openedAt: 0, from: { address: '', port: 0 }, legs: { server } };
}
