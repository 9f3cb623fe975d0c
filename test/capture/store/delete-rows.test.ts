/** What was deleted is not in the file any more, nor in what is beside it, and all readers agree on what is left. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { deleteRecorded } from '../../../src/capture/deletion.ts';
import { LiveState } from '../../../src/capture/session-state.ts';
import { SessionDatabase } from '../../../src/capture/store/database.ts';
import { deleteRows } from '../../../src/capture/store/delete-rows.ts';
import { deletionFrom, intentOf } from '../../../src/capture/store/intent.ts';
import { openSession } from '../../../src/capture/store/open-session.ts';
import { APPLICATION_ID } from '../../../src/capture/store/schema.ts';
import { createSessionFile } from '../../../src/capture/store/session-file.ts';
import type { DeleteOrder } from '../../../src/shared/api.ts';
import { EVIDENCE, type Evidence } from '../../../src/shared/evidence.ts';
import type { SessionState } from '../../../src/shared/reduce.ts';
import { SAMPLE_NEGOTIATED } from '../../support/sample-events.ts';
import {
  bodyOf,
  closed,
  exchange,
  folder,
  httpFacts,
  opened,
  reopen,
  type SampleSession,
  startSession,
} from './sample-session.ts';

type Fixture = SampleSession & {
  readonly state: LiveState;
  remove(order: DeleteOrder): ReturnType<typeof deleteRecorded>;
};

/** Three connections, the last one open, with three exchanges each, the last one open; everything says whose it is. */
function fill(session: SampleSession): Fixture {
  const { log, store } = session;
  for (const conn of [1, 2, 3]) {
    log.append(opened(conn));
    const bytes = Buffer.from(`connection-${conn}-secret `.repeat(900));
    const evidence: Evidence = { secrets: new Map([['LABEL', bytes]]), tape: [] };
    const negotiated = { ...SAMPLE_NEGOTIATED, sni: `connection-${conn}.test`, [EVIDENCE]: evidence };
    log.append({ type: 'tls.established', conn, leg: 'server', negotiated });
    for (const id of [conn * 10, conn * 10 + 1, conn * 10 + 2]) {
      const { request, ...rest } = exchange(id, conn);
      const said = { ...rest, request: { ...request, target: `/exchange-${id}-head` } };
      const [, , ...others] = httpFacts(id, conn);
      log.append({ type: 'http.requested', conn, exchange: said });
      store.append(id, 'response', Buffer.from(`exchange-${id}-body `.repeat(5000)), 1);
      if (id % 10 < 2 || conn < 3) for (const fact of others) log.append(fact);
    }
    if (conn < 3) log.append(closed(conn));
  }
  const state = new LiveState(log);
  return { ...session, state, remove: (order) => deleteRecorded(order, { log, state, store }) };
}

/** Which connections and exchanges leave a trace in the file or in the log beside it. */
function traces(path: string): string[] {
  const text = [path, `${path}-wal`].map((file) => (existsSync(file) ? readFileSync(file, 'latin1') : '')).join('');
  return [...new Set(text.match(/connection-\d+|exchange-\d+/g))].sort();
}

const idsOf = ({ connections, exchanges }: SessionState) => [[...connections.keys()], [...exchanges.keys()]];

test('a connection leaves with its handshakes and exchanges, and nothing of it can be read in the file', async (t) => {
  const { store, state, remove, path, log } = fill(startSession(t));
  await bodyOf(store, 10, 'response');
  assert.ok(traces(path).includes('connection-1'));
  assert.deepEqual(await remove({ connections: [1, 99] }), {
    connections: 1,
    exchanges: 3,
    kept: { connections: [], exchanges: [] },
  });
  const left = ['connection-2', 'connection-3', ...[20, 21, 22, 30, 31, 32].map((id) => `exchange-${id}`)];
  assert.deepEqual(traces(path), left);
  assert.deepEqual(idsOf(state.current()), [
    [2, 3],
    [20, 21, 22, 30, 31, 32],
  ]);
  assert.equal((await bodyOf(store, 10, 'response')).length, 0);
  assert.ok((await bodyOf(store, 20, 'response')).length > 0);
  assert.equal(log.first, 1);
  assert.doesNotMatch(JSON.stringify(log.cursor().read().events), /connection-1|exchange-1\d/);

  await store.close();
  assert.deepEqual(traces(path), left);
  const session = await reopen(t, path);
  assert.deepEqual(idsOf(new LiveState(session.log).current()), idsOf(state.current()));
});

