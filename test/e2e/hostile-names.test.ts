/** Names that a peer chose to do harm where they are shown: of protocols, and in certificates. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createServer, type TlsOptions } from 'node:tls';
import { Authority } from '../../src/ca/authority.ts';
import { distinguishedName, serialNumber, signCertificate } from '../../src/ca/certificate.ts';
import { decode } from '../../src/ca/der.ts';
import { basicConstraints, subjectAltName } from '../../src/ca/extensions.ts';
import type { CertificateName } from '../../src/ca/names.ts';
import { toPem } from '../../src/ca/pem.ts';
import { signerFor } from '../../src/ca/signer.ts';
import type { Connection } from '../../src/shared/model.ts';
import { sideBySide } from '../../src/terminal/side-by-side.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import { nodeTls } from '../support/clients.ts';
import { runTlscope } from '../support/running-tlscope.ts';

const DAY = 86_400_000;
/** Line breaks, an escape sequence, U+202E in UTF-8, markup. */
const HARM = '\x00\r\nFORGED \x1b[2J\x1b]0;x\x07\u202egpj.exe<img src=x onerror=1>';
const HARM_BYTES = Buffer.from(HARM);

/** A self-signed certificate with these names. */
async function certificate(commonName: string, dnsNames: readonly Uint8Array[]) {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = distinguishedName({ commonName });
  const names = dnsNames.map((bytes): CertificateName => ({ kind: 'dns', text: '', bytes }));
  const plan = {
    serial: serialNumber(),
    issuer: name,
    subject: name,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + DAY),
    publicKey: decode(pair.publicKey.export({ type: 'spki', format: 'der' })),
    extensions: [basicConstraints(false), subjectAltName(names, false)],
  };
  return {
    cert: toPem('CERTIFICATE', await signCertificate(plan, signerFor(pair.privateKey))),
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

/** A server that says a word to whoever comes. @returns its port */
async function serve(t: TestContext, options: TlsOptions): Promise<number> {
  const server = createServer(options, (socket) => socket.on('error', () => {}).end('hello'));
  server.on('tlsClientError', () => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** What `tlscope show` prints has no other control characters than line ends, and no character that turns a line around. */
function assertHarmless(connection: Connection): string {
  const shown = sideBySide(connection, { width: 100, colour: false, explain: true });
  const text = shown.join('\n');
  assert.doesNotMatch(text, /(?!\n)[\p{Cc}\p{Cf}]/u);
  assert.doesNotMatch(text, /^FORGED/m);
  return text;
}

test('names of protocols are repeated byte for byte on both legs, and shown without harm', async (t) => {
  await using tlscope = await runTlscope((await Authority.open(freshDir(t))).certificatePem, ['--insecure', '*']);
  const chosen = Buffer.alloc(255, 0xff);
  const offered = Buffer.concat(
    [HARM_BYTES, Buffer.from('\xfa\xfa', 'latin1'), chosen].flatMap((name) => [Buffer.of(name.length), name]),
  );
  const credential = await certificate('localhost', [Buffer.from('localhost')]);
  const port = await serve(t, { ...credential, ALPNProtocols: Buffer.concat([Buffer.of(255), chosen]) });
  const tls = await nodeTls(tlscope, `localhost:${port}`, { ALPNProtocols: offered });
  assert.equal(tls.alpnProtocol, chosen.toString('latin1'));
  tls.on('error', () => {}).resume();
  const connection = await tlscope.closedAfter(0, port);
  const { client, server } = connection.legs;
  assert.deepEqual([client?.tls?.state, server?.tls?.state], ['established', 'established']);
  assert.deepEqual([client?.tls?.alpn, server?.tls?.alpn], [tls.alpnProtocol, tls.alpnProtocol]);
  const row = connection.comparison?.rows.find(({ parameter }) => parameter === 'offered-alpn');
  assert.deepEqual([row?.verdict, row?.client], ['equal', row?.server]);
  const rows = [{ ...row!, verdict: 'different' as const }];
  assert.match(assertHarmless({ ...connection, comparison: { rows } }), /\\u\{0\}\\u\{d\}/);
});

test('names in a certificate, and five thousand of them, are shown without harm and hold nothing up', async (t) => {
  await using tlscope = await runTlscope((await Authority.open(freshDir(t))).certificatePem, ['--insecure', '*']);
  const many = Array.from({ length: 5000 }, (_, i) => Buffer.from(`host-${i}.test`));
  // Our own leaf is for what can be asked for of these.
  const port = await serve(
    t,
    await certificate(HARM, [HARM_BYTES, Buffer.from('localhost\0.evil.test'), ...many, Buffer.from('localhost')]),
  );
  const tls = await nodeTls(tlscope, `localhost:${port}`);
  const { subjectaltname = '' } = tls.getPeerCertificate();
  tls.on('error', () => {}).resume();
  const connection = await tlscope.closedAfter(0, port);
  assert.equal(connection.legs.server?.tls?.failure?.text, undefined);
  assert.match(subjectaltname, /^DNS:localhost, DNS:host-0\.test, /);
  assert.ok(subjectaltname.split(', ').length <= 100);
  assertHarmless(connection);
});

test('a certificate that is longer than OpenSSL takes is said to be', async (t) => {
  await using tlscope = await runTlscope((await Authority.open(freshDir(t))).certificatePem, ['--insecure', '*']);
  const many = Array.from({ length: 10_000 }, (_, i) => Buffer.from(`host-${i}.test`));
  const port = await serve(t, await certificate('localhost', many));
  (await nodeTls(tlscope, `localhost:${port}`)).on('error', () => {}).end();
  const { server } = (await tlscope.closedAfter(0, port)).legs;
  const { errorCode, text = '' } = server?.tls?.failure ?? {};
  assert.equal(errorCode, 'ERR_SSL_EXCESSIVE_MESSAGE_SIZE');
  assert.match(text, /larger than tlscope’s OpenSSL takes/);
});
