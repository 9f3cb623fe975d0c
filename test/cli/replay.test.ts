import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runCommand } from '../../src/demo/command.ts';
import type { ReplayOrder } from '../../src/shared/replay.ts';
import { exchangeCase } from '../export/exchange-case.ts';
import { startSampleApi, TOKEN } from '../support/sample-api.ts';
import { sampleConnection } from '../support/sample-events.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

async function start(t: TestContext) {
  const orders: ReplayOrder[] = [];
  const sample = await startSampleApi(t, {
    replay: async (order) => {
      orders.push(order);
      if (order.method === 'FAIL') throw new Error('The server\u202e went.');
      return { exchange: 8, conn: 4 };
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
  const run = (...args: string[]) =>
    runCommand(process.execPath, [MAIN, 'replay', ...args, '--ui', sample.authority], {
      env: { ...process.env, TLSCOPE_TOKEN: TOKEN, http_proxy: 'http://127.0.0.1:1', NODE_USE_ENV_PROXY: '1' },
    });
  return { orders, run };
}

test('it is sent again, and the new exchange is named', async (t) => {
  const { orders, run } = await start(t);
  const { code, text, errorText } = await run('7');
  assert.deepEqual([code, text, errorText], [0, 'Sent again as exchange 8, on connection 4.\n', '']);
  assert.equal(orders[0]!.of, 7);
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
    [['7', '--data', '@/no/such'], /^tlscope: Cannot read \/no\/such \(ENOENT\)/],
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
