/** `tlscope show`, as a process, on session files that the test makes and on an API. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BASE_WEIGHT } from '../../src/capture/event-log.ts';
import { Traffic } from '../../src/capture/traffic.ts';
import { runCommand } from '../../src/demo/command.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import { startSession } from '../capture/store/sample-session.ts';
import { startSampleApi, TOKEN } from '../support/sample-api.ts';
import { sampleConnection } from '../support/sample-events.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const HEAD = { version: 'HTTP/1.1', wireBytes: 20, issues: [] };

const show = (...args: string[]) => runCommand(process.execPath, [MAIN, 'show', ...args]);

type Parts = Pick<ConstructorParameters<typeof Traffic>[0], 'log' | 'bodies' | 'now'>;

function addTraffic(parts: Parts): void {
  for (const fact of sampleConnection(1)) parts.log.append(fact);
  const traffic = new Traffic({ ...parts, onFault: (_, error) => assert.fail(String(error)) });
  const sink = traffic.exchanges({ conn: 1, scheme: 'https', host: 'x.test', port: 443 });
  for (const stream of [1, 2]) {
    sink.request(
      stream,
      {
        ...HEAD,
        method: 'GET',
        target: `/${stream}\u001b[31m`,
        headers: [
          ['X-B', '\u202eb'],
          ['X-A', 'a'],
        ],
      },
      1,
    );
    sink.ended(stream, 'client', [], 40, 2);
    const headers = [
      ['Content-Encoding', 'gzip'],
      ['Content-Type', 'text/plain'],
    ] as const;
    sink.response(stream, { ...HEAD, status: 200 + stream, reason: 'Fine', headers }, 3);
    sink.body(stream, 'server', gzipSync(`first line ${stream}\nsecond\u001b[2J`), 4);
    sink.ended(stream, 'server', [], 60, 5);
  }
}

async function sessionFile(t: TestContext): Promise<string> {
  const { log, store, path, now } = startSession(t);
  log.append({ type: 'capture.started', format: 1, version: '0', wallClock: '2026-01-02T03:04:05.000Z' });
  addTraffic({ log, bodies: store, now });
  await store.close();
  return path;
}

function assertPlain(text: string): void {
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
}

test('a session file is listed, by a filter too, and shown by number', async (t) => {
  const file = await sessionFile(t);
  const list = await show(file);
  assert.deepEqual([list.code, list.errorText], [0, '']);
  assert.match(list.text, /^Connections\n +1 {2}[\d:.]{12} /);
  assert.match(list.text, /\nExchanges\n +1 .* 201 {2}GET .*\n +2 .* 202 {2}GET /);
  const filtered = await show(file, '--filter', 'status = 202 or id = 99');
  assert.match(filtered.text, /^Connections: none\nExchanges\n +2 [^\n]+\n$/);

  const one = await show(file, '--connection', '1');
  assert.match(one.text, /^Connection 1 {2}\S+:\d+ to \S+:\d+ {2}[\d:.]{12}\n.*client leg: .*│ server leg: /);
  assert.match(one.text, /\n1 ClientHello\n/);
  assert.match(one.text, /\nExchange 1 [\s\S]*\nExchange 2 /);
  const explained = await show(file, '--connection', '1', '--explain');
  assert.ok(explained.text.length > one.text.length);

  const alone = await show(file, '--exchange', '2', '--body');
  assert.match(alone.text, /^Exchange 2 {2}connection 1, HTTP\/1\.1, stream 2: finished\n/);
  assert.match(
    alone.text,
    /\n→ GET https:\/\/x\.test:443\/2\\u\{1b\}\[31m\n {2}X-B: \\u\{202e\}b\n {2}X-A: a\n {2}head \d+ B, body 0 B\n/,
  );
  assert.match(
    alone.text,
    /\n← 202 Fine\n[\s\S]*body \d+ B \(gzip\)\n {2}│ first line 2\n {2}│ second\\u\{1b\}\[2J\n$/,
  );
  for (const { text } of [list, one, explained, alone]) assertPlain(text);
});

test('--json has a line for each connection and exchange, whole when it is chosen', async (t) => {
  const path = await sessionFile(t);
  const lines = async (...args: string[]) => {
    const { code, text, errorText } = await show(path, '--json', ...args);
    assert.deepEqual([code, errorText], [0, '']);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  const list = await lines();
  assert.deepEqual(
    list.map((line) => Object.keys(line)),
    [['connection'], ['exchange'], ['exchange']],
  );
  assert.deepEqual(list[1].exchange.response.status, 201);
  const [one, ...exchanges] = await lines('--connection', '1', '--body');
  assert.equal(one.connection.id, 1);
  assert.ok(one.connection.legs.client.tls.steps.length > 0);
  assert.deepEqual(
    exchanges.map(({ exchange }) => exchange.id),
    [1, 2],
  );
  assert.match(exchanges[0].bodies.response.text, /^first line 1\n/);
  assert.deepEqual(
    (await lines('--filter', 'status = 202')).map((line) => line.exchange.id),
    [2],
  );
  const [alone] = await lines('--exchange', '2');
  assert.deepEqual([alone.exchange.id, alone.bodies], [2, undefined]);
});

test('a running tlscope is asked with its token', async (t) => {
  const sample = await startSampleApi(t);
  addTraffic({ log: sample.log, bodies: sample.bodies, now: () => 1 });
  const ui = ['--ui', `http://${sample.authority}`, '--token', TOKEN];
  const list = await show(...ui, '--filter', 'status = 201');
  assert.match(list.text, /^Connections: none\nExchanges\n +1 [^\n]+\n$/);
  const one = await show('1', '--body', ...ui);
  assert.deepEqual([one.code, one.errorText], [0, '']);
  assert.match(
    one.text,
    /^Connection 1 [^\n]+\n[\s\S]*\n1 ClientHello\n[\s\S]*│ first line 1\n {2}│ second[\s\S]*\nExchange 2 /,
  );
  assertPlain(one.text);
  for (const [args, says] of [
    [['7', ...ui], /no connection 7/],
    [['--exchange', '7', ...ui], /no exchange 7/],
    [['1', ...ui.slice(0, 2), '--token', 'wrong-token'], /does not take this token/],
  ] as const) {
    const { code, errorText } = await show(...args);
    assert.equal(code, 1);
    assert.match(errorText, says);
  }
});

test('times are those of the clock when the first event has left memory', async (t) => {
  const sample = await startSampleApi(t, { maxBytes: 400 * BASE_WEIGHT });
  const wallClock = '2026-01-02T03:04:05.000Z';
  sample.append([{ type: 'capture.started', format: 1, version: '0', wallClock }]);
  for (let conn = 1; conn <= 60; conn++) {
    sample.state.current();
    sample.append(sampleConnection(conn, 'left-open'));
  }
  assert.ok(sample.log.after(0, 1).gap);
  const { text, errorText } = await show('--ui', `http://${sample.authority}`, '--token', TOKEN);
  assert.equal(errorText, '');
  const [{ id, openedAt } = { id: 0, openedAt: 0 }] = sample.state.current().connections.values();
  const moment = new Date(Date.parse(wallClock) + openedAt);
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`;
  assert.match(text, new RegExp(`^ +${id} {2}${clock}\\.\\d{3} `, 'm'));
});

test('the operations of GraphQL requests are named, of a file and of a running tlscope', async (t) => {
  const addGraphql = ({ log, bodies, now }: Parts) => {
    const sink = new Traffic({ log, bodies, now, onFault: (_, error) => assert.fail(String(error)) }).exchanges({
      ...{ conn: 1, scheme: 'https', host: 'x.test', port: 443 },
    });
    for (const fact of sampleConnection(1)) log.append(fact);
    const requests = [
      '{"query":"mutation M { pay a: buy }"}',
      '{"operationName":"\\u001b[31m","extensions":{"persistedQuery":{}}}',
    ];
    for (const [i, body] of requests.entries()) {
      const headers = [['Content-Type', 'application/json']] as const;
      sink.request(i + 1, { ...HEAD, method: 'POST', target: '/', headers }, 1);
      sink.body(i + 1, 'client', Buffer.from(body), 2);
      sink.ended(i + 1, 'client', [], body.length, 2);
    }
  };
  const { log, store, path, now } = startSession(t);
  addGraphql({ log, bodies: store, now });
  await store.close();
  const sample = await startSampleApi(t);
  addGraphql({ log: sample.log, bodies: sample.bodies, now: () => 1 });
  for (const args of [
    [path, '--connection', '1'],
    ['1', '--ui', `http://${sample.authority}`, '--token', TOKEN],
  ]) {
    const { text, code, errorText } = await show(...args);
    assert.deepEqual([code, errorText], [0, '']);
    assert.match(text, /\n→ POST [^\n]*\n {2}GraphQL mutation M: pay, buy\n {2}Content-Type/);
    assert.match(text, /\n {2}GraphQL operation known by its hash \\u\{1b\}\[31m\n/);
    assertPlain(text);
  }
});

test('mistakes are one line with a hint', async (t) => {
  const file = await sessionFile(t);
  const foreign = join(freshDir(t), 'letter');
  writeFileSync(foreign, 'a letter');
  for (const [args, says] of [
    [
      [file, '--connection', '9'],
      /^tlscope: There is no connection 9 in .*\n {2}See what is there with: tlscope show /,
    ],
    [[file, '--exchange', '9'], /^tlscope: There is no exchange 9 in /],
    [[file, '--exchange', 'x'], /^tlscope: --exchange does not take "x"/],
    [[file, '--filter', 'status ='], /^tlscope: The filter cannot be read/],
    [[foreign], /^tlscope: .* is no session of tlscope/],
    [[`${foreign}-not`], /^tlscope: Cannot read .*ENOENT/],
    [['3', '--certs', dirname(file)], /^tlscope: No token given, and .*\n.*TLSCOPE_TOKEN/],
  ] as const) {
    const { code, text, errorText } = await show(...args);
    assert.deepEqual([code, text], [1, '']);
    assert.match(errorText, says);
  }
});

test('reading leaves nothing beside the file, and takes in what a killed tlscope left there', async (t) => {
  const file = await sessionFile(t);
  const folder = dirname(file);
  const files = () => readdirSync(folder).sort();
  assert.deepEqual(files(), [basename(file)]);
  // As it is when it was copied while somebody else had it open: in write-ahead mode, without a log.
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL');
  db.close();
  const list = await show(file);
  assert.deepEqual([list.code, list.errorText], [0, '']);
  assert.deepEqual(files(), [basename(file)]);

  const killed = startSession(t);
  addTraffic({ log: killed.log, bodies: killed.store, now: killed.now });
  // It answers when what came before is written.
  await killed.store.connection(1);
  const left = join(folder, 'left');
  for (const end of ['', '-wal']) copyFileSync(killed.path + end, left + end);
  const whole = await show(left);
  assert.deepEqual([whole.code, whole.text.length > 100], [0, true]);
  assert.deepEqual(files(), ['left', basename(file)].sort());
  assert.equal((await show(left)).text, whole.text);

  // Where nothing may be written, it is read all the same.
  const locked = join(folder, 'locked');
  mkdirSync(locked);
  for (const end of ['', '-wal']) copyFileSync(killed.path + end, join(locked, `s${end}`));
  for (const name of readdirSync(locked)) chmodSync(join(locked, name), 0o444);
  chmodSync(locked, 0o555);
  chmodSync(folder, 0o755);
  // To root nothing is locked.
  const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { stdout, status } = spawnSync(process.execPath, [MAIN, 'show', join(locked, 's')], {
    ...asNobody,
    encoding: 'utf8',
    env: { ...process.env, NODE_COMPILE_CACHE: '' },
  });
  chmodSync(locked, 0o755);
  assert.deepEqual([status, stdout], [0, whole.text]);
  assert.deepEqual(readdirSync(locked).sort(), ['s', 's-wal']);
});
