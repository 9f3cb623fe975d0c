/** Clients that offer little, and servers that ask for something special. */
import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';
import { type OriginName, type Origins, startOrigins } from '../../src/demo/origins.ts';
import type { Connection } from '../../src/shared/model.ts';
import { curl, nodeTls, sClient } from '../support/clients.ts';
import { type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';
import { assertWhole } from './expectations.ts';

let origins: Origins;
let tlscope: RunningTlscope;
before(async () => {
  origins = await startOrigins();
  tlscope = await runTlscope(origins.rootPem);
});
after(async () => {
  await tlscope.stop();
  await origins.close();
});

interface Case {
  readonly title: string;
  readonly origin: OriginName;
  /** Of `openssl s_client`. */
  readonly args: readonly string[];
  readonly host?: string;
  readonly check: (connection: Connection) => void;
}

const both = (
  connection: Connection,
  read: (tls: NonNullable<NonNullable<Connection['legs']['client']>['tls']>) => unknown,
) => [connection.legs.client?.tls, connection.legs.server?.tls].map((tls) => tls && read(tls));

const CASES: readonly Case[] = [
  {
    title: 'a client of TLS 1.2 alone',
    origin: 'tls12-ecdhe-ecdsa',
    args: ['-servername', 'localhost', '-tls1_2'],
    check: (connection) =>
      assert.deepEqual(
        both(connection, (tls) => tls.version),
        ['TLS 1.2', 'TLS 1.2'],
      ),
  },
  {
    title: 'a client of TLS 1.3 alone',
    origin: 'tls13',
    args: ['-servername', 'localhost', '-tls1_3'],
    check: (connection) =>
      assert.deepEqual(
        both(connection, (tls) => tls.version),
        ['TLS 1.3', 'TLS 1.3'],
      ),
  },
  {
    title: 'an ECDSA-only client of TLS 1.3',
    origin: 'tls13',
    args: ['-servername', 'localhost', '-sigalgs', 'ecdsa_secp256r1_sha256'],
    check: (connection) => {
      assert.deepEqual(
        both(connection, (tls) => tls.scheme),
        ['ecdsa_secp256r1_sha256', 'ecdsa_secp256r1_sha256'],
      );
      assert.equal(connection.legs.client?.tls?.certificates[0]?.key, 'EC P-256');
    },
  },
  {
    title: 'an ECDSA-only client of TLS 1.2',
    origin: 'tls12-ecdhe-ecdsa',
    args: ['-servername', 'localhost', '-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
    check: (connection) =>
      assert.deepEqual(
        both(connection, (tls) => tls.suite),
        ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
      ),
  },
  {
    title: 'an RSA-only client of TLS 1.2',
    origin: 'tls12-ecdhe-rsa',
    args: ['-servername', 'localhost', '-tls1_2', '-cipher', 'ECDHE-RSA-AES256-GCM-SHA384'],
    check: (connection) => {
      assert.deepEqual(
        both(connection, (tls) => tls.certificates[0]?.key),
        ['RSA 2048', 'RSA 2048'],
      );
    },
  },
  {
    title: 'RSA key exchange only, AES128-SHA',
    origin: 'tls12-rsa-kx',
    args: ['-servername', 'localhost', '-tls1_2', '-cipher', 'AES128-SHA'],
    check: (connection) => {
      assert.deepEqual(
        both(connection, (tls) => tls.suite),
        ['TLS_RSA_WITH_AES_128_CBC_SHA', 'TLS_RSA_WITH_AES_128_CBC_SHA'],
      );
      assert.deepEqual(
        both(connection, (tls) => tls.group),
        [undefined, undefined],
      );
    },
  },
  {
    title: 'no SNI',
    origin: 'tls13',
    args: ['-noservername'],
    check: (connection) => {
      assert.deepEqual(
        both(connection, (tls) => tls.sni),
        [undefined, undefined],
      );
      assert.ok(connection.legs.client?.tls?.certificates[0]?.names.includes('DNS:localhost'));
    },
  },
  {
    title: 'an IP address for a name',
    origin: 'tls13',
    host: '127.0.0.1',
    args: ['-noservername', '-verify_ip', '127.0.0.1'],
    check: (connection) => assert.equal(connection.intent?.host, '127.0.0.1'),
  },
  {
    title: 'an IP address as server_name, as Ruby sends it',
    origin: 'tls13',
    host: '127.0.0.1',
    args: ['-servername', '127.0.0.1', '-verify_ip', '127.0.0.1'],
    check: (connection) => {
      assert.deepEqual(
        both(connection, (tls) => tls.sni),
        ['127.0.0.1', undefined],
      );
      assert.ok(connection.legs.server?.tls?.notMirrored?.some(({ name }) => name === 'server_name'));
    },
  },
  {
    title: 'a HelloRetryRequest',
    origin: 'tls13-retry',
    args: ['-servername', 'localhost'],
    check: (connection) => {
      assert.equal(connection.legs.server?.tls?.retried, true);
      assert.equal(connection.legs.server?.tls?.group, 'secp384r1');
    },
  },
  {
    title: 'a server that would like a client certificate',
    origin: 'client-cert-optional',
    args: ['-servername', 'localhost'],
    check: (connection) => {
      const names = connection.legs.server?.tls?.messages.map((message) => message.type.name) ?? [];
      assert.ok(names.includes('CertificateRequest'), names.join());
    },
  },
];

for (const { title, origin, args, host, check } of CASES) {
  test(title, async (t) => {
    if (!needsTool(t, 'openssl')) return;
    const newest = tlscope.newest();
    const result = await sClient(tlscope, origins.get(origin).port, args, host);
    assert.match(result.text, /Verify return code: 0 \(ok\)/, result.errorText);
    assert.ok(result.text.includes(origins.get(origin).title), result.text);
    const connection = await tlscope.closedAfter(newest, origins.get(origin).port);
    assertWhole(connection);
    check(connection);
  });
}

test('an RSA-only client of TLS 1.3 gets an RSA certificate', async () => {
  const newest = tlscope.newest();
  const { port } = origins.get('tls13');
  // The client's own trust in an ECDSA root is not asked for by what it can verify in a handshake.
  const sigalgs = 'rsa_pss_rsae_sha256:rsa_pkcs1_sha256';
  const tls = await nodeTls(tlscope, `localhost:${port}`, { sigalgs, minVersion: 'TLSv1.3' });
  tls.write('GET / HTTP/1.0\r\n\r\n');
  assert.match(await text(tls), /^HTTP\/1\.1 200/);
  const connection = await tlscope.closedAfter(newest, port);
  assertWhole(connection);
  assert.deepEqual(
    both(connection, (each) => each.certificates[0]?.key),
    ['RSA 2048', 'RSA 2048'],
  );
});

test('a TLS 1.0 client: the lowered security level is in the record', async (t) => {
  if (!needsTool(t, 'openssl')) return;
  const newest = tlscope.newest();
  const args = ['-servername', 'localhost', '-tls1', '-cipher', 'DEFAULT:@SECLEVEL=0'];
  const { port, title } = origins.get('tls10');
  const result = await sClient(tlscope, port, args);
  assert.ok(result.text.includes(title), result.text + result.errorText);
  const connection = await tlscope.closedAfter(newest, port);
  assertWhole(connection);
  assert.deepEqual(
    both(connection, (tls) => tls.version),
    ['TLS 1.0', 'TLS 1.0'],
  );
  for (const concessions of both(connection, (tls) => tls.concessions))
    assert.match(String(concessions), /security level/);
});

test('a TLS 1.0 client to a server that wants TLS 1.2', async (t) => {
  if (!needsTool(t, 'openssl')) return;
  const newest = tlscope.newest();
  const { port } = origins.get('tls12-ecdhe-rsa');
  const result = await sClient(tlscope, port, ['-servername', 'localhost', '-tls1', '-cipher', 'DEFAULT:@SECLEVEL=0']);
  const connection = await tlscope.closedAfter(newest, port);
  const { client, server } = connection.legs;
  assert.equal(client?.tls?.version, 'TLS 1.0', result.errorText);
  // Either the server leg makes up for it, or the client is told why not.
  if (server?.tls?.state === 'established') assert.equal(server.tls.version, 'TLS 1.2');
  else assert.match(result.text, /no-common-version/);
});

test('a client that speaks HTTP/1.1 alone is not given the server’s h2', async (t) => {
  if (!needsTool(t, 'curl')) return;
  const newest = tlscope.newest();
  const result = await curl(tlscope, origins.get('tls13').url, ['--http1.1', '-w', '%{http_version}']);
  assert.match(result.text, /1\.1$/);
  const connection = await tlscope.closedAfter(newest);
  assert.deepEqual(
    both(connection, (tls) => tls.alpn),
    ['http/1.1', 'http/1.1'],
  );
});

for (const [origin, args] of [
  ['tls13', []],
  ['tls13', ['--tlsv1.2']],
  ['tls13', ['--tlsv1.3']],
  ['tls12-ecdhe-rsa', ['--tlsv1.2']],
  ['tls12-ecdhe-rsa', ['--tls-max', '1.2']],
] as const) {
  test(`curl ${args.join(' ')} reaches ${origin} with its own JA3 and JA4`, async (t) => {
    if (!needsTool(t, 'curl')) return;
    const version = (await runCommand('curl', ['-V'])).text;
    if (!version.includes('OpenSSL/')) return t.skip('curl is not built with OpenSSL');
    const newest = tlscope.newest();
    assert.match((await curl(tlscope, origins.get(origin).url, args)).text, /TLS/);
    const connection = await tlscope.closedAfter(newest);
    assertWhole(connection);
    const [client, server] = both(connection, ({ fingerprints: { ja3, ja4 } }) => ({ ja3, ja4 }));
    assert.deepEqual(server, client);
    assert.deepEqual(connection.legs.server?.tls?.notMirrored, []);
    assert.equal(connection.comparison?.differences, 0);
  });
}

test('a client of TLS 1.2 that lists no versions reaches a server of TLS 1.0, if it takes that itself', async (t) => {
  if (!needsTool(t, 'openssl')) return;
  const { port, title } = origins.get('tls10');
  const visit = async (...args: string[]) => {
    const newest = tlscope.newest();
    const cipher = ['-cipher', 'DEFAULT:@SECLEVEL=0'];
    const { text } = await sClient(tlscope, port, ['-servername', 'localhost', '-no_tls1_3', ...cipher, ...args]);
    return { text, connection: await tlscope.closedAfter(newest, port) };
  };
  const taken = await visit();
  assert.ok(taken.text.includes(title));
  assertWhole(taken.connection);
  assert.match(String(taken.connection.legs.server?.tls?.concessions), /this handshake is TLS 1\.0/);
  const refused = await visit('-no_tls1', '-no_tls1_1');
  assert.ok(!refused.text.includes(title));
  assert.equal(refused.connection.legs.client?.tls?.state, 'failed', 'the client has its own say');
});
