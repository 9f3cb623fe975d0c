import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAuthorityForm, originForm } from '../../src/shared/origin-form.ts';

test('of an absolute target the path and query stay; any other is as it was', () => {
  for (const [target, form] of [
    ['http://a.test/b?c=http://d/', '/b?c=http://d/'],
    ['HTTPS://a.test:8443', '/'],
    ['ws+x://a.test?q', '/?q'],
    ['/b?u=http://a.test/', '/b?u=http://a.test/'],
    ['*', '*'],
    ['a.test:443', 'a.test:443'],
  ] as const) {
    assert.equal(originForm(target), form);
  }
});

test('only the CONNECT of a proxy names an authority', () => {
  assert.equal(isAuthorityForm({ method: 'CONNECT', target: 'a.test:443' }), true);
  assert.equal(isAuthorityForm({ method: 'CONNECT', target: '/chat' }), false);
  assert.equal(isAuthorityForm({ method: 'GET', target: 'a.test:443' }), false);
});
