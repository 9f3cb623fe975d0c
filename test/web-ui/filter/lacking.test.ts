import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilter } from '../../../src/filter/filter.ts';
import { lackingNote } from '../../../web-ui/src/filter/lacking.ts';

function note(text: string): string {
  const parsed = parseFilter(text);
  assert.ok(parsed.ok, text);
  return lackingNote(parsed.filter.expression);
}

test('nothing is said of a filter that the lists can answer', () => {
  for (const text of [
    '',
    'word',
    'status >= 400 or not failed',
    'tls.version < 1.3',
    'differs',
    'leg.client.alert = x',
  ]) {
    assert.equal(note(text), '', text);
  }
});

test('fields that the lists lack are named once, by how they lack them', () => {
  assert.match(note('finding(weak-*) or not (body contains a and finding)'), /^finding, body are not in the lists/);
  assert.match(note('response.body contains x'), /^response\.body is not in the lists/);
  const live = /are known only of what happened while this page was open\.$/;
  assert.match(note('ja4 = t13* header[host] exists differs(alpn)'), live);
  assert.match(note('resumed'), /^resumed is known only/);
  assert.match(note('finding exists ja3 exists'), /^finding is not .* ja3 is known only/);
});
