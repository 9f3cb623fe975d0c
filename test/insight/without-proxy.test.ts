import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutProxy } from '../../src/insight/without-proxy.ts';
import type { CertificateChain, Connection, Failure, Handshake } from '../../src/shared/model.ts';
import { clientHelloBytes, handshakeOf } from './handshake-fixture.ts';

const failure = (cause: Failure['cause'], stage: Failure['stage'] = 'certificate'): Failure => ({
  stage,
  by: 'peer',
  cause,
  text: '',
});

const hello = handshakeOf([['>ClientHello', clientHelloBytes({ versions: [0x0304], suites: [0x1301], groups: [29] })]]);
const established: Partial<Handshake> = { version: 'TLS 1.3', suite: 'TLS_AES_128_GCM_SHA256', group: 'x25519' };
const chain = (trusted: boolean): CertificateChain => ({
  path: [],
  unused: [],
  trusted,
  problems: trusted ? [] : [{ code: 'untrusted-root', at: 0, text: '' }],
  timestamps: 0,
  ...(trusted && { root: 'CN=Root' }),
});

function connectionOf(client: Partial<Handshake>, server: Partial<Handshake> | undefined): Connection {
  const leg = (side: 'client' | 'server', tls: Handshake) => ({
    side,
    tcp: { startedAt: 0 },
    bytes: { sent: 0, received: 0 },
    tls,
  });
  return {
    id: 1,
    openedAt: 0,
    from: { address: '127.0.0.1', port: 1 },
    legs: {
      client: leg('client', { ...hello, ...client }),
      ...(server && { server: leg('server', { ...hello, ...server }) }),
    },
  };
}

const failed = (cause: Failure['cause'], stage?: Failure['stage'], more: Partial<Handshake> = {}) =>
  withoutProxy(connectionOf({}, { state: 'failed', failure: failure(cause, stage), ...more }));

/** By an alert in answer to the ClientHello, but for what is said otherwise. */
const refused = (seen: Partial<Failure> = {}, more: Partial<Handshake> = {}) =>
  withoutProxy(
    connectionOf(
      {},
      {
        state: 'failed',
        failure: { ...failure('no-common-suite', 'server-hello'), alert: 'handshake_failure', ...seen },
        ...more,
      },
    ),
  );

test('a connection that did not fail has no verdict', () => {
  assert.equal(withoutProxy(connectionOf({}, established)), undefined);
});

test('a client that distrusts us would have come together with a server whose choice it offers', () => {
  const distrust = { state: 'failed' as const, failure: failure('ca-not-trusted-by-client') };
  const verdict = withoutProxy(connectionOf(distrust, { ...established, chain: chain(true) }));
  assert.equal(verdict?.verdict, 'would-work');
  assert.match(verdict.text, /TLS 1\.3, TLS_AES_128_GCM_SHA256 and x25519/);
  assert.match(verdict.text, /«CN=Root»/);
});

test('a server chain that is not trusted here either leaves it open', () => {
  const distrust = { state: 'failed' as const, failure: failure('ca-not-trusted-by-client') };
  const verdict = withoutProxy(connectionOf(distrust, { ...established, chain: chain(false) }));
  assert.equal(verdict?.verdict, 'unknown');
  assert.match(verdict.text, /untrusted-root/);
});

for (const [what, chosen] of Object.entries({
  version: { version: 'TLS 1.2' },
  suite: { suite: 'TLS_AES_256_GCM_SHA384' },
  group: { group: 'secp384r1' },
})) {
  test(`a ${what} that our offer added leaves open what the server makes of the client’s`, () => {
    const broken = { state: 'failed' as const, failure: failure('ca-not-trusted-by-client') };
    const verdict = withoutProxy(connectionOf(broken, { ...established, ...chosen, chain: chain(true) }));
    assert.equal(verdict?.verdict, 'unknown');
    assert.ok(verdict.text.includes(Object.values(chosen)[0] ?? ''));
  });
}