test('exchanges leave alone, their connection stays, and what is open is kept', async (t) => {
  const { store, state, remove, path } = fill(startSession(t));
  assert.deepEqual(await remove({ connections: [3], exchanges: [10, 30, 32, 99] }), {
    connections: 0,
    exchanges: 2,
    kept: { connections: [3], exchanges: [32] },
  });
  const left = [11, 12, 20, 21, 22, 31, 32];
  const connections = ['connection-1', 'connection-2', 'connection-3'];
  assert.deepEqual(traces(path), [...connections, ...left.map((id) => `exchange-${id}`)]);
  assert.deepEqual(idsOf(state.current()), [[1, 2, 3], left]);
  await store.close();
  const session = await reopen(t, path);
  assert.deepEqual(idsOf(new LiveState(session.log).current()), [[1, 2, 3], left]);
});

test('all is all that is over, also what only the file still has', async (t) => {
  const { store, log, path } = fill(startSession(t));
  // As if they had left memory for a bound.
  const state = new LiveState(log, { maxConnections: 1 });
  assert.deepEqual([...state.current().connections.keys()], [3]);
  assert.deepEqual(await deleteRecorded({ all: true }, { log, state, store }), {
    connections: 0,
    exchanges: 2,
    kept: { connections: [3], exchanges: [32] },
  });
  assert.deepEqual(traces(path), ['connection-3', 'exchange-32']);
  log.append(opened(4));
  log.append({ type: 'http.requested', conn: 4, exchange: exchange(40, 4) });
  log.append(closed(4));
  log.append(closed(3));
  assert.equal((await deleteRecorded({ all: true }, { log, state, store })).connections, 1);
  assert.deepEqual(traces(path), []);
  await store.close();
  const session = await reopen(t, path);
  assert.deepEqual(idsOf(new LiveState(session.log).current()), [[], []]);
});

test('what was deleted is not found any more', async (t) => {
  const { store, remove } = fill(startSession(t));
  const found = async (words: string) => {
    const ids = new Set<number>();
    for await (const { exchange: id } of store.search(words, new AbortController().signal)) ids.add(id);
    return [...ids].sort();
  };
  assert.deepEqual(await found('exchange body'), [10, 11, 12, 20, 21, 22, 30, 31]);
  await remove({ connections: [1], exchanges: [20] });
  assert.deepEqual(await found('exchange body'), [21, 22, 30, 31]);
  await remove({ all: true });
  assert.deepEqual(await found('exchange head'), [32]);
});

test('what is recorded meanwhile is stored, and a deletion broken off counts for whoever opens the file', async (t) => {
  const { log, store, remove, state, path } = fill(startSession(t));
  const removal = remove({ connections: [1] });
  log.append(opened(4));
  store.append(40, 'request', Buffer.from('meanwhile'), 1);
  await removal;
  assert.equal((await bodyOf(store, 40, 'request')).toString(), 'meanwhile');
  await store.close();
  // An event that a process that was killed had left.
  const db = new DatabaseSync(path);
  const line = JSON.stringify({ seq: 1, t: 0, ...opened(1) });
  db.exec(`INSERT INTO events VALUES (1, 1, 1, '{"places":[1,0,0],"exchanges":[]}', CAST('${line}' AS BLOB), x'')`);
  db.close();
  const session = await reopen(t, path);
  assert.deepEqual([...new LiveState(session.log).current().connections.keys()], [2, 3, 4]);
  assert.deepEqual([...state.current().connections.keys()], [2, 3, 4]);
  assert.equal(readFileSync(path).readUInt32BE(68), APPLICATION_ID);
});

// By the wrong index each step sorts all that is left of the connection, bytes included: that takes minutes.
test('a connection of many rows leaves row by row', { timeout: 20_000 }, async (t) => {
  const path = join(folder(t), 'many.session');
  createSessionFile(path);
  const database = SessionDatabase.begin(path, {}, Number.POSITIVE_INFINITY);
  const db = new DatabaseSync(path);
  const add = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, zeroblob(1000))');
  db.exec('BEGIN');
  for (let seq = 1; seq <= 10_000; seq++) {
    const [conn, exchanges] = [1 + (seq % 2), JSON.stringify([seq])];
    const line = `{"seq":${seq},"type":"http.requested","conn":${conn},"exchange":{"id":${seq}}}`;
    // Two rows of different connections were written together.
    add.run(seq, seq + (seq % 2), conn, `{"places":[${seq},0,1000],"exchanges":${exchanges}}`, Buffer.from(line));
  }
  db.exec('COMMIT');
  const left = () => Number(db.prepare('SELECT count(*) AS n FROM events').get()!['n']);
  let turns = 0;
  const count = (): void => {
    turns++;
    timer.refresh();
  };
  const timer = setTimeout(count, 1);
  t.after(() => clearTimeout(timer));
  const gone: number[] = [];
  const remove = async (ids: ReadonlySet<number>) => void gone.push(...ids);
  assert.equal(await deleteRows(database, { seq: 10_001, connections: [1], exchanges: [] }, remove), true);
  assert.deepEqual([left(), gone.length, new Set(gone.map((id) => id % 2))], [5000, 5000, new Set([0])]);
  assert.ok(turns > 1, 'between slices others have their turn');
  await deleteRows(database, { seq: 10_001, connections: [], exchanges: [1, 9999] }, remove);
  assert.deepEqual([left(), gone.slice(5000)], [4998, [1, 9999]]);
  db.close();
  database.close();
});

