/**
 * What OpenSSL's default security level forbids is refused too after a handshake that was made at a lower one, be it for
 * the form of the client's offer or for the old versions in it.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';
import type { Connection, FailureCause } from '../../src/shared/model.ts';
import { sClient } from '../support/clients.ts';
import { type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';
import { needsTool, toolPath } from '../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlscope-weak-'));
const file = (name: string) => join(folder, name);
let tlscope: RunningTlscope;

before(async () => {
  if (toolPath('openssl') === undefined) return;
  const rsa = (bits: number) => ['-newkey', `rsa:${bits}`];
  const ec = (curve: string) => ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${curve}`];
  await issue('root', ec('P-256'));
  await issue('weak-root', rsa(1024));
  // No algorithm signs with ECDSA and MD5.
  await issue('rsa-root', rsa(2048));
  await issue('weak-middle', rsa(1024), 'root');
  await Promise.all([
    issue('strong', rsa(2048), 'root'),
    issue('rsa-1024', rsa(1024), 'root'),
    issue('p-192', ec('prime192v1'), 'root'),
    issue('sha-1', ec('P-256'), 'root', '-sha1'),
    issue('rsa-512', rsa(512), 'root'),
    issue('md5', rsa(2048), 'rsa-root', '-md5'),
    issue('under-weak-middle', ec('P-256'), 'weak-middle'),
    issue('under-weak-root', ec('P-256'), 'weak-root'),
    // The same root once more, signed with SHA-1 by another: what servers send along for old clients.
    issue('crossed', [], 'weak-root', '-sha1', ['-key', file('root.key'), '-subj', '/CN=root']),
  ]);
  tlscope = await runTlscope(
    ['root', 'weak-root', 'rsa-root'].map((name) => readFileSync(file(`${name}.crt`), 'utf8')).join(''),
    [...['--resumption', 'server', '--insecure', 'let-through.localhost']],
  );
});
after(async () => {
  await tlscope?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function issue(name: string, key: string[], issuer?: string, digest = '-sha256', more: string[] = []) {
  const by = issuer === undefined ? [] : ['-CA', file(`${issuer}.crt`), '-CAkey', file(`${issuer}.key`)];
  const names = ['-addext', 'subjectAltName=DNS:localhost,DNS:let-through.localhost'];
  const files = ['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)];
  const made = ['req', '-x509', '-noenc', '-days', '2', digest, '-subj', `/CN=${name}`, ...names];
  const { code, errorText } = await runCommand('openssl', [...made, ...key, ...by, ...files, ...more]);
  assert.equal(code, 0, errorText);
}

interface Case {
  readonly title: string;
  readonly certificate: string;
  readonly chain?: string;
  /** Of `openssl s_server`. */
  readonly args?: readonly string[];
  readonly host?: string;
  readonly client?: 'old' | 'older';
  /** Absent where the client gets its answer. */
  readonly fails?: readonly [cause: FailureCause, code: RegExp];
}

const TLS12 = ['-tls1_2'];
const DHE = [...TLS12, '-cipher', 'DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0'];
const WEAK_GROUP = ['no-common-group', /dh_key_too_small/i] as const;
const weak = (code: RegExp) => ['certificate-weak', code] as const;

const CASES: readonly Case[] = [
  { title: 'a strong server of TLS 1.2', certificate: 'strong', args: TLS12 },
  { title: 'a strong server of TLS 1.3', certificate: 'strong' },
  {
    title: 'DHE with 1024 bits',
    certificate: 'strong',
    args: [...DHE, '-dhparam', file('dh.pem')],
    fails: WEAK_GROUP,
  },
  {
    title: 'DHE with 1024 bits, which --insecure does not let through',
    certificate: 'strong',
    args: [...DHE, '-dhparam', file('dh.pem')],
    host: 'let-through.localhost',
    fails: WEAK_GROUP,
  },
  { title: 'ECDHE over P-192', certificate: 'strong', args: [...TLS12, '-curves', 'P-192'], fails: WEAK_GROUP },
  {
    title: 'a ServerKeyExchange signed with SHA-1',
    certificate: 'strong',
    args: [...TLS12, '-sigalgs', 'RSA+SHA1'],
    fails: ['no-common-suite', /wrong_signature_type/i],
  },
  ...[TLS12, ['-tls1_3']].flatMap((args): Case[] => [
    { title: `an RSA key of 1024 bits ${args}`, certificate: 'rsa-1024', args, fails: weak(/EE_KEY_TOO_SMALL/) },
    { title: `a certificate with SHA-1 ${args}`, certificate: 'sha-1', args, fails: weak(/CA_MD_TOO_WEAK/) },
    {
      title: `an intermediate of RSA with 1024 bits ${args}`,
      certificate: 'under-weak-middle',
      chain: 'weak-middle',
      args,
      fails: weak(/CA_KEY_TOO_SMALL/),
    },
    {
      title: `a root of RSA with 1024 bits, not sent ${args}`,
      certificate: 'under-weak-root',
      args,
      fails: weak(/CA_KEY_TOO_SMALL/),
    },
  ]),
  ...(
    [
      ['old', ['-tls1']],
      ['older', ['-tls1_1']],
    ] as const
  ).flatMap(([client, args]): Case[] => [
    { title: `a strong server ${args}`, certificate: 'strong', args, client },
    { title: `an RSA key of 512 bits ${args}`, certificate: 'rsa-512', args, client, fails: weak(/EE_KEY_TOO_SMALL/) },
    { title: `a certificate with MD5 ${args}`, certificate: 'md5', args, client, fails: weak(/CA_MD_TOO_WEAK/) },
    { title: `a certificate with SHA-1 ${args}`, certificate: 'sha-1', args, client, fails: weak(/CA_MD_TOO_WEAK/) },
  ]),
  {
    title: 'a certificate with MD5 in TLS 1.0 that --insecure lets through',
    certificate: 'md5',
    args: ['-tls1'],
    client: 'old',
    host: 'let-through.localhost',
  },
  {
    title: 'DHE with 1024 bits in TLS 1.2, of a client that lists TLS 1.0',
    certificate: 'strong',
    args: [...DHE, '-dhparam', file('dh.pem')],
    client: 'old',
    fails: WEAK_GROUP,
  },
  {
    title: 'SHA-1 in TLS 1.2, of a client that lists TLS 1.0',
    certificate: 'strong',
    args: [...TLS12, '-sigalgs', 'RSA+SHA1'],
    client: 'old',
    fails: ['no-common-suite', /wrong_signature_type/i],
  },
  { title: 'a key on P-192', certificate: 'p-192', args: TLS12, fails: weak(/EE_KEY_TOO_SMALL/) },
  { title: 'a weak key that --insecure lets through', certificate: 'rsa-1024', host: 'let-through.localhost' },
  { title: 'a weak cross-signature that nobody needs', certificate: 'strong', chain: 'crossed' },
];

