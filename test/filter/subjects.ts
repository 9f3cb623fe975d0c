/** Subjects to judge: an exchange on a connection whose legs agree, and a connection that failed. */
import type { HttpExchange } from '../../src/shared/exchange.ts';
import type { Connection, Failure, Handshake, Leg, LegRole } from '../../src/shared/model.ts';

export const FAILURE: Failure = {
  stage: 'certificate',
  by: 'peer',
  cause: 'ca-not-trusted-by-client',
  alert: 'unknown_ca',
  text: 'The client does not trust the root.',
};

export function handshakeWith(over: Partial<Handshake> = {}): Handshake {
  return {
    state: 'established',
    version: 'TLS 1.3',
    suite: 'TLS_AES_128_GCM_SHA256',
    group: 'X25519MLKEM768',
    scheme: 'ecdsa_secp256r1_sha256',
    alpn: 'h2',
    sni: 'api.example.com',
    resumed: false,
    retried: false,
    messages: [],
    alerts: [],
    certificates: [],
    fingerprints: { ja3: 'ab'.repeat(16), ja4: 't13d1516h2_8daaf6152771_e5627efa2ab1' },
    visibility: { level: 'full' },
    at: {},
    ...over,
  };
}

export function legWith(side: LegRole, over: Partial<Handshake> = {}): Leg {
  return { side, tcp: { startedAt: 0 }, bytes: { sent: 3000, received: 500 }, tls: handshakeWith(over) };
}

export function connectionWith(over: Partial<Connection> = {}): Connection {
  return {
    id: 3,
    openedAt: 100,
    closedAt: 1600,
    from: { address: '192.0.2.9', port: 50_000 },
    intent: { how: 'connect', host: 'api.example.com', port: 443 },
    decision: { action: 'intercept', reason: 'The default.' },
    legs: {
      client: legWith('client', { at: { startedAt: 100, establishedAt: 120 } }),
      server: legWith('server', { at: { startedAt: 105, establishedAt: 137.5 }, retried: true }),
    },
    comparison: {
      differences: 1,
      rows: [
        {
          parameter: 'alpn',
          label: 'ALPN',
          offered: '',
          server: 'h2',
          client: '',
          verdict: 'different',
          why: 'proxy-choice',
          text: '',
        },
        {
          parameter: 'suite',
          label: 'Suite',
          offered: '',
          server: '',
          client: '',
          verdict: 'equal',
          why: 'mirrored',
          text: '',
        },
      ],
    },
    findings: [{ rule: 'hello-retry', severity: 'note', title: '', text: '' }],
    end: { by: 'client', cause: 'finished', text: 'The client closed it.' },
    ...over,
  };
}

export function failedConnection(): Connection {
  return connectionWith({
    id: 4,
    intent: { how: 'connect', host: 'Broken.test', port: 8443 },
    legs: {
      client: legWith('client', { state: 'failed', version: 'TLS 1.2', failure: FAILURE, sni: 'broken.test' }),
    },
    end: { by: 'client', cause: 'failed', text: 'A handshake failed.' },
  });
}

export function exchangeWith(over: Partial<HttpExchange> = {}): HttpExchange {
  return {
    id: 17,
    conn: 3,
    stream: 1,
    protocol: 'HTTP/2',
    scheme: 'https',
    authority: 'API.example.com:8443',
    request: {
      method: 'POST',
      target: '/v2/Items?token=a=b',
      headers: [
        ['Cookie', 'session=1'],
        ['x-trace', 'T-1'],
      ],
      trailers: [],
      headBytes: 80,
      body: { size: 10_000, wireBytes: 10_000, kept: 10_000, type: 'application/json', encoding: '' },
    },
    response: {
      status: 404,
      headers: [
        ['content-type', 'text/html; charset=utf-8'],
        ['Set-Cookie', 'a=1; Secure'],
        ['Set-Cookie', 'b=2'],
      ],
      trailers: [['x-checksum', 'abc']],
      headBytes: 80,
      body: { size: 2 ** 21 + 1, wireBytes: 900, kept: 900, type: 'text/html; charset=utf-8', encoding: 'gzip' },
    },
    informational: [],
    at: { started: 1000, requested: 1010, responded: 1210, ended: 2100 },
    outcome: { state: 'finished' },
    issues: [],
    ...over,
  };
}
