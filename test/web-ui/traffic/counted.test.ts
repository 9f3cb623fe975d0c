import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedNote } from '../../../web-ui/src/traffic/counted.ts';

test('rows that are no exchanges are said to be connections that failed', () => {
  assert.match(failedNote(1), /^1 connection failed before an exchange\. It is a row /);
  assert.match(failedNote(2), /^2 connections failed before an exchange\. They are rows /);
});
