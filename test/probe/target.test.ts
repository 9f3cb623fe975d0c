import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserError } from '../../src/errors.ts';
import { readTarget, serverNameOf } from '../../src/probe/target.ts';

test('a target is a name or an address, with a port or without', () => {
  const rows: readonly (readonly [string, string, number])[] = [
    ['example.test', 'example.test', 443],
    ['example.test:8443', 'example.test', 8443],
    ['127.0.0.1:1', '127.0.0.1', 1],
    ['::1', '::1', 443],
    ['[::1]', '::1', 443],
    ['[2001:db8::1]:65535', '2001:db8::1', 65535],
    ['https://example.test:444/path?q#f', 'example.test', 444],
    ['EXAMPLE.test', 'example.test', 443],
    ['bücher.example', 'xn--bcher-kva.example', 443],
    ['_dmarc.example.test', '_dmarc.example.test', 443],
  ];
  for (const [text, host, port] of rows) assert.deepEqual(readTarget(text), { host, port }, text);
});

test('what is no target is said so', () => {
  for (const text of ['', ' ', 'a b', 'host:', 'host:0', 'host:65536', 'host:x', '[host]:1', '[::1', 'a@b', 'a%zz']) {
    assert.throws(
      () => readTarget(text),
      (error: UserError) => error.code === 'target-invalid',
      text,
    );
  }
});

test('addresses are not sent as a server name, and names without their last dot', () => {
  assert.equal(serverNameOf('127.0.0.1'), undefined);
  assert.equal(serverNameOf('::1'), undefined);
  assert.equal(serverNameOf('example.test.'), 'example.test');
});
