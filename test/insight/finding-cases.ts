/** For each rule of the findings a connection that shows it, and what it must say; silent must be `quiet`. */
import type {
  CertificateChain,
  ChainProblem,
  Comparison,
  Connection,
  Handshake,
  LegRole,
} from '../../src/shared/model.ts';
import {
  certificateOf,
  clientHelloBytes,
  framed,
  type HelloOffer,
  handshakeOf,
  retryBytes,
  type Said,
  type ServerChoiceBytes,
  serverHelloBytes,
  u16,
  v16,
} from './handshake-fixture.ts';

export interface FindingCase {
  readonly seen: Connection;
  readonly text: RegExp;
  readonly leg?: LegRole;
  readonly messages?: readonly number[];
  /** The healthy connection unless given. */
  readonly quiet?: Connection;
}

const RENEGOTIATION_INFO = 0xff01;
const STATUS_REQUEST = 5;
const OFFER: HelloOffer = {
  versions: [0x0304, 0x0303],
  suites: [0x1301, 0x1302, 0xc02b, 0xc02f],
  groups: [0x001d, 0x0017],
  shares: [0x001d],
  alpn: ['h2'],
  serverName: 'a.test',
  more: [RENEGOTIATION_INFO, 23],
};
const TRUSTED: CertificateChain = {
  path: [
    { subject: 'CN=a.test', sha256: '00', sent: 0, root: false },
    { subject: 'CN=Root', sha256: '01', root: true },
  ],
  unused: [],
  trusted: true,
  root: 'CN=Root',
  problems: [],
  timestamps: 2,
};
const ESTABLISHED: Partial<Handshake> = {
  version: 'TLS 1.3',
  suite: 'TLS_AES_128_GCM_SHA256',
  group: 'x25519',
  scheme: 'ecdsa_secp256r1_sha256',
  alpn: 'h2',
  certificates: [certificateOf({})],
  chain: TRUSTED,
  fingerprints: { ja4: 'same' },
};

function handshake13(
  offer: Partial<HelloOffer> = {},
  choice: ServerChoiceBytes = {},
  more: Partial<Handshake> = {},
): Handshake {
  const said: Said[] = [
    ['>ClientHello', clientHelloBytes({ ...OFFER, ...offer })],
    ['<ServerHello', serverHelloBytes({ group: 0x001d, ...choice })],
    ['<Certificate'],
    ['<Finished'],
    ['>Finished'],
    ['<NewSessionTicket'],
  ];
  return handshakeOf(said, { ...ESTABLISHED, ...more });
}

interface Choice12 {
  readonly suite?: number;
  readonly version?: number;
  readonly extensions?: readonly number[];
  readonly compression?: number;
  readonly tail?: string;
  readonly sessionId?: readonly number[];
}

/** A TLS 1.2 ServerHello by hand: the fixture's own has no extensions to choose. */
function serverHello12({
  suite = 0xc02b,
  version = 0x0303,
  extensions = [RENEGOTIATION_INFO, 23],
  ...rest
}: Choice12): number[] {
  const random = new Array<number>(24).fill(5).concat([...(rest.tail ?? '\x05'.repeat(8))].map((c) => c.charCodeAt(0)));
  const types = extensions.flatMap((type) => [...u16(type), ...v16(type === RENEGOTIATION_INFO ? [0] : [])]);
  const { sessionId = [], compression = 0 } = rest;
  return framed(2, [
    ...u16(version),
    ...random,
    sessionId.length,
    ...sessionId,
    ...u16(suite),
    compression,
    ...v16(types),
  ]);
}

function handshake12(choice: Choice12 = {}, offer: Partial<HelloOffer> = {}, more: Partial<Handshake> = {}): Handshake {
  const said: Said[] = [
    ['>ClientHello', clientHelloBytes({ ...OFFER, versions: [0x0303], ...offer })],
    ['<ServerHello', serverHello12(choice)],
    ['<Certificate'],
    ['<ServerKeyExchange'],
    ['>Finished'],
    ['<NewSessionTicket'],
    ['<Finished'],
  ];
  return handshakeOf(said, {
    ...ESTABLISHED,
    version: 'TLS 1.2',
    suite: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    ...more,
  });
}

