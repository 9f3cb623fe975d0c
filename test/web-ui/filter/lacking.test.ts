import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilter } from '../../../src/filter/filter.ts';
import { lackingFields } from '../../../web-ui/src/filter/lacking.ts';

function lacking(text: string): readonly string[] {
  const parsed = parseFilter(text);
  assert.ok(parsed.ok, text);
  return lackingFields(parsed.filter.expression);
}

test('nothing is lacking to a filter that the lists can answer', () => {
  for (const text of [
    '',
    'word',
    'status >= 400 or not failed',
    'tls.version < 1.3',
    'differs',
    'leg.client.alert = x',
  ]) {
    assert.deepEqual(lacking(text), [], text);
  }
});

test('fields that the lists lack are named once', () => {
  assert.deepEqual(lacking('finding(weak-*) or not (body contains a and finding)'), ['finding', 'body']);
  assert.deepEqual(lacking('response.body contains x status = 200'), ['response.body']);
  assert.deepEqual(lacking('ja4 = t13* header[host] exists differs(alpn)'), ['ja4', 'header', 'differs']);
  assert.deepEqual(lacking('resumed'), ['resumed']);
});
