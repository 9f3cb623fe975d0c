import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Passthrough } from '../../src/proxy/passthrough.ts';
import { decideForward, decideTunnel } from '../../src/proxy/policy.ts';

const options = { passthrough: new Passthrough(['*.bank.test']), ownPorts: new Set([18080, 18081]) };

test('intercepts by default, tunnels what --passthrough names, forwards plain HTTP', async () => {
  assert.equal((await decideTunnel('example.test', 443, options)).action, 'intercept');
  const tunnel = await decideTunnel('www.bank.test', 443, options);
  assert.deepEqual(tunnel, { action: 'tunnel', reason: '--passthrough *.bank.test' });
  assert.equal((await decideForward('example.test', 80, options)).action, 'forward');
});

test('refuses itself in every spelling, also where --passthrough would let it through', async () => {
  const everything = { ...options, passthrough: new Passthrough(['*']) };
  for (const host of [
    'localhost',
    'LOCALHOST',
    '127.0.0.1',
    '127.0.0.2',
    '::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
    '2130706433',
  ]) {
    for (const port of [18080, 18081]) {
      assert.equal((await decideTunnel(host, port, everything)).action, 'refuse', `CONNECT ${host}:${port}`);
      assert.equal((await decideForward(host, port, everything)).action, 'refuse', `http://${host}:${port}`);
    }
  }
});
