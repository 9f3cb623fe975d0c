import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { connect, createSecureContext, TLSSocket } from 'node:tls';
import { makeCredentials } from '../../src/demo/credentials.ts';
import { Resumption, type ResumptionMode } from '../../src/proxy/resumption.ts';
import type { ServerSession } from '../../src/proxy/tickets.ts';
import { TlsSession } from '../../src/wire/tls/session.ts';
import type { ClientHello, PskIdentity } from '../../src/wire/tls/values.ts';

const { ec: credential } = await makeCredentials();
const TARGET = { host: 'example.test', port: 443 };
const session = (name: string): ServerSession => ({ session: Buffer.from(name), certificate: undefined });

/** A client leg without a proxy around it: gives what was resumed, and the session that the client got. */
async function visit(
  resumption: Resumption,
  serverResumes: boolean,
  shown?: Buffer,
  news?: ServerSession,
  target = TARGET,
) {
  const listener = createServer();
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const client = connect({
    port: (listener.address() as AddressInfo).port,
    rejectUnauthorized: false,
    ...(shown && { session: shown }),
  });
  client.on('error', () => {});
  const [socket] = await once(listener, 'connection');
  const reader = new TlsSession({ sink: { message() {}, alert() {}, limited() {} } });
  const [head] = (await once(socket, 'data')) as [Buffer];
  socket.pause();
  reader.feed('client', new Uint8Array(head), 0);
  socket.unshift(head);
  const hello: ClientHello = reader.clientHello!;
  const own = resumption.of(target, hello);
  if (news) own.server?.keep(news);
  const policy = own.client(serverResumes)!;
  const context = createSecureContext({ ...credential, sessionIdContext: 'test' });
  resumption.tickets.install(context, policy);
  const server = new TLSSocket(socket, { isServer: true, secureContext: context });
  server.on('error', () => {});
  const [[fresh]] = await Promise.all([once(client, 'session'), once(server, 'secure')]);
  const resumed = client.isSessionReused();
  client.destroy();
  server.destroy();
  listener.close();
  return { hello, offered: own.server?.earlier, resumed, fresh: fresh as Buffer };
}

test('mirror: a ticket leads to the session of the connection it was given in', async () => {
  const resumption = new Resumption('mirror');
  const first = await visit(resumption, false, undefined, session('one'));
  assert.deepEqual([first.offered, first.resumed], [undefined, false]);
  const second = await visit(resumption, true, first.fresh);
  assert.equal(`${second.offered?.session}`, 'one');
  assert.equal(second.resumed, true);
  // The server gave no new session: the new ticket stands for the old one.
  const third = await visit(resumption, true, second.fresh, session('two'));
  assert.equal(`${third.offered?.session}`, 'one');
  const fourth = await visit(resumption, true, third.fresh);
  assert.equal(`${fourth.offered?.session}`, 'two');
});

test('a ticket leads nowhere on the way to another server, and is not taken there', async () => {
  for (const other of [
    { ...TARGET, host: 'b.test' },
    { ...TARGET, port: 444 },
  ]) {
    const mirror = new Resumption('mirror');
    const { fresh } = await visit(mirror, false, undefined, session('one'));
    const elsewhere = await visit(mirror, true, fresh, undefined, other);
    assert.deepEqual([elsewhere.offered, elsewhere.resumed], [undefined, false]);
    const client = new Resumption('client');
    const first = await visit(client, false);
    assert.equal((await visit(client, false, first.fresh, undefined, other)).resumed, false);
  }
});

test('mirror: the name of a ticket, which anybody can read, leads nowhere without the rest', async () => {
  const resumption = new Resumption('mirror');
  const { fresh } = await visit(resumption, false, undefined, session('one'));
  const { hello } = await visit(resumption, true, fresh);
  const [shown] = hello.pskIdentities;
  assert.ok(shown);
  const offeredFor = (identity: Uint8Array) =>
    resumption.of(TARGET, { ...hello, pskIdentities: [{ ...shown, identity }] }).server?.earlier;
  assert.equal(`${offeredFor(shown.identity)?.session}`, 'one');
  for (let at = 0; at < shown.identity.length; at += 5) {
    const forged = shown.identity.slice();
    forged[at]! ^= 1;
    assert.equal(offeredFor(forged), undefined, `${at}`);
    assert.equal(offeredFor(shown.identity.subarray(0, at)), undefined, `${at}`);
  }
});

