/** What a replay sends, read off the stream it is given. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { sendByHttp1 } from '../../src/proxy/replay-clients.ts';
import type { ReplayOrder } from '../../src/shared/replay.ts';

const ORDER: ReplayOrder = {
  ...{ of: 1, scheme: 'https', host: 'a.test', port: 443, protocol: 'HTTP/2', authority: 'a.test' },
  ...{ method: 'POST', target: '/x', body: Buffer.from('body') },
  headers: [
    [':method', 'GET'],
    [':authority', 'b.test'],
    ['cookie', 'a=1'],
    ['x-a', '1'],
    ['cookie', 'b=2'],
    ['content-length', '99'],
  ],
};

/** The lines of the head that is sent. */
async function sent(order: ReplayOrder): Promise<string[]> {
  let bytes = '';
  const whole = Promise.withResolvers<void>();
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.toString('latin1');
      if (bytes.includes('\r\n\r\n')) whole.resolve();
      done();
    },
  });
  sendByHttp1(stream, order, () => {});
  await whole.promise;
  const closed = once(stream, 'close');
  stream.destroy();
  await closed;
  return bytes
    .split('\r\n\r\n')[0]!
    .split('\r\n')
    .filter((line) => !line.startsWith('Connection:'));
}

test('what HTTP/2 sent becomes HTTP/1.1: Host, one cookie, and a length that fits', async () => {
  const fits = ['POST /x HTTP/1.1', 'Host: b.test', 'cookie: a=1; b=2', 'x-a: 1', 'content-length: 4'];
  assert.deepEqual(await sent(ORDER), fits);
  assert.deepEqual(await sent({ ...ORDER, keepsLength: true }), [...fits.slice(0, -1), 'content-length: 99']);
});
