import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECK_FIELD, checkMark, isMarkedCheck } from '../../src/ca/check-mark.ts';

const MARK = checkMark('the key');
const request = (mark: string, line = 'GET /ca.pem HTTP/1.1') =>
  Buffer.from(`${line}\r\n${CHECK_FIELD}: ${mark}\r\nHost: a\r\n\r\n`);

test('a whole request with the mark of the same key is one', () => {
  assert.ok(isMarkedCheck(request(MARK), MARK));
  assert.match(MARK, /^[0-9a-f]{64}$/);
});

test('nothing else is, at every cut and with every other mark', () => {
  const whole = request(MARK);
  for (let i = 0; i < whole.length; i++) assert.equal(isMarkedCheck(whole.subarray(0, i), MARK), false);
  for (const other of [
    request(checkMark('another key')),
    request(''),
    request(MARK.slice(1)),
    request(MARK, 'GET / HTTP/1.1'),
    request(MARK, 'GET http://a/ca.pem HTTP/1.1'),
    Buffer.concat([whole, whole.subarray(0, 5)]),
    Buffer.from('GET /ca.pem HTTP/1.1\r\nHost: a\r\n\r\n'),
    Buffer.alloc(5000, 0xff),
  ])
    assert.equal(isMarkedCheck(other, MARK), false);
});