for (const cause of ['client-went-away', 'no-common-suite', 'malformed', 'clock-skew', 'timeout'] as const) {
  test(`${cause} on the client leg says nothing about the client’s own try`, () => {
    const broken = { state: 'failed' as const, failure: failure(cause) };
    assert.equal(withoutProxy(connectionOf(broken, { ...established, chain: chain(true) }))?.verdict, 'unknown');
  });
}

test('a chain that nobody judged leaves it open', () => {
  const distrust = { state: 'failed' as const, failure: failure('ca-not-trusted-by-client') };
  assert.equal(withoutProxy(connectionOf(distrust, established))?.verdict, 'unknown');
});

test('a server that answers the very offer with an alert refuses the client too; with gaps it is open', () => {
  assert.equal(refused()?.verdict, 'would-fail');
  const gaps = [{ kind: 'cipherSuite', id: 5, name: 'TLS_RSA_WITH_RC4_128_SHA', reason: 'not in OpenSSL' }] as const;
  const open = refused({}, { notMirrored: [...gaps] });
  assert.equal(open?.verdict, 'unknown');
  assert.match(open.text, /RC4/);
});

test('only gaps in what the server minds make a difference', () => {
  const suite = { kind: 'cipherSuite', id: 5, name: 'TLS_RSA_WITH_RC4_128_SHA', reason: 'not in OpenSSL' } as const;
  const versions = { kind: 'version', id: -1, name: 'SSL 3.0', reason: 'not in OpenSSL' } as const;
  const alpn = { kind: 'extension', id: 16, name: 'alpn', reason: 'odd' } as const;
  const verdict = (cause: Failure['cause'], alert: string, ...notMirrored: Handshake['notMirrored'] & object) =>
    refused({ cause, alert }, { notMirrored })?.verdict;
  assert.equal(verdict('no-common-version', 'protocol_version', suite, alpn), 'would-fail');
  assert.equal(verdict('no-common-version', 'protocol_version', suite, versions), 'unknown');
  assert.equal(verdict('no-common-alpn', 'no_application_protocol', suite, versions), 'would-fail');
  assert.equal(verdict('no-common-alpn', 'no_application_protocol', alpn), 'unknown');
});

test('a hello that was not mirrored at all makes a difference to whatever the server minds', () => {
  const notMirrored = [{ kind: 'other', id: -1, name: 'ClientHello', reason: 'not mirrored: no build' }] as const;
  for (const cause of ['no-common-version', 'no-common-alpn', 'no-common-suite'] as const) {
    const { verdict, text = '' } = refused({ cause }, { notMirrored: [...notMirrored] }) ?? {};
    assert.equal(verdict, 'unknown', cause);
    assert.match(text, /ClientHello/);
  }
  const compression = { kind: 'other', id: 1, name: 'compression method DEFLATE', reason: '' } as const;
  assert.equal(refused({ cause: 'no-common-alpn' }, { notMirrored: [compression] })?.verdict, 'would-fail');
});

for (const [what, seen] of Object.entries({
  'our own refusal': { by: 'proxy', cause: 'no-common-group', errorCode: 'ERR_SSL_DH_KEY_TOO_SMALL' },
  'a fault of the server’s own': { alert: 'internal_error', cause: 'alert' },
  'our patience': { by: 'proxy', cause: 'timeout' },
  'an alert behind the answer': { stage: 'finished', alert: 'decrypt_error', cause: 'alert' },
} satisfies Record<string, Partial<Failure>>)) {
  test(`${what} is no verdict of the server’s on the offer`, () => {
    assert.equal(refused(seen)?.verdict, 'unknown');
  });
}

test('a reset or a close without an alert is none either', () => {
  for (const cause of ['connection-reset', 'connection-closed'] as const) {
    assert.equal(failed(cause, 'server-hello')?.verdict, 'unknown');
  }
});

test('what hangs on the server alone, on the network, or on what only the client has', () => {
  assert.equal(failed('name-not-found', 'resolve')?.verdict, 'would-fail');
  assert.equal(failed('timeout', 'connect')?.verdict, 'would-fail');
  assert.equal(failed('certificate-expired')?.verdict, 'would-fail');
  assert.equal(failed('certificate-untrusted')?.verdict, 'unknown');
  assert.equal(failed('client-certificate-required')?.verdict, 'unknown');
});
