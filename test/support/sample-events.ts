/** Deterministic events of whole connections, shaped as the recorder writes them, for tests of what reads them. */
import type { CaptureEvent, Fact, Negotiated } from '../../src/shared/events.ts';
import type { Certificate, HandshakeMessage, LegRole, Millis, TlsRole } from '../../src/shared/model.ts';

const FROM = { address: '127.0.0.1', port: 50_000 };
const PROXY = { address: '127.0.0.1', port: 8080 };
const ORIGIN = { address: '192.0.2.7', port: 443 };

const FLIGHT: readonly (readonly [sender: TlsRole, id: number, name: string])[] = [
  ['client', 1, 'ClientHello'],
  ['server', 2, 'ServerHello'],
  ['server', 8, 'EncryptedExtensions'],
  ['server', 11, 'Certificate'],
  ['server', 15, 'CertificateVerify'],
  ['server', 20, 'Finished'],
  ['client', 20, 'Finished'],
];

/** A message of `bytes` bytes; `raw` and `fields` are what a live frame leaves out. */
export function sampleMessage(n: number, at: Millis = n, bytes = 64): HandshakeMessage {
  const [sender, id, name] = FLIGHT[(n - 1) % FLIGHT.length]!;
  return {
    n,
    sender,
    contentType: 22,
    type: { id, name },
    epoch: n <= 2 ? 'plaintext' : 'handshake',
    spans: [[n * 100, n * 100 + bytes + 5]],
    raw: id.toString(16).padStart(2, '0').repeat(bytes),
    fields: [{ name: 'msg_type', value: id, text: name, range: [0, 1], spec: 'RFC 8446 §4' }],
    summary: `${name}, ${bytes} bytes`,
    issues: [],
    at,
  };
}

export const SAMPLE_CERTIFICATE: Certificate = {
  subject: 'CN=origin.test',
  issuer: 'CN=Sample CA',
  serial: '01',
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2027-01-01T00:00:00Z',
  names: ['DNS:origin.test'],
  key: 'EC P-256',
  signature: 'ecdsa-with-SHA256',
  isCa: false,
  sha1: 'ab'.repeat(20),
  sha256: 'ab'.repeat(32),
  spkiSha256: 'AAAA',
  raw: '3000',
};

export const SAMPLE_NEGOTIATED: Negotiated = {
  version: 'TLS 1.3',
  suite: 'TLS_AES_128_GCM_SHA256',
  group: 'X25519MLKEM768',
  scheme: 'ecdsa_secp256r1_sha256',
  alpn: 'h2',
  sni: 'origin.test',
  resumed: false,
  retried: false,
  certificates: [SAMPLE_CERTIFICATE],
  fingerprints: { ja3: 'cd'.repeat(16), ja4: 't13d1516h2_8daaf6152771_02713d6af862' },
  visibility: { level: 'full' },
};

/** How a sample connection goes. */
export type Course = 'intercepted' | 'refused-by-client' | 'dial-failed' | 'tunnelled' | 'left-open';

export const COURSES: readonly Course[] = ['intercepted', 'refused-by-client', 'dial-failed', 'tunnelled', 'left-open'];

