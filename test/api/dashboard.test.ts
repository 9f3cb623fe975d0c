import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { sampleUiDir, startSampleApi, TOKEN } from '../support/sample-api.ts';

test('the dashboard page and its files are served, without the token', async (t) => {
  const uiDir = sampleUiDir();
  t.after(() => rmSync(uiDir, { recursive: true }));
  const { get } = await startSampleApi(t, { uiDir });
  const page = await get('/');
  assert.equal(page.status, 200);
  assert.match(page.text, /Sample/);
  assert.equal(page.headers['cache-control'], 'no-store');
  assert.match(String((await get('/app.js')).headers['content-type']), /javascript/);
  assert.equal((await get('/none.js')).status, 404);
  for (const path of ['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '/%00']) {
    const { status } = await get(path);
    assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
  }
});

test('an unbuilt dashboard says how to build it, and the API works', async (t) => {
  const { get, ask } = await startSampleApi(t);
  const page = await get('/');
  assert.equal(page.status, 503);
  assert.match(page.text, /npm run build:ui/);
  assert.equal((await ask('/api/connections')).status, 200);
});

test('the token in the address is traded for a cookie that opens the API', async (t) => {
  const uiDir = sampleUiDir();
  t.after(() => rmSync(uiDir, { recursive: true }));
  const { get, port } = await startSampleApi(t, { uiDir });
  const door = await get(`/?token=${encodeURIComponent(TOKEN)}`);
  assert.equal(door.status, 303);
  assert.equal(door.headers.location, '/');
  const [cookie] = String(door.headers['set-cookie']).split(';');
  assert.match(cookie!, new RegExp(`^tlscope_${port}=`));
  assert.equal((await get('/api/connections', { cookie: cookie! })).status, 200);
  assert.equal((await get('/?view=list')).status, 200, 'other queries are the page’s own');
});

test('a wrong token gets no cookie, and a plain line', async (t) => {
  const { get } = await startSampleApi(t);
  const answer = await get('/?token=wrong');
  assert.equal(answer.status, 401);
  assert.equal(answer.headers['set-cookie'], undefined);
  assert.match(answer.text, /printed at start/);
});