test('mirror: a session id leads to the session with the same server alone', async () => {
  const { hello } = await visit(new Resumption('client'), false);
  const resumption = new Resumption('mirror');
  const sessionId = new Uint8Array(32).fill(7);
  const own = resumption.of(TARGET, hello);
  own.server?.keep(session('one'));
  resumption.tickets
    .sessionsById(own.client(false)!)
    .emit('newSession', Buffer.from(sessionId), Buffer.from('kept'), () => {});
  const resumed = (target: typeof TARGET) => {
    const again = resumption.of(target, { ...hello, sessionId });
    let given: Buffer | null = null;
    const byId = resumption.tickets.sessionsById(again.client(true)!);
    byId.emit('resumeSession', Buffer.from(sessionId), (_: null, found: Buffer | null) => {
      given = found;
    });
    return [again.server?.earlier?.session, given].map((each) => each && `${each}`);
  };
  assert.deepEqual(resumed({ ...TARGET, host: 'b.test' }), [undefined, null]);
  assert.deepEqual(resumed({ ...TARGET, port: 444 }), [undefined, null]);
  assert.deepEqual(resumed(TARGET), ['one', 'kept']);
});

test('mirror: when the server declines, so does tlscope', async () => {
  const resumption = new Resumption('mirror');
  const { fresh } = await visit(resumption, false, undefined, session('one'));
  const { resumed } = await visit(resumption, false, fresh);
  assert.equal(resumed, false);
});

test('client: tickets are taken whatever the server does, and their key is known', async () => {
  const resumption = new Resumption('client');
  const { fresh } = await visit(resumption, false);
  const { hello, offered, resumed } = await visit(resumption, false, fresh);
  assert.deepEqual([offered, resumed], [undefined, true]);
  const [shown] = hello.pskIdentities;
  assert.ok(shown);
  const keys = (pskIdentities: readonly PskIdentity[], { tickets } = resumption) =>
    tickets.preSharedKeysIn({ ...hello, pskIdentities });
  const [own, ...others] = keys([{ ...shown, identity: new Uint8Array(200) }, shown]);
  assert.deepEqual([own?.identity, own?.key.length, others.length], [shown.identity, 48, 0]);
  assert.equal(keys(new Array<PskIdentity>(100).fill(shown)).length, 8);
  assert.deepEqual(keys([shown], new Resumption('client')), []);
});

test('server: sessions are kept by server, name and offer; clients get no ticket', async () => {
  const { hello } = await visit(new Resumption('client'), false);
  const resumption = new Resumption('server');
  const of = (target = TARGET, offer = hello) => resumption.of(target, offer);
  assert.equal(of().server?.earlier, undefined);
  of().server?.keep(session('one'));
  of().server?.keep(session('two'));
  assert.equal(`${of().server?.earlier?.session}`, 'two');
  assert.equal(of({ ...TARGET, port: 444 }).server?.earlier, undefined);
  assert.equal(of(TARGET, { ...hello, serverName: 'other.test' }).server?.earlier, undefined);
  assert.equal(of(TARGET, { ...hello, cipherSuites: [0x1301] }).server?.earlier, undefined);
  assert.equal(of().client(true), undefined);
});

test('off: nothing is kept and nothing given', async () => {
  const { hello } = await visit(new Resumption('client'), false);
  for (const mode of ['off', 'client'] satisfies ResumptionMode[]) {
    assert.equal(new Resumption(mode).of(TARGET, hello).server, undefined);
  }
  assert.equal(new Resumption('off').of(TARGET, hello).client(true), undefined);
});
