import assert from 'node:assert/strict';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { dropHopByHop, isExpecting, keepSpelling } from '../../src/proxy/plain-heads.ts';

const message = (headers: Record<string, string>, rawHeaders: string[] = []) =>
  ({ headers, rawHeaders }) as unknown as IncomingMessage;

test('hop-by-hop fields go, those that Connection names too, but not what frames or addresses the message', () => {
  const headers = {
    connection: 'close, X-Named, Content-Length, Host, Transfer-Encoding',
    'x-named': '1',
    'content-length': '3',
    'transfer-encoding': 'chunked',
    host: 'a.test',
    'proxy-authorization': 'secret',
    te: 'trailers',
    accept: '*/*',
  };
  dropHopByHop(message(headers));
  assert.deepEqual(headers, {
    'content-length': '3',
    'transfer-encoding': 'chunked',
    host: 'a.test',
    accept: '*/*',
  } as unknown);
});

test('an upgrade keeps what asks for it', () => {
  const headers = { connection: 'keep-alive, Upgrade', upgrade: 'websocket', 'keep-alive': '5' };
  dropHopByHop(message(headers), 'upgrade');
  assert.deepEqual(headers, { connection: 'Upgrade', upgrade: 'websocket' } as unknown);
});

test('only a field that says 100-continue waits', () => {
  const expecting = (...raw: string[]) => isExpecting(message({}, raw));
  assert.equal(expecting('eXpect', '100-Continue'), true);
  assert.equal(expecting('Expect', 'something'), false);
  assert.equal(expecting('X', 'Expect', 'Y', '100-continue'), false);
});

test('fields go on as they were written, in their order, and Host as the URL has it', () => {
  const set = new Map<string, string | string[]>([
    ['accept', '*/*'],
    ['x-two', 'a, b'],
    ['host', 'url.test'],
  ]);
  const sent: [string, string | string[]][] = [];
  const out = {
    hasHeader: (name: string) => set.has(name),
    removeHeader: (name: string) => set.delete(name),
    setHeader: (name: string, value: string | string[]) => sent.push([name, value]),
  } as unknown as ClientRequest;
  const raw = ['X-TWO', 'a', 'HOST', 'other.test', 'x-two', 'b', 'Gone', '1', 'aCCept', '*/*'];
  keepSpelling(out, message({ host: 'url.test' }, raw));
  assert.deepEqual(sent, [
    ['X-TWO', ['a', 'b']],
    ['HOST', 'url.test'],
    ['aCCept', '*/*'],
  ]);
});
