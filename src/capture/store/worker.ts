/** The thread that the session's file belongs to. After a failure it writes nothing more, and still reads. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Deletion } from '../deletion.ts';
import type { Batch } from './batch.ts';
import { type Left, SessionDatabase } from './database.ts';
import { deleteRows } from './delete-rows.ts';
import { exchangeOf } from './event-lines.ts';
import { finishDeletions } from './finish-deletions.ts';
import type { Answers, FromWorker, Question, ToWorker, WorkerData } from './protocol.ts';
import { SearchIndex } from './search-index.ts';

const port = parentPort!;
const data = workerData as WorkerData;
/** Ms until the log beside the file, which a reader kept from being emptied, is tried again. */
const EMPTY_AGAIN = 1000;
const NOTHING_LEFT: Left = { connections: 0, exchanges: [] };

let hasFailed = false;
let database: SessionDatabase | undefined;
/** Made when somebody searches. */
let index: SearchIndex | undefined;
let emptying: NodeJS.Timeout | undefined;
try {
  if (data.mode === 'write') database = SessionDatabase.begin(data.path, data.meta, data.maxBytes, data.isTemporary);
  else {
    database = SessionDatabase.open(data.path);
    if (database.deletions().length > 0) {
      database.close();
      database = undefined;
      await finishDeletions(data.path);
      database = SessionDatabase.open(data.path);
    }
  }
} catch (error) {
  fail(error);
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'write') write(message.batch);
  else void answer(message.id, message.question);
});

function write(batch: Batch): void {
  let left = NOTHING_LEFT;
  if (!hasFailed) {
    try {
      database!.write(batch);
      left = database!.trim();
      if (database!.isOverfull) throw new Error('open connections alone fill the session');
    } catch (error) {
      fail(error);
    }
  }
  const { bytes: buffer } = batch;
  say({ kind: 'written', buffer, left }, [buffer]);
}

async function answer(id: number, question: Question): Promise<void> {
  try {
    const given = answerTo(question);
    // What is known at once is said at once, so that answers come in the order of the questions.
    const value = given instanceof Promise ? await given : given;
    say({ kind: 'answer', id, answer: value }, buffersOf(question, value));
  } catch (error) {
    say({ kind: 'refused', id, reason: textOf(error) });
  }
}

type Answer = Answers[keyof Answers];

function answerTo(question: Question): Answer | Promise<Answer> {
  if (question.ask === 'close') {
    clearTimeout(emptying);
    database?.close();
    return undefined;
  }
  if (database === undefined) throw new Error('the session’s file could not be opened');
  switch (question.ask) {
    case 'body':
      return database.body(question.exchange, question.side, question.after);
    case 'events':
      return database.events.page(question.after);
    case 'about': {
      const [first, last] = database.extent();
      return { meta: database.meta(), first, last, isUnfinished: database.deletions().length > 0 };
    }
    case 'connection':
      return database.events.pageOf(question.conn, question.after);
    case 'exchange':
      return database.events
        .linesBetween(question.conn, question.from, question.to)
        .filter((json) => exchangeOf(json) === question.exchange);
    case 'intend':
      database.intend(question.deletion);
      return undefined;
    case 'delete':
      return remove(database, question.deletion);
    case 'index':
      index ??= new SearchIndex(database);
      return grow(index, question.last);
    case 'search':
      return index?.search(question.words, question.after, question.before) ?? { hits: [], next: 0 };
  }
}

async function grow(texts: SearchIndex, last: number): Promise<Answers['index']> {
  try {
    return await texts.grow(last);
  } catch (error) {
    // Half of a slice may be in it; the next search begins anew.
    drop(texts);
    throw error;
  }
}

async function remove(from: SessionDatabase, deletion: Deletion): Promise<boolean> {
  const isGone = await deleteRows(from, deletion, removeTexts);
  if (!isGone) emptyLater(from);
  return isGone;
}

function emptyLater(database: SessionDatabase): void {
  clearTimeout(emptying);
  emptying = setTimeout(() => {
    try {
      if (database.emptyLog()) return;
    } catch {
      // The disk may be full. The intent stands in the file.
    }
    emptyLater(database);
  }, EMPTY_AGAIN);
}

/** Where they cannot be taken out, the next search makes the index anew. */
async function removeTexts(exchanges: ReadonlySet<number>): Promise<void> {
  const texts = index;
  if (texts !== undefined && !(await texts.remove(exchanges))) drop(texts);
}

function drop(texts: SearchIndex): void {
  if (index !== texts) return;
  index = undefined;
  texts.close();
}

/** They are handed over, not copied. */
function buffersOf({ ask }: Question, value: Answers[keyof Answers]): ArrayBuffer[] {
  if (ask === 'body') return [(value as Answers['body']).bytes.buffer];
  return ask === 'events' || ask === 'connection' ? [(value as Answers['events']).bytes.buffer] : [];
}

function fail(error: unknown): void {
  if (hasFailed) return;
  hasFailed = true;
  say({ kind: 'failed', reason: textOf(error) });
}

function say(message: FromWorker, buffers: ArrayBuffer[] = []): void {
  port.postMessage(message, buffers);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
