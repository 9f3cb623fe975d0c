import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LiveState } from '../../src/capture/session-state.ts';
import { openSession } from '../../src/capture/store/open-session.ts';
import { runCommand } from '../../src/demo/command.ts';
import { harOf } from '../../src/export/har.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import { exchangeCase } from '../export/exchange-case.ts';
import { connectionWith } from '../filter/subjects.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

const importHar = (...args: string[]) => runCommand(process.execPath, [MAIN, 'import', ...args]);

async function harFile(path: string, exchanges: number): Promise<void> {
  const subjects = (async function* () {
    for (let n = 0; n < exchanges; n++) {
      const { exchange, content } = exchangeCase({ target: `/${n}`, responseBody: `answer ${n}` });
      const at = { started: 1000 - n, requested: 1001 - n, responded: 1002 - n, ended: 1003 - n };
      yield { exchange: { ...exchange, at, conn: 1 + (n % 2) }, content, connection: connectionWith(), isFirst: false };
    }
  })();
  const parts: string[] = [];
  for await (const part of harOf(subjects, { startedAt: new Date(0), version: '1' })) parts.push(part);
  writeFileSync(path, parts.join(''));
}

test('a HAR file becomes a session that opens: exchanges, bodies, what it says of the legs', async (t) => {
  const dir = freshDir(t);
  const [har, path] = [join(dir, 'a.har'), join(dir, 'a.tlscope')];
  await harFile(har, 300);
  // An entry that is none, and one that is longer than what is read at a time.
  const long = `{"startedDateTime":"1970-01-01T00:01:00Z","request":{"method":"GET","url":"https://a.test/"},"x":"${'y'.repeat(3_000_000)}"}`;
  writeFileSync(har, readFileSync(har, 'utf8').replace('"entries":[', `"entries":[{},${long},`));
  const { code, text, errorText } = await importHar(har, '--session', path);
  assert.deepEqual([code, errorText], [0, 'Passed over, as they cannot be read as exchanges: 1 of the entries.\n']);
  assert.match(text, /^301 exchanges on 3 connections\. Look at them with: tlscope open /);
  assert.equal(statSync(path).mode & 0o777, 0o600);

  const session = await openSession(path, { maxBytes: 1e9 });
  try {
    const state = new LiveState(session.log).current();
    assert.deepEqual([state.connections.size, state.exchanges.size], [3, 301]);
    assert.equal(state.capture?.wallClock, new Date(1000 - 299).toISOString());
    const connection = state.connections.get(2)!;
    assert.equal(connection.legs.server?.tls?.version, 'TLS 1.3');
    assert.equal(connection.legs.client?.tls?.visibility.level, 'none');
    assert.notEqual(connection.closedAt, undefined);
    const exchange = state.exchanges.get(9)!;
    assert.equal(exchange.request.target, '/7');
    assert.deepEqual(exchange.at, { started: 292, requested: 293, responded: 294, ended: 295 });
    assert.equal(exchange.outcome.state, 'finished');
    let body = '';
    for await (const { bytes } of session.bodies.read(9, 'response')) body += Buffer.from(bytes).toString();
    assert.equal(body, 'answer 7');
  } finally {
    await session.close();
  }
});

test('what is no HAR is one line, and leaves no file', async (t) => {
  const dir = freshDir(t);
  const [har, path] = [join(dir, 'a.har'), join(dir, 'a.tlscope')];
  writeFileSync(har, '{"log":{"version":"1.2"}}');
  const none = await importHar(har, '--session', path);
  assert.deepEqual(
    [none.code, none.errorText.split('\n')[0]],
    [1, `tlscope: ${har} cannot be imported: it has no log with entries.`],
  );
  writeFileSync(har, '{"log":{"entries":[{}, 1, {"request":{}}]}}');
  assert.match((await importHar(har, '--session', path)).errorText, /it has no entries/);
  assert.match((await importHar(join(dir, 'b'), '--session', path)).errorText, /^tlscope: Cannot read .*ENOENT/);
  assert.equal(existsSync(path), false);
  await harFile(har, 1);
  assert.match((await importHar(har, '--session', har)).errorText, /is no session of tlscope/);
});
