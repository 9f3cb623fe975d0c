import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Access } from '../../src/api/access.ts';
import { startSampleApi, TOKEN } from '../support/sample-api.ts';

const PORT = 8081;
const access = (host = '127.0.0.1') => new Access({ host, port: () => PORT, token: TOKEN });
const bearer = { authorization: `Bearer ${TOKEN}` };

const HOSTS: readonly (readonly [bound: string, host: string | undefined, ours: boolean])[] = [
  ['127.0.0.1', '127.0.0.1:8081', true],
  ['127.0.0.1', '127.0.0.2:8081', true],
  ['127.0.0.1', 'localhost:8081', true],
  ['127.0.0.1', 'LocalHost:8081', true],
  ['127.0.0.1', '[::1]:8081', true],
  ['127.0.0.1', '127.0.0.1:8080', false],
  ['127.0.0.1', '127.0.0.1', false],
  ['127.0.0.1', 'evil.test:8081', false],
  ['127.0.0.1', '127.evil.test:8081', false],
  ['127.0.0.1', 'localhost.evil.test:8081', false],
  ['127.0.0.1', '192.0.2.1:8081', false],
  ['127.0.0.1', 'user@127.0.0.1:8081', false],
  ['127.0.0.1', '127.0.0.1:8081; script-src *', false],
  ['127.0.0.1', '', false],
  ['127.0.0.1', undefined, false],
  ['devbox.test', 'devbox.test:8081', true],
  ['devbox.test', 'other.test:8081', false],
  ['0.0.0.0', '192.0.2.1:8081', true],
  ['0.0.0.0', 'localhost:9000', true],
  ['0.0.0.0', '[2001:db8::1]:8081', true],
  ['0.0.0.0', 'evil.test:8081', false],
  ['::', 'evil.test:8081', false],
];

for (const [bound, host, ours] of HOSTS) {
  test(`bound to ${bound}, Host ${JSON.stringify(host)} is ${ours ? 'ours' : 'refused'}`, () => {
    const refusal = access(bound).refusePlace(host === undefined ? {} : { host });
    assert.equal(refusal?.status, ours ? undefined : 403);
  });
}

const ORIGINS: readonly (readonly [origin: string | undefined, ours: boolean])[] = [
  [undefined, true],
  ['http://127.0.0.1:8081', true],
  ['http://localhost:8081', false],
  ['http://127.0.0.1:3000', false],
  ['https://127.0.0.1:8081', false],
  ['https://evil.test', false],
  ['null', false],
  ['', false],
];

for (const [origin, ours] of ORIGINS) {
  test(`Origin ${JSON.stringify(origin)} is ${ours ? 'ours' : 'refused'}`, () => {
    const refusal = access().refusePlace({ host: '127.0.0.1:8081', ...(origin !== undefined && { origin }) });
    assert.equal(refusal?.status, ours ? undefined : 403);
  });
}

const cookie = access().cookie().split(';')[0]!;
const STRANGERS: readonly (readonly [what: string, headers: Record<string, string>, status: number | undefined])[] = [
  ['nothing', {}, 401],
  ['the token', bearer, undefined],
  ['the token, scheme in lower case', { authorization: `bearer ${TOKEN}` }, undefined],
  ['another token', { authorization: 'Bearer wrong' }, 401],
  ['a prefix of the token', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }, 401],
  ['the token as Basic', { authorization: `Basic ${TOKEN}` }, 401],
  ['the cookie', { cookie }, undefined],
  ['the cookie among others', { cookie: `a=b; ${cookie}; c=d` }, undefined],
  ['a stale cookie before the right one', { cookie: `tlscope_8081=old; ${cookie}` }, undefined],
  ['the cookie of another port', { cookie: cookie.replace('8081', '8082') }, 401],
  ['the token as cookie', { cookie: `tlscope_8081=${TOKEN}` }, 401],
  ['the cookie from a page of another site', { cookie, 'sec-fetch-site': 'cross-site' }, 403],
  ['the cookie from a page on another port', { cookie, 'sec-fetch-site': 'same-site' }, 403],
  ['the cookie from our page', { cookie, 'sec-fetch-site': 'same-origin' }, undefined],
  ['the cookie from the address bar', { cookie, 'sec-fetch-site': 'none' }, undefined],
];

for (const [what, headers, status] of STRANGERS) {
  test(`with ${what}: ${status ?? 'granted'}`, () => {
    assert.equal(access().refuseStranger(headers)?.status, status);
  });
}

test('the cookie is for scripts and other sites out of reach, and does not give the token away', () => {
  const line = access().cookie();
  assert.match(line, /^tlscope_8081=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  assert.doesNotMatch(line, /correct/);
});

test('every route but health asks for the token, however its path is spelled', async (t) => {
  const { get } = await startSampleApi(t);
  assert.equal((await get('/api/health')).status, 200);
  for (const path of [
    '/api/connections',
    '/api/connections/1',
    '/api/events',
    '/api/live',
    '/api/ca.pem',
    '/%61pi/connections',
    '/api/%63onnections',
  ]) {
    const answer = await get(path);
    assert.equal(answer.status, 401, path);
    assert.match(answer.json().hint, /\?token=TOKEN/);
    assert.match(String(answer.headers['www-authenticate']), /^Bearer/);
  }
});

test('Host and Origin are asked of every route, health and dashboard too', async (t) => {
  const { get, authority } = await startSampleApi(t);
  for (const path of ['/', '/api/health', '/api/connections']) {
    const rebound = await get(path, { ...bearer, host: 'evil.test' });
    assert.equal(rebound.status, 403, path);
    assert.doesNotMatch(String(rebound.headers['content-security-policy']), /evil/);
    assert.equal((await get(path, { ...bearer, host: authority, origin: 'http://evil.test' })).status, 403, path);
  }
  assert.equal((await get('/api/connections', { ...bearer, origin: `http://${authority}` })).status, 200);
});
