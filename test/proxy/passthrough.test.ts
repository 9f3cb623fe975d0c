import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Passthrough } from '../../src/proxy/passthrough.ts';

test('what was added is let pass beside what was configured, until it is removed', () => {
  const hosts = new Passthrough(['*.bank.test']);
  assert.equal(hosts.reasonFor('a.test', 443), undefined);
  assert.equal(hosts.change(['a.test', 'b.test:8443'], []), true);
  assert.deepEqual(hosts.added, ['a.test', 'b.test:8443']);
  assert.equal(hosts.reasonFor('A.test', 443), 'passthrough a.test, set on the dashboard');
  assert.equal(hosts.reasonFor('b.test', 443), undefined);
  assert.equal(hosts.reasonFor('b.test', 8443), 'passthrough b.test:8443, set on the dashboard');
  assert.equal(hosts.reasonFor('www.bank.test', 443), '--passthrough *.bank.test');
  assert.equal(hosts.change([], ['a.test']), true);
  assert.equal(hosts.reasonFor('a.test', 443), undefined);
  assert.deepEqual(hosts.configured, ['*.bank.test']);
});

test('says whether a change changed anything', () => {
  const hosts = new Passthrough(['*.bank.test']);
  assert.equal(hosts.change(['*.bank.test'], ['never.test']), false);
  assert.equal(hosts.change(['a.test'], []), true);
  assert.equal(hosts.change(['a.test'], []), false);
  assert.equal(hosts.change(['b.test'], ['a.test']), true);
  assert.deepEqual(hosts.added, ['b.test']);
});