/** The facts of one connection, in the order the recorder writes them. */
export function sampleConnection(conn: number, course: Course = 'intercepted'): Fact[] {
  const facts: Fact[] = [
    { type: 'connection.opened', conn, from: { ...FROM, port: FROM.port + conn }, local: PROXY },
    { type: 'connection.intent', conn, intent: { how: 'connect', host: `host${conn}.test`, port: 443 } },
  ];
  const close = (cause: 'finished' | 'failed', by: 'client' | 'server'): Fact => ({
    type: 'connection.closed',
    conn,
    end: { by, cause, text: `The ${by} closed.` },
  });
  const closeLeg = (leg: LegRole): Fact => ({
    type: 'leg.closed',
    conn,
    leg,
    bytes: { sent: 1000 + conn, received: 2000 + conn },
    end: { at: 90, by: 'peer', how: 'fin' },
  });
  const messages = (leg: LegRole, count: number): Fact[] =>
    Array.from({ length: count }, (_, i) => ({ type: 'tls.message', conn, leg, message: sampleMessage(i + 1) }));
  const connected: Fact[] = [
    { type: 'leg.dialing', conn, leg: 'server', host: `host${conn}.test`, port: 443 },
    { type: 'leg.connected', conn, leg: 'server', local: PROXY, remote: ORIGIN, resolvedAt: 3 },
  ];

  if (course === 'dial-failed') {
    facts.push(
      { type: 'connection.decided', conn, decision: { action: 'intercept', reason: 'TLS inside CONNECT.' } },
      connected[0]!,
      {
        type: 'tls.failed',
        conn,
        leg: 'server',
        failure: {
          stage: 'connect',
          by: 'peer',
          cause: 'connection-refused',
          errorCode: 'ECONNREFUSED',
          text: 'No one listens there.',
        },
        negotiated: { ...SAMPLE_NEGOTIATED, certificates: [], visibility: { level: 'none' } },
      },
      close('failed', 'server'),
    );
    return facts;
  }
  if (course === 'tunnelled') {
    const negotiated: Negotiated = {
      sni: 'pinned.test',
      resumed: false,
      retried: false,
      certificates: [],
      fingerprints: {},
      visibility: { level: 'partial', reason: 'No keys.' },
    };
    facts.push(
      { type: 'connection.decided', conn, decision: { action: 'tunnel', reason: 'Passed through by option.' } },
      ...connected,
      ...messages('client', 2),
      { type: 'tls.opaque', conn, leg: 'client', reason: 'A tunnel has no keys.', negotiated },
      closeLeg('server'),
      closeLeg('client'),
      close('finished', 'client'),
    );
    return facts;
  }
  facts.push(
    { type: 'connection.decided', conn, decision: { action: 'intercept', reason: 'TLS inside CONNECT.' } },
    ...connected,
    ...messages('client', 1),
    {
      type: 'tls.mirrored',
      conn,
      leg: 'server',
      gaps: [{ kind: 'extension', id: 11, name: 'ec_point_formats', reason: 'The library has its own list.' }],
    },
    ...messages('server', FLIGHT.length),
    { type: 'tls.established', conn, leg: 'server', negotiated: SAMPLE_NEGOTIATED },
    { type: 'certificate.minted', conn, names: ['DNS:origin.test'], key: 'EC P-256', cached: false },
    ...messages('client', FLIGHT.length).slice(1),
    { type: 'tls.established', conn, leg: 'client', negotiated: SAMPLE_NEGOTIATED },
  );
  if (course === 'left-open') return facts;
  if (course === 'refused-by-client') {
    facts.push(
      {
        type: 'tls.alert',
        conn,
        leg: 'client',
        alert: {
          sender: 'client',
          level: { id: 2, name: 'fatal' },
          description: { id: 48, name: 'unknown_ca' },
          epoch: 'application',
          span: [900, 907],
          at: 40,
        },
      },
      {
        type: 'tls.failed',
        conn,
        leg: 'client',
        failure: {
          stage: 'after-handshake',
          by: 'peer',
          cause: 'ca-not-trusted-by-client',
          alert: 'unknown_ca',
          text: 'The client does not trust the proxy.',
        },
        negotiated: SAMPLE_NEGOTIATED,
      },
    );
  }
  facts.push(
    {
      type: 'comparison.made',
      conn,
      comparison: {
        differences: 1,
        rows: [
          {
            parameter: 'version',
            label: 'Version',
            offered: 'TLS 1.3',
            server: 'TLS 1.3',
            client: 'TLS 1.3',
            verdict: 'equal',
            why: 'mirrored',
            text: 'Same.',
          },
        ],
      },
    },
    closeLeg('client'),
    closeLeg('server'),
    close(course === 'intercepted' ? 'finished' : 'failed', 'client'),
  );
  return facts;
}

export const SAMPLE_START: Fact = {
  type: 'capture.started',
  format: 1,
  wallClock: '2026-01-01T00:00:00.000Z',
  version: '0.1.0',
};

/** A capture of one connection of each course, their facts interleaved, in their envelopes: seq from 1, 1 ms apart. */
export function sampleCapture(): CaptureEvent[] {
  const queues = COURSES.map((course, i) => sampleConnection(i + 1, course));
  const facts: Fact[] = [SAMPLE_START];
  for (let step = 0; queues.some((queue) => queue.length > 0); step++) {
    const fact = queues[step % queues.length]!.shift();
    if (fact) facts.push(fact);
  }
  return stamp(facts);
}

/** Facts in their envelopes: seq from 1, one a millisecond. */
export function stamp(facts: readonly Fact[]): CaptureEvent[] {
  return facts.map((fact, i) => ({ seq: i + 1, t: i, ...fact }));
}
