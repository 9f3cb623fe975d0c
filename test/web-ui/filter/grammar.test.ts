import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIELDS } from '../../../src/filter/fields.ts';
import { parseFilter } from '../../../src/filter/filter.ts';
import { fieldsFor, KINDS, RULES } from '../../../web-ui/src/filter/grammar.ts';

test('every example that the page explains the language with is a filter', () => {
  for (const text of [...RULES.map(([example]) => example), ...FIELDS.map(({ example }) => example)]) {
    assert.ok(parseFilter(text).ok, text);
  }
});

test('every kind of field has its words', () => {
  for (const { kind } of FIELDS) assert.ok(KINDS[kind]);
});

test('fields are found by all words of name, sense and example', () => {
  assert.equal(fieldsFor(' ').length, FIELDS.length);
  assert.deepEqual(
    fieldsFor('REQUEST method').map(({ name }) => name),
    ['method'],
  );
  assert.deepEqual(fieldsFor('no such field'), []);
});