test('a reader of the file that keeps its log from being emptied is told of', async (t) => {
  const { store, remove, path } = fill(startSession(t));
  await bodyOf(store, 10, 'response');
  const reader = new DatabaseSync(path, { readOnly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM events').get();
  assert.equal((await remove({ connections: [1] })).readable, true);
  assert.ok(traces(path).includes('connection-1'));
  reader.exec('COMMIT');
  reader.close();
  // By itself, as soon as the reader has done.
  await until(() => !traces(path).includes('connection-1'));
  assert.equal(intents(path), 0);
  assert.equal((await remove({ connections: [2] })).readable, undefined);
  assert.deepEqual(traces(path), ['connection-3', 'exchange-30', 'exchange-31', 'exchange-32']);
});

test('a deletion that was cut off is finished by whoever opens the file, once nobody else has it open', async (t) => {
  const { store, state, path } = fill(startSession(t));
  await bodyOf(store, 10, 'response');
  const deletion = { seq: state.current().seq + 1, connections: [1], exchanges: [20] };
  // As it is when the process is killed after its first step.
  const cut = join(folder(t), 'cut.session');
  const db = new DatabaseSync(path);
  db.prepare('INSERT INTO meta VALUES (?, ?)').run(`deletion:${deletion.seq}`, intentOf(deletion));
  db.exec("INSERT INTO meta VALUES ('deletion:0', '{}')");
  db.close();
  for (const end of ['', '-wal']) copyFileSync(`${path}${end}`, `${cut}${end}`);
  await store.close();

  const other = new DatabaseSync(cut, { readOnly: true });
  other.prepare('SELECT count(*) FROM events').get();
  const looked = await openSession(cut, { maxBytes: 1e9 });
  assert.equal(looked.isUnfinished, true);
  await looked.close();
  other.close();
  assert.ok(traces(cut).includes('exchange-20'));

  const session = await openSession(cut, { maxBytes: 1e9 });
  t.after(() => session.close());
  assert.equal(session.isUnfinished, false);
  assert.deepEqual(
    Object.keys(session.meta).filter((key) => key.startsWith('deletion')),
    [],
  );
  const left = [21, 22, 30, 31, 32].map((id) => `exchange-${id}`);
  assert.deepEqual(traces(cut), ['connection-2', 'connection-3', ...left]);
});

test('a deletion that was cut off before its fact was stored is carried out by whoever opens the file', async (t) => {
  const { store, remove, path } = fill(startSession(t));
  await bodyOf(store, 10, 'response');
  const post = Worker.prototype.postMessage;
  t.mock.method(Worker.prototype, 'postMessage', function (this: Worker, ...said: Parameters<typeof post>) {
    const { kind, question } = said[0] as { kind: string; question?: { ask: string } };
    if (kind !== 'write' && question?.ask !== 'delete') post.apply(this, said);
  });
  remove({ connections: [1], exchanges: [20] }).catch(() => {});
  // Answered after all that the worker was told before.
  await bodyOf(store, 30, 'response');
  const copy = join(folder(t), 'cut.session');
  for (const beside of ['', '-wal']) copyFileSync(path + beside, copy + beside);
  assert.ok(traces(copy).includes('connection-1'));
  const session = await reopen(t, copy);
  assert.equal(session.isUnfinished, false);
  const left = traces(copy);
  assert.deepEqual(left.slice(0, 3), ['connection-2', 'connection-3', 'exchange-21']);
});

test('a file that tells of a deletion we would not write stays as it is', () => {
  const whole = {
    seq: 9,
    connections: [1],
    exchanges: [2],
    allBut: { connections: [], exchanges: [3], lastConnection: 4, lastExchange: 5 },
  };
  const read = deletionFrom(JSON.stringify(whole));
  assert.deepEqual(JSON.parse(intentOf(read!)), whole);
  const { allBut } = whole;
  const wrong = [null, [], 1, {}, { ...whole, seq: -1 }, { ...whole, connections: ['1'] }, { ...whole, allBut: null }];
  for (const other of [...wrong, { ...whole, allBut: { ...allBut, lastExchange: 0.5 } }]) {
    assert.equal(deletionFrom(JSON.stringify(other)), undefined, JSON.stringify(other));
  }
  assert.equal(deletionFrom('{'), undefined);
});

const intents = (path: string): number => {
  const db = new DatabaseSync(path, { readOnly: true });
  const found = db.prepare("SELECT count(*) AS n FROM meta WHERE key GLOB 'deletion:*'").get();
  db.close();
  return Number(found!['n']);
};

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(20);
}
