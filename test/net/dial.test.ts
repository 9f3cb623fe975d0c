import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { dial, isSelf, SELF_TARGET } from '../../src/net/dial.ts';

const now = () => 1;
const none = new Set<number>();

test('connects by name and says when the name was resolved', async (t) => {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.after(() => listener.close());
  const { port } = listener.address() as { port: number };
  const byName = await dial({ host: 'localhost', port, timeout: 5000, ownPorts: none }, now);
  assert.equal(byName.resolvedAt, 1);
  byName.socket.destroy();
  const byAddress = await dial({ host: '127.0.0.1', port, timeout: 5000, ownPorts: none }, now);
  assert.equal(byAddress.resolvedAt, undefined);
  byAddress.socket.destroy();
});

test('a refused connection and an unknown name reject with the system code', async () => {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as { port: number };
  listener.close();
  await assert.rejects(dial({ host: '127.0.0.1', port, timeout: 5000, ownPorts: none }, now), { code: 'ECONNREFUSED' });
  await assert.rejects(
    dial({ host: 'no-such-name.invalid', port: 1, timeout: 5000, ownPorts: none }, now),
    /ENOTFOUND|EAI_AGAIN/,
  );
});

test('never connects to its own ports, whatever the spelling', async () => {
  const ownPorts = new Set([18080]);
  for (const host of ['127.0.0.1', '127.0.0.2', '::1', '0.0.0.0', 'localhost', '2130706433', '0x7f000001']) {
    await assert.rejects(dial({ host, port: 18080, timeout: 5000, ownPorts }, now), { code: SELF_TARGET }, host);
    assert.equal(await isSelf(host, 18080, ownPorts), true, host);
  }
  assert.equal(await isSelf('localhost', 18081, ownPorts), false);
  assert.equal(await isSelf('192.0.2.1', 18080, ownPorts), false);
});
