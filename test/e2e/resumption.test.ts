/** `--resumption`: which of the two handshakes is abbreviated, by version and by what the client asks for. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type OriginName, type Origins, startOrigins } from '../../src/demo/origins.ts';
import type { ResumptionMode } from '../../src/proxy/resumption.ts';
import type { Connection } from '../../src/shared/model.ts';
import { nodeTls, sClient } from '../support/clients.ts';
import { runTlscope } from '../support/running-tlscope.ts';
import { needsTool } from '../support/tools.ts';

const SERVERS: readonly OriginName[] = ['tls13', 'tls12-ecdhe-rsa'];
let origins: Origins;
const folder = mkdtempSync(join(tmpdir(), 'resumption-'));
before(async () => {
  origins = await startOrigins(SERVERS);
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await origins.close();
});

/** [client leg, server leg] of the first connection, of one that shows its session, and of one that shows none. */
const EXPECTED: Readonly<Record<ResumptionMode, readonly (readonly [boolean, boolean])[]>> = {
  off: [
    [false, false],
    [false, false],
    [false, false],
  ],
  client: [
    [false, false],
    [true, false],
    [false, false],
  ],
  server: [
    [false, false],
    [false, true],
    [false, true],
  ],
  mirror: [
    [false, false],
    [true, true],
    [false, false],
  ],
};

for (const [mode, expected] of Object.entries(EXPECTED) as [ResumptionMode, (typeof EXPECTED)['off']][]) {
  test(`--resumption ${mode}`, async (t) => {
    if (!needsTool(t, 'openssl')) return;
    await using tlscope = await runTlscope(origins.rootPem, ['--resumption', mode]);
    for (const server of SERVERS) {
      const session = join(folder, `${mode}-${server}.pem`);
      const shown = () => (existsSync(session) ? ['-sess_in', session] : []);
      const seen: Connection[] = [];
      for (const args of [() => ['-sess_out', session], shown, () => []]) {
        const before = tlscope.newest();
        const { port } = origins.get(server);
        const { text } = await sClient(tlscope, port, ['-servername', 'localhost', ...args()]);
        assert.match(text, /HTTP\/1\.[01] 200/, `${server}: ${text.slice(-400)}`);
        seen.push(await tlscope.closedAfter(before));
      }
      const resumed = seen.map(({ legs }) => [legs.client?.tls?.resumed, legs.server?.tls?.resumed]);
      assert.deepEqual(resumed, expected, server);
      for (const { legs } of seen) assertRead(legs);
    }
  });
}

test('mirror: a damaged ticket leads to two full handshakes', async () => {
  await using tlscope = await runTlscope(origins.rootPem, ['--resumption', 'mirror']);
  for (const server of SERVERS) {
    const authority = `localhost:${origins.get(server).port}`;
    const visit = async (shown?: Buffer) => {
      const before = tlscope.newest();
      const tls = await nodeTls(tlscope, authority, shown && { session: shown });
      tls.write('GET / HTTP/1.0\r\nHost: localhost\r\n\r\n');
      // By then the tickets have come.
      await once(tls, 'data');
      const got = { session: tls.getSession()!, ticket: tls.getTLSTicket()! };
      tls.destroy();
      const { legs } = await tlscope.closedAfter(before);
      return { ...got, resumed: [legs.client?.tls?.resumed, legs.server?.tls?.resumed] };
    };
    const first = await visit();
    const second = await visit(first.session);
    assert.deepEqual(second.resumed, [true, true], server);
    const damaged = Buffer.from(second.session);
    damaged[damaged.indexOf(second.ticket) + 60]! ^= 1;
    assert.deepEqual((await visit(damaged)).resumed, [false, false], server);
  }
});

test('mirror: Node’s client resumes with each new ticket, and a stranger’s ticket leads to full handshakes', async () => {
  await using tlscope = await runTlscope(origins.rootPem, ['--resumption', 'mirror']);
  const { port } = origins.get('tls13');
  let session: Buffer | undefined;
  const resumed: unknown[] = [];
  const visit = async (shown: Buffer | undefined) => {
    const before = tlscope.newest();
    const tls = await nodeTls(tlscope, `localhost:${port}`, { ...(shown && { session: shown }) });
    tls.on('session', (fresh: Buffer) => (session = fresh));
    tls.resume().end('GET / HTTP/1.0\r\nHost: localhost\r\n\r\n');
    const { legs } = await tlscope.closedAfter(before);
    resumed.push([legs.client?.tls?.resumed, legs.server?.tls?.resumed]);
  };
  await visit(undefined);
  await visit(session);
  await visit(session);
  await using other = await runTlscope(origins.rootPem, ['--resumption', 'mirror']);
  const elsewhere = await nodeTls(other, `localhost:${port}`);
  const stranger = await new Promise<Buffer>((resolve) => elsewhere.once('session', resolve).resume());
  elsewhere.destroy();
  await visit(stranger);
  assert.deepEqual(resumed, [
    [false, false],
    [true, true],
    [true, true],
    [false, false],
  ]);
});

test('client: one without tickets resumes by session id', async (t) => {
  if (!needsTool(t, 'openssl')) return;
  await using tlscope = await runTlscope(origins.rootPem, ['--resumption', 'client']);
  const session = join(folder, 'by-id.pem');
  const resumed: unknown[] = [];
  for (const args of [
    ['-sess_out', session],
    ['-sess_in', session],
  ]) {
    const before = tlscope.newest();
    const { port } = origins.get('tls12-ecdhe-rsa');
    await sClient(tlscope, port, ['-servername', 'localhost', '-no_ticket', '-tls1_2', ...args]);
    const { legs } = await tlscope.closedAfter(before);
    resumed.push([legs.client?.tls?.resumed, legs.server?.tls?.resumed]);
    assertRead(legs);
  }
  assert.deepEqual(resumed, [
    [false, false],
    [true, false],
  ]);
});

/** Abbreviated or not: every record of both handshakes was opened, and what could be checked holds. */
function assertRead(legs: Connection['legs']): void {
  for (const leg of [legs.client, legs.server]) {
    assert.equal(leg?.tls?.visibility.level, 'full');
    for (const { result, text } of leg?.tls?.checks ?? []) assert.notEqual(result, 'failed', text);
    const binders = leg?.tls?.checks?.filter(({ kind }) => kind === 'psk-binder') ?? [];
    if (leg?.tls?.resumed) for (const { result, text } of binders) assert.equal(result, 'verified', text);
  }
}
