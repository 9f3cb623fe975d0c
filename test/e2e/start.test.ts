/** The command itself: how it starts, what it prints, what it keeps to itself, how it ends. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { runCommand } from '../../src/demo/command.ts';
import { type Origins, startOrigins } from '../../src/demo/origins.ts';
import type { Setup } from '../../src/shared/api.ts';
import { nodeTls, tunnel } from '../support/clients.ts';
import { listConnections, type RunningTlscope, runTlscope } from '../support/running-tlscope.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

let origins: Origins;
before(async () => {
  origins = await startOrigins(['tls13', 'tls12-rsa-kx']);
});
after(() => origins.close());

/** One request. @returns every secret of the client's handshake */
async function visit(tlscope: RunningTlscope, port: number): Promise<string[]> {
  const secrets: string[] = [];
  const socket = await tunnel(tlscope, `localhost:${port}`);
  const tls = connect({ socket, ca: tlscope.caPem, servername: 'localhost' });
  tls.on('keylog', (line: Buffer) => secrets.push(line.toString().trim().split(' ')[2] ?? ''));
  tls.write('GET / HTTP/1.0\r\n\r\n');
  assert.match(await text(tls), /^HTTP\/1\.1 200/);
  return secrets;
}

test('the greeting has both addresses, the CA with its fingerprint and a curl line', async () => {
  await using tlscope = await runTlscope(origins.rootPem);
  const greeting = tlscope.stderr();
  assert.ok(greeting.includes(`http://127.0.0.1:${tlscope.proxyPort}`));
  assert.ok(greeting.includes(`http://127.0.0.1:${tlscope.uiPort}/?token=`));
  assert.ok(greeting.includes(tlscope.caFile));
  assert.ok(greeting.includes(new X509Certificate(tlscope.caPem).fingerprint256));
  assert.match(greeting, /^ {2}curl --proxy http:\/\/127\.0\.0\.1:\d+ --cacert \S+ https:/m);
});

test('the greeting says who else reaches a listener that is not on loopback', async () => {
  await using tlscope = await runTlscope(origins.rootPem, ['--host', '0.0.0.0', '--ui-host', '0.0.0.0']);
  const lines = tlscope.stderr().split('\n');
  const after = (name: string) => lines[lines.findIndex((line) => line.startsWith(`  ${name} `)) + 1];
  assert.match(after('Proxy') ?? '', /all addresses: others in your network can use it/);
  assert.match(after('Dashboard') ?? '', /all addresses: whoever has the token/);
  const setup = (await tlscope.api('/api/setup')) as Setup;
  assert.deepEqual(setup.proxy, { host: '0.0.0.0', port: tlscope.proxyPort, listensOn: 'all' });
  assert.ok(setup.addresses.some(({ address }) => address === '127.0.0.1'));
  assert.equal(setup.ca.sha256, new X509Certificate(tlscope.caPem).fingerprint256);
  assert.equal(setup.ca.path, tlscope.caFile);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends it in order: open connections, the closing event, exit 0`, async () => {
    const tlscope = await runTlscope(origins.rootPem);
    const open = await nodeTls(tlscope, `localhost:${origins.get('tls13').port}`);
    open.on('error', () => {});
    assert.equal(await tlscope.stop(signal), 0);
    assert.equal(tlscope.events.at(-1)?.type, 'capture.stopped');
    const types = tlscope.events.map((event) => event.type);
    assert.equal(types.filter((type) => type === 'leg.closed').length, 2, types.join(' '));
    const closed = tlscope.events.filter((event) => event.type === 'connection.closed');
    assert.deepEqual(
      closed.map((event) => event.end.cause),
      ['shutdown'],
    );
    assert.deepEqual(
      tlscope.events.map((event) => event.seq),
      Array.from({ length: tlscope.events.length }, (_, i) => i + 1),
    );
  });
}

test('no secret of a connection is in an event, in the log or in the API', async () => {
  const tlscope = await runTlscope(origins.rootPem);
  const { port } = origins.get('tls13');
  const secrets = await visit(tlscope, port);
  const { id } = await tlscope.closedAfter(0, port);
  const told = [
    JSON.stringify(tlscope.events),
    tlscope.stderr(),
    JSON.stringify(await tlscope.api(`/api/connections/${id}`)),
    JSON.stringify(await listConnections(tlscope)),
    JSON.stringify(await tlscope.api('/api/events?since=0')),
  ].join('\n');
  await tlscope.stop();
  assert.ok(secrets.length >= 5 && secrets.every((secret) => secret.length >= 64));
  for (const secret of secrets) assert.ok(!told.includes(secret));
  assert.doesNotMatch(told, /CLIENT_RANDOM|TRAFFIC_SECRET|PRIVATE KEY/);
});

test('--json prints what the API gives', async () => {
  const tlscope = await runTlscope(origins.rootPem);
  const { port } = origins.get('tls12-rsa-kx');
  await visit(tlscope, port);
  await tlscope.closedAfter(0, port);
  const page = (await tlscope.api('/api/events?since=0')) as { events: unknown[] };
  const printed = tlscope.events.slice(0, page.events.length);
  await tlscope.stop();
  assert.ok(printed.length > 20);
  assert.deepEqual(printed, page.events);
});

test('a taken port gets one line that names it and the flag', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const certs = mkdtempSync(join(tmpdir(), 'tlscope-taken-'));
  t.after(() => rmSync(certs, { recursive: true }));
  for (const flag of ['--port', '--ui-port']) {
    const ports = flag === '--port' ? ['--port', `${port}`, '--ui-port', '0'] : ['--port', '0', '--ui-port', `${port}`];
    const result = await runCommand(process.execPath, [MAIN, 'start', ...ports, '--certs', certs]);
    assert.equal(result.code, 1);
    assert.match(result.errorText, new RegExp(`^tlscope: Port ${port} .*in use`, 'm'));
    assert.match(result.errorText, new RegExp(`${flag} PORT`));
    assert.doesNotMatch(result.errorText, /\n {4}at /);
  }
});
