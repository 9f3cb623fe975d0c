import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { hostGlob } from '../../src/config.ts';
import { Passthrough } from '../../src/proxy/passthrough.ts';
import { type SampleApiOptions, startSampleApi, TOKEN } from '../support/sample-api.ts';

async function start(t: TestContext, options: SampleApiOptions = {}) {
  const hosts = new Passthrough(['*.bank.test']);
  const sample = await startSampleApi(t, {
    passthrough: {
      hosts: () => ({ configured: hosts.configured, added: hosts.added }),
      change: ({ add = [], remove = [] }) => {
        for (const glob of add) hostGlob(glob, 'passthrough');
        if (hosts.change(add, remove)) sample.log.append({ type: 'passthrough.changed', added: hosts.added });
      },
    },
    ...options,
  });
  const post = async (change: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://${sample.authority}/api/passthrough`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
      body: typeof change === 'string' ? change : JSON.stringify(change),
    });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  return { ...sample, post };
}

test('hosts are added and removed, and every reader is told', async (t) => {
  const { ask, post, state } = await start(t);
  assert.deepEqual((await ask('/api/passthrough')).json(), { configured: ['*.bank.test'], added: [] });
  const both = { configured: ['*.bank.test'], added: ['a.test', '[::1]:443'] };
  assert.deepEqual(await post({ add: ['a.test', '[::1]:443'] }), { status: 200, json: both });
  assert.deepEqual((await ask('/api/passthrough')).json(), both);
  assert.deepEqual(state.current().passthrough, both.added);
  assert.deepEqual((await post({ remove: ['a.test', 'never.test'] })).json, { ...both, added: ['[::1]:443'] });
  assert.deepEqual(state.current().passthrough, ['[::1]:443']);
});

test('what is no glob, or was configured, is refused as a whole', async (t) => {
  const { ask, post } = await start(t);
  for (const glob of ['', 'https://a.test/', 'a b', 'a.test:0', 'a.test:99999', ':443', 'bücher.test', 'a,b']) {
    const { status, json } = await post({ add: ['fine.test', glob] });
    assert.equal(status, 400, glob);
    assert.match(String(json['error']), /^passthrough does not take/);
    assert.match(String(json['hint']), /host name/);
  }
  assert.equal((await post({ remove: ['*.bank.test'] })).status, 409);
  const many = Array.from({ length: 900 }, (_, i) => `host${i}.test`);
  assert.equal((await post({ add: many })).status, 200);
  assert.equal((await post({ add: many.map((name) => `x${name}`) })).status, 409);
  assert.equal((await ask('/api/passthrough')).json().added.length, 900);
});

test('it takes the token and JSON alone', async (t) => {
  const { get, post, log } = await start(t);
  assert.equal((await get('/api/passthrough')).status, 401);
  assert.equal((await post({ add: ['a.test'] }, { authorization: 'Bearer wrong' })).status, 401);
  assert.equal((await post('add=a.test', { 'content-type': 'application/x-www-form-urlencoded' })).status, 415);
  for (const wrong of [{ add: {} }, { add: [{}] }, { remove: {} }, [], 'null', '{']) {
    assert.equal((await post(wrong)).status, 400, JSON.stringify(wrong));
  }
  assert.equal(log.last, 0);
});

test('without a proxy there is nothing to let pass', async (t) => {
  const { ask, post } = await start(t, { passthrough: undefined });
  assert.equal((await ask('/api/passthrough')).status, 409);
  assert.equal((await post({ add: ['a.test'] })).status, 409);
});
