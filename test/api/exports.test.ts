import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Recall } from '../../src/capture/recall.ts';
import { Recorder } from '../../src/capture/recorder.ts';
import { EXPORT_NOTE } from '../../src/shared/api.ts';
import type { Connection } from '../../src/shared/model.ts';
import { record, V4 } from '../export/recorded-connection.ts';
import { type SampleApiOptions, startSampleApi, TOKEN } from '../support/sample-api.ts';
import { sampleConnection } from '../support/sample-events.ts';

/** Connections 1 and 2 with real handshakes, 3 without bytes or secrets. */
async function startWithRecordings(t: TestContext, options: SampleApiOptions = {}) {
  const sample = await startSampleApi(t, options);
  let at = 0;
  const now = () => ++at;
  const recorder = new Recorder(sample.log, now);
  record(recorder, 'tls13-ecdsa', now);
  record(recorder, 'tls12-ecdsa-gcm', now, { ...V4, client: { address: '127.0.0.1', port: 50_002 } });
  sample.append(sampleConnection(3));
  return sample;
}

test('pcapng is a download that says what it holds and what it lacks', async (t) => {
  const { ask } = await startWithRecordings(t);
  const answer = await ask('/api/export?format=pcapng');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'application/x-pcapng');
  assert.equal(answer.headers['content-disposition'], 'attachment; filename="tlscope-connections.pcapng"');
  assert.match(String(answer.headers[EXPORT_NOTE]), /holds secrets.* Left out, as no bytes .* are kept of them: 3\.$/);
  for (const leg of ['client', 'server'])
    for (const id of [1, 2]) assert.ok(answer.text.includes(`tlscope connection ${id}, ${leg} leg`));
  assert.ok(answer.text.includes('kept of them: 3.'), 'the file says it too');
});

test('one connection alone gives its number to the file', async (t) => {
  const { ask } = await startWithRecordings(t);
  const answer = await ask('/api/export?format=pcapng&connections=2');
  assert.equal(answer.headers['content-disposition'], 'attachment; filename="tlscope-connection-2.pcapng"');
  assert.ok(answer.text.includes('tlscope connection 2,'));
  assert.ok(!answer.text.includes('tlscope connection 1,'));
});

test('JSON is what the API gives of each connection, without secrets', async (t) => {
  const { ask } = await startWithRecordings(t);
  const answer = await ask('/api/export?format=json&connections=3,1,1');
  const connections: Connection[] = answer.json();
  assert.deepEqual(connections, [(await ask('/api/connections/1')).json(), (await ask('/api/connections/3')).json()]);
  assert.equal(answer.headers[EXPORT_NOTE], undefined);
  assert.ok(connections[0]?.legs.client?.tls?.derivation?.every((step) => !('value' in step)));
});

test('no connections are an empty file of each format', async (t) => {
  const { ask } = await startSampleApi(t);
  assert.deepEqual((await ask('/api/export?format=json')).json(), []);
  assert.equal((await ask('/api/export?format=keylog')).text, '');
  assert.equal((await ask('/api/export?format=pcapng')).status, 200);
});

test('a key log is given like the pcapng with the same secrets, and says that it holds them', async (t) => {
  const { ask } = await startWithRecordings(t);
  const { headers, text } = await ask('/api/export?format=keylog&connections=2,3');
  assert.match(text, /^(CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}\n){2}$/);
  assert.match(String(headers[EXPORT_NOTE]), /holds secrets.*: 3\.$/);
});

test('what is asked for in vain is named', async (t) => {
  const { ask } = await startWithRecordings(t);
  const unknown = await ask('/api/export?format=json&connections=1,9,7');
  assert.deepEqual([unknown.status, unknown.json().error], [404, 'There is no connection 9, 7.']);
  for (const query of [
    '',
    'format=xml',
    'format=json&connections=',
    'format=json&connections=1,,2',
    'format=json&connections=a',
  ]) {
    const answer = await ask(`/api/export?${query}`);
    assert.equal(answer.status, 400, query);
    assert.deepEqual(Object.keys(answer.json()), ['error', 'hint']);
  }
});

test('only the newest go into one file, and how many are missing is said', async (t) => {
  const { append, ask } = await startSampleApi(t);
  for (let conn = 1; conn <= 1003; conn++) append(sampleConnection(conn).slice(0, 2));
  const answer = await ask('/api/export?format=json');
  const ids = answer.json().map(({ id }: Connection) => id);
  assert.deepEqual([ids.length, ids[0], ids.at(-1)], [1000, 4, 1003]);
  assert.equal(answer.headers[EXPORT_NOTE], 'Left out: the 3 oldest, as a file holds 1000 connections.');
});

test('what memory no longer has whole is read when it is written, and not held until then', async (t) => {
  for (const [format, reads] of [
    ['pcapng', [1, 2, 3, 1, 2, 3]],
    ['keylog', [1, 2, 3, 1, 2, 3]],
    ['json', [1, 2, 3]],
  ] as const) {
    const asked: number[] = [];
    const connection = async (of: Connection) => {
      asked.push(of.id);
      return of;
    };
    const recall = { connection } as unknown as Recall;
    const { ask } = await startWithRecordings(t, { recall });
    assert.equal((await ask(`/api/export?format=${format}`)).status, 200);
    assert.deepEqual(asked, reads, format);
  }
});

test('a filter takes of those that are named what it matches', async (t) => {
  const { ask } = await startWithRecordings(t);
  const idsOf = async (query: string) =>
    ((await ask(`/api/export?format=json&${query}`)).json() as Connection[]).map(({ id }) => id);
  const tls12 = encodeURIComponent('tls.version = "TLS 1.2"');
  assert.deepEqual(await idsOf(`filter=${tls12}`), [2]);
  assert.deepEqual(await idsOf(`filter=${tls12}&connections=1,3`), []);
  assert.match(
    String((await ask(`/api/export?format=pcapng&filter=${tls12}`)).headers['content-disposition']),
    /tlscope-connection-2\.pcapng/,
  );
  const wrong = await ask('/api/export?format=json&filter=host%20%3D');
  assert.equal(wrong.status, 400);
  assert.match(wrong.json().error, /^filter, column \d+: /);
});

test('without the token there is no export', async (t) => {
  const { get } = await startWithRecordings(t);
  for (const format of ['pcapng', 'json', 'keylog'])
    assert.equal((await get(`/api/export?format=${format}`)).status, 401);
});

test('a fault of ours is reported once, and no file looks whole that is not', async (t) => {
  for (const [id, expected] of [
    [1, 500],
    [2, 'broken off'],
  ] as const) {
    const sample = await startSampleApi(t);
    sample.append(sampleConnection(1));
    sample.append(sampleConnection(2));
    const fault = new Error('a fault');
    Object.defineProperty(sample.state.current().connections.get(id)!.legs, 'client', {
      get: () => {
        throw fault;
      },
    });
    const url = `http://${sample.authority}/api/export?format=json`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
    const outcome = await answer.text().then(
      () => answer.status,
      () => 'broken off',
    );
    assert.equal(outcome, expected);
    assert.deepEqual(sample.faults.splice(0), [fault]);
  }
});