/** The same handshake on both legs, but for what is said of one. */
function pair(server: Handshake, client: Handshake = server, more: Partial<Connection> = {}): Connection {
  const leg = (side: LegRole, tls: Handshake) => ({
    side,
    tcp: { startedAt: 0 },
    bytes: { sent: 0, received: 0 },
    tls,
  });
  return {
    id: 1,
    openedAt: 0,
    from: { address: '127.0.0.1', port: 1 },
    intent: { how: 'connect', host: 'a.test', port: 443 },
    legs: { client: leg('client', client), server: leg('server', server) },
    ...more,
  };
}

export const HEALTHY = pair(handshake13());
const HEALTHY_12 = pair(handshake12());

const offering = (offer: Partial<HelloOffer>) => pair(handshake13(offer));
const on12 = (choice: Choice12, more: Partial<Handshake> = {}) => pair(handshake12(choice, {}, more));
const with13 = (more: Partial<Handshake>) => pair(handshake13({}, {}, more));
const chained = (chain: Partial<CertificateChain>, more: Partial<Handshake> = {}) =>
  pair(handshake13({}, {}, { chain: { ...TRUSTED, ...chain }, ...more }), handshake13());

/** By what a public CA says that it checked. */
const PUBLIC = { policies: ['DV'] };

const lasting = (notBefore: string, notAfter: string) =>
  with13({ certificates: [certificateOf({ notBefore, notAfter, ...PUBLIC })] });
const withPublic = (chain: Partial<CertificateChain>) => chained(chain, { certificates: [certificateOf(PUBLIC)] });
const mustStaple = (chain: Partial<CertificateChain>) => {
  const hello = { ...OFFER, more: [RENEGOTIATION_INFO, 23, STATUS_REQUEST] };
  const certificates = [certificateOf({ mustStaple: true })];
  return pair(handshake13(hello, {}, { chain: { ...TRUSTED, ...chain }, certificates }), handshake13(hello));
};

/** Messages in place of the usual ones. */
function said(messages: readonly Said[], more: Partial<Handshake> = {}): Connection {
  return pair(handshakeOf(messages, { ...ESTABLISHED, ...more }));
}
const HELLO: Said = ['>ClientHello', clientHelloBytes(OFFER)];
const CHOICE: Said = ['<ServerHello', serverHelloBytes({ group: 0x001d })];

/** A key exchange over a prime of so many bytes (RFC 5246 §7.4.3), the signature left out. */
function dhe(bytes: number): Connection {
  const { messages } = handshakeOf([
    HELLO,
    ['<ServerHello', serverHello12({ suite: 0x009e })],
    ['<ServerKeyExchange', framed(12, [...v16(new Array<number>(bytes).fill(0xff)), ...v16([2]), ...v16([4])])],
  ]);
  return on12({ suite: 0x009e }, { messages });
}

/** A retry that wants a group, or else its cookie. */
export const RETRIED = (group: number | undefined): Connection =>
  said([HELLO, ['<HelloRetryRequest', retryBytes(group)], HELLO, CHOICE], { retried: true, group: 'secp256r1' });

export const RESUMED = (resume: 'psk' | 'agreed'): Connection => pair(handshake13({ resume }, {}, { resumed: true }));

/** TLS 1.0 with the only suite of the offer that it can use. */
export const OLD_VERSION_LISTED_LAST: Connection = pair(
  handshake12(
    { version: 0x0301, suite: 0xc013 },
    { versions: [0x0303, 0x0301], suites: [0xc02b, 0xc02f, 0xcca9, 0xc027, 0xc013] },
  ),
);

const PROBLEM_CASES = Object.fromEntries(
  (
    [
      'no-certificate',
      'unreadable',
      'missing-intermediate',
      'self-signed',
      'untrusted-root',
      'bad-signature',
      'not-a-ca',
      'name-constraints',
      'critical-extension',
      'expired',
      'not-yet-valid',
      'wrong-name',
      'wrong-purpose',
      'weak-key',
      'weak-signature',
      'revoked',
      'wrong-order',
    ] satisfies ChainProblem['code'][]
  ).map((code): [string, FindingCase] => [
    `chain-${code}`,
    {
      seen: chained({ trusted: false, problems: [{ code, at: 0, text: `It is ${code}.` }] }),
      text: new RegExp(`It is ${code}\\.`),
      leg: 'server',
      messages: [3],
    },
  ]),
);

