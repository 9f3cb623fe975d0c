import assert from 'node:assert/strict';
import { test } from 'node:test';
import { protocolNameList } from '../../src/proxy/alpn-names.ts';

test('each name has its length before it, and a byte a character', () => {
  assert.deepEqual(protocolNameList(['h2', '\xfa\xfa']), Buffer.from('02683202fafa', 'hex'));
  const longest = protocolNameList(['\xff'.repeat(255)]);
  assert.deepEqual([longest.length, longest[0], longest[255]], [256, 255, 255]);
});

test('what cannot be sent is left out', () => {
  assert.equal(protocolNameList(['', 'a'.repeat(256)]).length, 0);
});
