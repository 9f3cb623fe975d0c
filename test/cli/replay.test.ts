import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';
import type { HttpExchange } from '../../src/shared/exchange.ts';
import type { ReplayOrder } from '../../src/shared/replay.ts';
import { exchangeCase } from '../export/exchange-case.ts';
import { startSampleApi, TOKEN } from '../support/sample-api.ts';
import { sampleConnection } from '../support/sample-events.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** @param comes of what is sent again: exchange 8 */
async function start(t: TestContext, comes: Partial<HttpExchange> = {}) {
  const orders: ReplayOrder[] = [];
  const sample = await startSampleApi(t, {
    replay: async (order) => {
      orders.push(order);
      if (order.method === 'FAIL') throw new Error('The server\u202e went.');
      const again = { ...exchangeCase({ target: '/again', responseBody: 'x'.repeat(1200) }).exchange, ...comes, id: 8 };
      sample.append([{ type: 'http.requested', conn: 3, exchange: again }]);
      return { exchange: 8, conn: 3 };
    },
  });
  sample.append(sampleConnection(3, 'left-open'));
  const { exchange } = exchangeCase({
    headers: [
      ['Host', 'a'],
      ['Cookie', 'x=1'],
      ['X-A', '1'],
    ],
  });
  sample.append([{ type: 'http.requested', conn: 3, exchange }]);
  const env = { ...process.env, TLSCOPE_TOKEN: TOKEN, http_proxy: 'http://127.0.0.1:1', NODE_USE_ENV_PROXY: '1' };
  const command = (args: readonly string[]) => [MAIN, 'replay', ...args, '--ui', sample.authority];
  const run = (...args: string[]) => runCommand(process.execPath, command(args), { env });
  const begin = (...args: string[]) =>
    spawn(process.execPath, command(args), { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return { orders, run, begin, append: sample.append };
}

const SAID = 'Sent again as exchange 8, on connection 3.\n';

test('it is sent again, and the new exchange is named and told as it ended', async (t) => {
  const { orders, run } = await start(t);
  const { code, text, errorText } = await run('7');
  assert.deepEqual([code, errorText], [0, '']);
  assert.ok(text.startsWith(SAID), text);
  assert.match(
    text.slice(SAID.length),
    /^[\d:.]{12} {2}200 {2}GET {5}https:\/\/origin\.test\/again +1\.2 kB +25 ms\n$/,
  );
  assert.equal(orders[0]!.of, 7);
});

test('it waits until the answer is whole', async (t) => {
  const { begin, append } = await start(t, { outcome: { state: 'open' } });
  const child = begin('7');
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
    if (text !== SAID) return;
    const counts = { size: 0, wireBytes: 0, kept: 0, trailers: [] };
    const over = { outcome: { state: 'aborted', by: 'server', text: 'It broke off.' }, issues: [] } as const;
    append([
      {
        type: 'http.finished',
        conn: 3,
        exchange: 8,
        times: { ended: 130 },
        request: counts,
        response: counts,
        ...over,
      },
    ]);
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  assert.match(text, /200 {2}GET .*\(It broke off\.\) .* 30 ms\n$/);
});

test('where no server answered the exit code says so', async (t) => {
  const failed = { state: 'aborted', by: 'proxy', text: 'Answered by tlscope: gone', ownAnswer: true } as const;
  const { run } = await start(t, { outcome: failed });
  const { code, text } = await run('7');
  assert.match(text, /\(Answered by tlscope: gone\)/);
  assert.equal(code, 2);
  const { response: _, ...none } = exchangeCase().exchange;
  const broken = await start(t, { ...none, response: undefined as never, outcome: { state: 'reset', by: 'server' } });
  assert.equal((await broken.run('7')).code, 2);
});

test('options change what is sent', async (t) => {
  const { orders, run } = await start(t);
  const { code } = await run('7', '--method', 'PUT', '--target', '/b', '-H', 'x-a: 2', '-H', 'Cookie:', '--data', 'é');
  assert.equal(code, 0);
  const { method, target, headers, body } = orders[0]!;
  assert.deepEqual([method, target, Buffer.from(body).toString()], ['PUT', '/b', 'é']);
  assert.deepEqual(headers, [
    ['Host', 'a'],
    ['x-a', '2'],
  ]);
});

test('what goes wrong is one line with a hint', async (t) => {
  const { orders, run } = await start(t);
  const cases: [string[], RegExp][] = [
    [['seven'], /^tlscope: replay does not take "seven"/],
    [['9'], /^tlscope: There is no exchange 9\.\n {2}/],
    [['7', '-H', 'novalue'], /^tlscope: --header does not take "novalue"/],
    [['7', '--data', '@/no/such'], /^tlscope: Cannot read \/no\/such \(there is none, ENOENT\)/],
    [['7', '--token', 'no'], /does not take this token/],
    [['7', '--method', 'FAIL'], /^tlscope: The server\\u\{202e\} went\.\n/],
  ];
  for (const [args, message] of cases) {
    const { code, errorText } = await run(...args);
    assert.equal(code, 1);
    assert.match(errorText, message);
  }
  assert.equal(orders.length, 1);
});
