import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutHandshakeText } from '../../../web-ui/src/compare/without-handshake.ts';

test('what is missing is said of one connection and of both', () => {
  assert.match(withoutHandshakeText([3]), /^Connection 3 has no recorded handshake, so .*: it was plain HTTP, /);
  assert.match(withoutHandshakeText([3, 4]), /^Neither connection has a recorded handshake: each was plain HTTP, /);
});
