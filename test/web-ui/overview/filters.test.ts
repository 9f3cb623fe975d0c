import assert from 'node:assert/strict';
import { test } from 'node:test';
import { both, isOther, isValue, narrowed } from '../../../web-ui/src/overview/filters.ts';

test('a part narrows what the box says, in the normal form', () => {
  assert.equal(narrowed('', isValue('leg.client.alpn', 'h2')!), 'leg.client.alpn = h2');
  assert.equal(narrowed('failed or  open', 'host = "a"'), '(failed or open) and host = a');
  assert.equal(narrowed('x', 'status < 100 or status >= 600'), 'x and (status < 100 or status >= 600)');
  assert.equal(narrowed(`host = "${'x'.repeat(4000)}"`, isValue('host', 'y'.repeat(200))!), undefined);
});

test('values are taken as they are, and what is too long has no filter', () => {
  assert.equal(narrowed('', isValue('alpn', 'a"*\\')!), 'alpn = "a\\"*\\\\"');
  assert.equal(isOther('host', []), 'host exists');
  assert.equal(narrowed('', isOther('host', ['a.test', 'b c'])!), 'host exists and not host in (a.test, "b c")');
  assert.equal(isValue('host', 'x'.repeat(400)), undefined);
  assert.equal(both('failed', isOther('host', ['x'.repeat(400)])), undefined);
});