const comparison = (parameter: string): Comparison => ({
  differences: 1,
  rows: [
    {
      parameter,
      label: 'L',
      offered: 'o',
      server: 's',
      client: 'c',
      verdict: 'different',
      why: 'proxy-limit',
      text: 'Why.',
    },
  ],
});

export const FINDING_CASES: Readonly<Record<string, FindingCase>> = {
  ...PROBLEM_CASES,
  'check-failed': {
    seen: with13({
      checks: [
        { message: 4, kind: 'finished', result: 'failed', text: 'It does not fit.', spec: '' },
        { message: 5, kind: 'finished', result: 'verified', text: 'It fits.', spec: '' },
      ],
    }),
    text: /does not fit/,
    messages: [4],
  },
  'hello-retry': {
    seen: RETRIED(0x0017),
    text: /a key share for x25519; one for secp256r1 would have avoided it\. It took 2\.0 ms more/,
    leg: 'server',
    messages: [2],
  },
  'no-ticket': { seen: said([HELLO, CHOICE, ['<Finished'], ['>Finished']]), text: /No NewSessionTicket/ },
  resumed: { seen: with13({ resumed: true }), text: /No certificate is shown/ },
  'early-data': { seen: offering({ more: [42] }), text: /nothing here shows that the server accepted/, leg: 'client' },
  'choice-not-offered': {
    seen: pair(withoutAlpn(handshake13({}, { suite: 0x1304, group: 0x0018 }, { group: 'secp384r1' }))),
    text: /^Not in the offer: TLS_AES_128_CCM_SHA256 and secp384r1\.$/,
    leg: 'server',
    messages: [2],
  },
  'session-id-not-echoed': {
    seen: pair(handshake13({}, { sessionId: [1, 2] })),
    text: /repeats the session id/,
    quiet: on12({ sessionId: [1, 2] }),
  },
  'ticket-lives-long': { seen: ticketFor(864_000), text: /for 10 days/, quiet: ticketFor(604_800) },
  'large-flight': {
    seen: flightOf(14_601),
    text: /^It takes 14601 bytes, and the usual initial window of TCP is 14600/,
    messages: [2, 3],
    quiet: flightOf(14_600),
  },
  'client-certificate-asked': {
    seen: said([HELLO, CHOICE, ['<CertificateRequest'], ['<NewSessionTicket']]),
    text: /None was shown/,
    messages: [3],
  },
  renegotiated: {
    seen: with13({
      messages: handshake13().messages.map((message) => ({ ...message, ...(message.n > 4 && { renegotiation: 1 }) })),
    }),
    text: /once/,
  },
  'malformed-message': {
    seen: with13({
      messages: handshake13().messages.map((message) =>
        message.n === 3 ? { ...message, issues: [{ severity: 'error', text: 'length needs 3 bytes' }] } : message,
      ),
    }),
    text: /1 message of the .* leg; the first: length needs 3 bytes\./,
    messages: [3],
    quiet: with13({
      messages: handshake13().messages.map((message) => ({ ...message, issues: [{ severity: 'note', text: 'odd' }] })),
    }),
  },
  'unsolicited-extension': {
    seen: on12({ extensions: [RENEGOTIATION_INFO, 23, 22] }),
    text: /encrypt_then_mac/,
    quiet: HEALTHY_12,
  },
  'old-version': { seen: on12({ version: 0x0301 }), text: /TLS 1\.0/, leg: 'server', quiet: HEALTHY_12 },
  'downgrade-sentinel': {
    seen: pair(handshake12({ tail: 'DOWNGRD\x01' }, { versions: [0x0304, 0x0303] })),
    text: /TLS 1\.3 was offered and TLS 1\.2 chosen/,
    quiet: on12({ tail: 'DOWNGRD\x01' }),
  },
  'older-version-chosen': {
    seen: pair(handshake12({}, { versions: [0x0304, 0x0303] })),
    text: /TLS 1\.3 was offered, TLS 1\.2 chosen/,
    quiet: HEALTHY_12,
  },
  'weak-suite': { seen: on12({ suite: 0x000a }), text: /3DES/, quiet: HEALTHY_12 },
  'no-forward-secrecy': {
    seen: on12({ suite: 0x009c }),
    text: /encrypted to the certificate’s key/,
    quiet: HEALTHY_12,
  },
  'mac-then-encrypt': {
    seen: on12({ suite: 0xc013 }),
    text: /Lucky 13/,
    quiet: on12({ suite: 0xc013, extensions: [22] }),
  },
  'suite-low-in-list': {
    seen: pair(handshake12({ suite: 0xc02f }, { suites: [0xc02b, 0xc02c, 0xcca9, 0xc02f] })),
    text: /number 4 of the 4/,
    quiet: HEALTHY_12,
  },
  'weak-dh': { seen: dhe(128), text: /1024 bits/, quiet: dhe(256) },
  'weak-signature': { seen: on12({}, { scheme: 'rsa_pkcs1_sha1' }), text: /rsa_pkcs1_sha1/, quiet: HEALTHY_12 },
  'no-extended-master-secret': {
    seen: on12({ extensions: [RENEGOTIATION_INFO] }),
    text: /did not take it/,
    quiet: HEALTHY_12,
  },
  'renegotiation-info-missing': { seen: on12({ extensions: [23] }), text: /no renegotiation_info/, quiet: HEALTHY_12 },
  compression: { seen: on12({ compression: 1 }), text: /method 1/, quiet: HEALTHY_12 },
  'post-quantum-not-chosen': {
    seen: offering({ groups: [0x11ec, 0x001d] }),
    text: /Offered: X25519MLKEM768\. Used: x25519/,
    quiet: pair(handshake13({ groups: [0x11ec, 0x001d] }, {}, { group: 'X25519MLKEM768' })),
  },
  'alpn-not-answered': {
    seen: pair(withoutAlpn(handshake13())),
    text: /Offered: h2\./,
    quiet: pair(withoutAlpn(handshake13({}, {}, { visibility: { level: 'partial' } }))),
  },
  'expires-soon': {
    seen: with13({ certificates: [certificateOf({ notAfter: '2026-06-11T12:00:00Z' })] }),
    text: /10 days more/,
    leg: 'server',
  },
  'long-life': {
    seen: lasting('2026-03-15T00:00:00Z', '2026-10-02T00:00:00Z'),
    text: /made for 201 days; public ones made from 2026-03-15 on may live 200/,
    quiet: lasting('2026-03-14T00:00:00Z', '2026-10-02T00:00:00Z'),
  },
  'no-sct': {
    seen: withPublic({ timestamps: 0 }),
    text: /signed timestamp/,
    quiet: chained({ timestamps: 0 }),
  },
  'staple-missing': {
    seen: mustStaple({}),
    text: /lists status_request/,
    quiet: mustStaple({ staple: { status: 'good', text: '' } }),
  },
  'staple-not-good': {
    seen: chained({ staple: { status: 'unknown', text: 'The responder does not know it.' } }),
    text: /does not know/,
  },
  'staple-old': {
    seen: chained({ staple: { status: 'good', nextUpdate: '2026-05-01T00:00:00Z', text: '' } }),
    text: /2026-05-01/,
    quiet: chained({ staple: { status: 'good', nextUpdate: '2026-05-31T23:56:00Z', text: '' } }),
  },
  'useless-certificates': {
    seen: chained(
      { unused: [1] },
      { certificates: [certificateOf({}), certificateOf({ subject: 'CN=Stray', raw: '0000', sha256: 'ff' })] },
    ),
    text: /^«CN=Stray» \(2 bytes\)\.$/,
  },
  'root-sent': {
    seen: chained(
      { path: [TRUSTED.path[0]!, { subject: 'CN=Root', sha256: '01', sent: 1, root: true }] },
      { certificates: [certificateOf({}), certificateOf({ subject: 'CN=Root', raw: '000000' })] },
    ),
    text: /«CN=Root» \(3 bytes\)/,
  },
  'no-sni': {
    seen: pair(
      handshakeOf([['>ClientHello', clientHelloBytes(withoutName(OFFER))], CHOICE], {
        ...ESTABLISHED,
        visibility: { level: 'partial' },
      }),
    ),
    text: /though the client asked for a\.test/,
    leg: 'client',
  },
  'offers-old-versions': { seen: offering({ versions: [0x0304, 0x0303, 0x0302] }), text: /TLS 1\.1/ },
  'offers-no-tls13': {
    seen: HEALTHY_12,
    text: /TLS 1\.2 at most/,
    quiet: pair(handshake12({ version: 0x0302 }, { versions: [0x0302] })),
  },
  'offers-weak-signatures': {
    seen: offering({ schemes: [0x0804, 0x0201, 0x0203] }),
    text: /^It lists rsa_pkcs1_sha1 and ecdsa_sha1\.$/,
    quiet: offering({ schemes: [0x0804, 0x0403] }),
  },
  heartbeat: { seen: offering({ more: [15] }), text: /is in the hello/, leg: 'client' },
  'offers-weak-suites': {
    quiet: offering({ suites: [0x1301, 0x00ff] }),
    seen: offering({ suites: [0x1301, 0x0005, 0x000a] }),
    text: /2 suites, such as TLS_RSA_WITH_RC4_128_SHA/,
  },
  'offers-compression': { seen: pair(withCompression()), text: /Methods 1/ },
  'no-secure-renegotiation-offered': {
    seen: offering({ more: [23] }),
    text: /Neither/,
    quiet: offering({ more: [23], versions: [0x0304] }),
  },
  fallback: { seen: offering({ suites: [0x1301, 0x5600] }), text: /FALLBACK_SCSV/ },
  'no-key-share': { seen: offering({ shares: [] }), text: /which group the server wants/ },
  'legs-differ': {
    seen: pair(handshake13(), handshake13(), { comparison: comparison('alpn') }),
    text: /L: c to the client, s to the server\. Why\./,
    quiet: pair(handshake13(), handshake13(), { comparison: comparison('certificate-key') }),
  },
  'offer-not-mirrored': {
    seen: pair(
      handshake13(
        {},
        {},
        {
          notMirrored: [{ kind: 'extension', id: 1, name: 'max_fragment_length', reason: 'no' }],
          fingerprints: { ja4: 'other' },
        },
      ),
      handshake13(),
    ),
    text: /max_fragment_length \(no\)\. JA4 is other, the client’s same/,
    leg: 'server',
    quiet: pair(
      handshake13({}, {}, { notMirrored: [{ kind: 'extension', id: 0x3a3a, name: 'GREASE', reason: 'no' }] }),
      handshake13(),
    ),
  },
  'guard-lowered': { seen: with13({ concessions: ['security level lowered'] }), text: /security level lowered\./ },
  'not-fully-read': {
    seen: with13({ visibility: { level: 'partial', reason: '1 record stayed closed' } }),
    text: /^1 record stayed closed\.$/,
  },
};

