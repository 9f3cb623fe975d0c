import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback, isOwnAddress } from '../../src/net/addresses.ts';

test('loopback and unspecified addresses in every spelling of an IP address', () => {
  for (const address of [
    '127.0.0.1',
    '127.0.0.2',
    '127.255.255.254',
    '0.0.0.0',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:2',
  ]) {
    assert.equal(isLoopback(address), true, address);
    assert.equal(isOwnAddress(address), true, address);
  }
});

test('other addresses and names are not loopback', () => {
  for (const address of ['128.0.0.1', '192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1', 'localhost', '']) {
    assert.equal(isLoopback(address), false, address);
  }
  assert.equal(isOwnAddress('192.0.2.1'), false);
});
