import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Setup } from '../../src/shared/api.ts';
import { startSampleApi } from '../support/sample-api.ts';

test('a client is told what it needs, once it has the token', async (t) => {
  const setup: Setup = {
    proxy: { host: '0.0.0.0', port: 8080, listensOn: 'all' },
    addresses: [{ address: '192.0.2.7', family: 'IPv4', internal: false, interface: 'eth0' }],
    ca: { sha256: 'AB', subject: 'CN=tlscope', notAfter: '2036-01-01T00:00:00.000Z', path: '/certs/ca.pem' },
    command: 'tlscope',
    version: '0.1.0',
  };
  const { ask, get } = await startSampleApi(t, { setup: async () => setup });
  assert.deepEqual((await ask('/api/setup')).json(), setup);
  assert.equal((await get('/api/setup')).status, 401);
});

test('without a proxy there is nothing to set up', async (t) => {
  const { ask } = await startSampleApi(t);
  const answer = await ask('/api/setup');
  assert.equal(answer.status, 409);
  assert.match(answer.json().error, /no proxy/);
});