/** A handshake whose ticket is good for so many seconds. */
function ticketFor(seconds: number): Connection {
  const ticket = framed(4, [...u16(seconds >>> 16), ...u16(seconds & 0xffff), 0, 0, 0, 0, 0, ...v16([7]), ...v16([])]);
  return said([HELLO, CHOICE, ['<Finished'], ['>Finished'], ['<NewSessionTicket', ticket]]);
}

/** A handshake in which the server says so many bytes before it waits. */
function flightOf(bytes: number): Connection {
  const { messages } = handshakeOf([HELLO, CHOICE, ['<Certificate'], ['>Finished'], ['<NewSessionTicket']]);
  const spans: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
    2: [[0, 1000]],
    3: [[1000, bytes]],
    5: [[bytes, bytes + 500]],
  };
  return with13({ messages: messages.map((message) => ({ ...message, spans: spans[message.n] ?? [] })) });
}

function withoutAlpn({ alpn: _, ...handshake }: Handshake): Handshake {
  return handshake;
}

function withoutName({ serverName: _, ...offer }: HelloOffer): HelloOffer {
  return offer;
}

/** The null method of the hello becomes DEFLATE: 33 bytes after the suites' length stands its only method. */
function withCompression(): Handshake {
  const bytes = [...clientHelloBytes(OFFER)];
  const suites = 4 + 2 + 32 + 1;
  const at = suites + 2 + (bytes[suites]! << 8) + bytes[suites + 1]! + 1;
  bytes[at] = 1;
  return handshakeOf([['>ClientHello', bytes], CHOICE], { ...ESTABLISHED, visibility: { level: 'partial' } });
}
