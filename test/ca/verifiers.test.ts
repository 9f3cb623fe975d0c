/** What other people's verifiers say of our certificates, each in its strictest mode. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { connect, createServer } from 'node:tls';
import { Authority, type KeyType } from '../../src/ca/authority.ts';
import { runCommand } from '../../src/demo/command.ts';
import { needsTool } from '../support/tools.ts';
import { freshDir } from './fresh-dir.ts';

const LONG = `${'long-label-'.repeat(5)}a.${'long-label-'.repeat(5)}b.example`;

interface Case {
  readonly what: string;
  /** What the client connects to. */
  readonly name: string;
  readonly names: readonly string[];
}

const CASES: readonly Case[] = [
  { what: 'a name', name: 'example.test', names: ['example.test', '*.example.test', '192.0.2.7'] },
  { what: 'a name by wildcard', name: 'a.example.test', names: ['*.example.test'] },
  { what: 'a name too long for a subject', name: LONG, names: [LONG] },
  { what: 'an IPv4 address', name: '127.0.0.1', names: ['127.0.0.1'] },
  { what: 'an IPv6 address', name: '::1', names: ['::1', '2001:db8::1'] },
  { what: 'as many names as fit', name: 'n7.example', names: Array.from({ length: 100 }, (_, i) => `n${i}.example`) },
];

const isAddress = (name: string) => /^[\d.]+$|:/.test(name);

/** One for all tests: an RSA key pair takes its time. */
const home = mkdtempSync(join(tmpdir(), 'tlscope-test-'));
const authority = await Authority.open(home);
after(() => rmSync(home, { recursive: true }));

for (const keyType of ['ec', 'rsa'] as const)
  describe(`certificates with ${keyType.toUpperCase()} keys`, () => {
    for (const { what, name, names } of CASES) {
      it(`openssl verify -x509_strict: ${what}`, async (t) => {
        if (!needsTool(t, 'openssl')) return;
        const { root, leaf } = await files(t, names, keyType);
        const match = isAddress(name) ? '-verify_ip' : '-verify_hostname';
        const strict = ['verify', '-x509_strict', '-check_ss_sig', '-purpose', 'sslserver', '-auth_level', '2'];
        const run = await runCommand('openssl', [...strict, match, name, '-CAfile', root, leaf]);
        assert.equal(run.code, 0, run.errorText);
        const other = await runCommand('openssl', [...strict, '-verify_hostname', 'other.test', '-CAfile', root, leaf]);
        assert.notEqual(other.code, 0);
      });

      it(`certtool --verify: ${what}`, async (t) => {
        if (!needsTool(t, 'certtool')) return;
        const { root, leaf } = await files(t, names, keyType);
        const match = isAddress(name) ? [] : [`--verify-hostname=${name}`];
        const args = ['--verify', '--verify-purpose=1.3.6.1.5.5.7.3.1', '--verify-profile=medium', ...match];
        const run = await runCommand('certtool', [...args, '--load-ca-certificate', root, '--infile', leaf]);
        assert.equal(run.code, 0, run.text);
        assert.match(run.text, /The certificate is trusted/);
      });

      it(`Node: ${what}`, async (t) => {
        const { port } = await server(t, names, keyType);
        const check = (host: string) =>
          new Promise<void>((resolve, reject) => {
            const socket = connect({
              socket: connectPlain(port, '127.0.0.1'),
              ca: authority.certificatePem,
              ...nodeName(host),
            });
            socket.once('secureConnect', () => resolve(void socket.destroy())).once('error', reject);
          });
        await check(name);
        await assert.rejects(check('other.test'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
      });
    }

    it('Python with VERIFY_X509_STRICT: all of these', async (t) => {
      if (!needsTool(t, 'python3')) return;
      const targets: string[] = [];
      for (const { name, names } of CASES) targets.push(String((await server(t, names, keyType)).port), name);
      const run = await runCommand('python3', ['-c', PYTHON, authority.certificatePath, ...targets]);
      assert.equal(run.text, CASES.map(({ name }) => `${name}: verified\n`).join(''), run.errorText);
    });

    it('gnutls-cli completes a handshake', async (t) => {
      if (!needsTool(t, 'gnutls-cli')) return;
      const { root, port } = await server(t, ['localhost'], keyType);
      const run = await runCommand('gnutls-cli', ['--x509cafile', root, '-p', String(port), 'localhost']);
      assert.match(run.text, /Status: The certificate is trusted/);
    });

    it('curl completes a handshake, and none without our root', async (t) => {
      if (!needsTool(t, 'curl')) return;
      const { root, port } = await server(t, ['localhost'], keyType);
      const url = `https://localhost:${port}/`;
      const run = await runCommand('curl', ['-sS', '--noproxy', '*', '--cacert', root, url]);
      assert.equal(run.text, 'hello', run.errorText);
      const without = await runCommand('curl', ['-sS', '--noproxy', '*', url]);
      assert.equal(without.code, 60, without.errorText);
    });
  });

/** What Python 3.13 sets by default, on any version. */
const PYTHON = `
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
context.verify_flags |= ssl.VERIFY_X509_STRICT | 0x80000  # X509_V_FLAG_PARTIAL_CHAIN
for port, name in zip(sys.argv[2::2], sys.argv[3::2]):
    with socket.create_connection(('127.0.0.1', int(port))) as plain:
        with context.wrap_socket(plain, server_hostname=name) as tls:
            assert tls.getpeercert()['subjectAltName']
            print(name + ': verified')
`;

/** SNI takes no addresses: Node checks the certificate against `host` then. */
function nodeName(host: string): { servername?: string; host?: string } {
  return isAddress(host) ? { host } : { servername: host };
}

async function files(t: TestContext, names: readonly string[], keyType: KeyType) {
  const dir = freshDir(t);
  const { certificatePem, privateKeyPem } = await authority.mint({ names, keyType });
  const leaf = join(dir, 'leaf.pem');
  writeFileSync(leaf, certificatePem);
  return { root: authority.certificatePath, leaf, certificatePem, privateKeyPem };
}

/** An HTTPS server that answers `hello`. */
async function server(t: TestContext, names: readonly string[], keyType: KeyType) {
  const made = await files(t, names, keyType);
  const listener = createServer({ key: made.privateKeyPem, cert: made.certificatePem }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello'));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  t.after(() => listener.close());
  return { ...made, port: (listener.address() as AddressInfo).port };
}