for (const { title, certificate, chain, args = [], host, client, fails } of CASES) {
  test(title, { timeout: 60_000 }, async (t) => {
    if (!needsTool(t, 'openssl')) return;
    writeFileSync(file('dh.pem'), DH_1024);
    const sent = chain === undefined ? [] : ['-cert_chain', file(`${chain}.crt`)];
    const port = await serve(t, certificate, [...sent, ...args]);
    // Twice: a session of a refused handshake is not to be resumed.
    for (const time of ['first', 'second']) {
      const { connection, text } = await visit(port, host, client);
      const { server } = connection.legs;
      assert.ok(server?.tls?.suite, `${time}: the server answered`);
      const { failure } = server.tls;
      if (fails === undefined) {
        assert.equal(failure, undefined, `${time}: ${failure?.text}`);
        assert.match(text, /^HTTP\/1\.0 200/m, time);
      } else {
        assert.deepEqual([failure?.cause, failure?.by], [fails[0], 'proxy'], `${time}: ${failure?.text}`);
        assert.match(failure?.errorCode ?? '', fails[1]);
        assert.match(text, /502 Bad Gateway/, time);
      }
    }
  });
}

/**
 * By a client that takes whatever comes, and signals by TLS_EMPTY_RENEGOTIATION_INFO_SCSV: one of TLS 1.2 and newer, or
 * an old one that lists TLS 1.0 too, or an older one that knows nothing newer than TLS 1.1.
 */
async function visit(
  port: number,
  host = 'localhost',
  client?: Case['client'],
): Promise<{ connection: Connection; text: string }> {
  const newest = tlscope.newest();
  const lists = ['-groups', 'X25519:P-256:P-192', '-sigalgs', 'RSA-PSS+SHA256:ECDSA+SHA256:RSA+SHA256:RSA+SHA1'];
  const lowest = client === undefined ? 'TLSv1.2' : 'TLSv1';
  const highest = client === 'older' ? 'TLSv1.1' : 'TLSv1.3';
  const level = [
    '-min_protocol',
    lowest,
    '-max_protocol',
    highest,
    '-cipher',
    'DEFAULT:@SECLEVEL=0',
    '-servername',
    host,
  ];
  const { text } = await sClient(tlscope, port, [...level, ...lists]);
  return { connection: await tlscope.closedAfter(newest, port), text };
}

async function serve(t: TestContext, name: string, args: readonly string[]): Promise<number> {
  const own = ['-cert', file(`${name}.crt`), '-key', file(`${name}.key`), '-cipher', 'DEFAULT:@SECLEVEL=0'];
  const server = spawn('openssl', ['s_server', '-www', '-accept', '127.0.0.1:0', ...own, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => server.kill());
  let said = '';
  server.stderr.on('data', (bytes: Buffer) => (said += bytes));
  server.stdout.setEncoding('utf8').on('data', (bytes: string) => (said += bytes));
  while (!/ACCEPT \S+:\d+/.test(said)) {
    await Promise.race([once(server.stdout, 'data'), once(server, 'exit')]);
    assert.equal(server.exitCode, null, said);
  }
  return Number(/ACCEPT \S+:(\d+)/.exec(said)?.[1]);
}

/** RFC 2409 §6.2, PKCS #3. */
const DH_1024 = `-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
`;
