import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeaderPair } from '../../../../src/shared/exchange.ts';
import type { HeaderList } from '../../../../src/wire/http/hpack/decoder.ts';
import { HeadReader, readRequest } from '../../../../src/wire/http/http2/heads.ts';

const GET: readonly HeaderPair[] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', 'origin.test'],
  [':path', '/'],
];

const listOf = (pairs: readonly HeaderPair[], more: Partial<HeaderList> = {}): HeaderList => ({
  pairs,
  left: 0,
  ...more,
});

test('a head that repeats the one before is the same object', () => {
  const heads = new HeadReader(readRequest);
  const first = heads.read(listOf(GET), 20);
  assert.equal(heads.read(listOf(GET), 20), first);
  assert.equal(first.head.target, '/');
});

test('a head with another list, in other bytes, or of which more is known, is another', () => {
  const heads = new HeadReader(readRequest);
  const first = heads.read(listOf(GET), 20);
  const post: readonly HeaderPair[] = [[':method', 'POST'], ...GET.slice(1)];
  assert.equal(heads.read(listOf(post), 20).head.method, 'POST');
  assert.equal(heads.read(listOf(GET), 20).head.method, 'GET');
  assert.equal(heads.read(listOf(GET), 41).head.wireBytes, 41);
  assert.deepEqual(heads.read(listOf(GET, { neverIndexed: [3] }), 41).head.neverIndexed, [3]);
  assert.match(heads.read(listOf(GET, { left: 2 }), 41).head.issues[0]!.text, /2 fields more/);
  assert.deepEqual(heads.read(listOf(GET), 20), first);
});
