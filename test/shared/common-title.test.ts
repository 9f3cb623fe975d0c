import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonTitle } from '../../src/shared/common-title.ts';

const done = (title: string) => ({ title, state: 'done' as const });
const pending = (title: string) => ({ title, state: 'pending' as const });

test('legs that agree have one title, others both', () => {
  assert.equal(commonTitle([done('A'), done('A')]), 'A');
  assert.equal(commonTitle([done('A'), done('B')]), 'A / B');
  assert.equal(commonTitle([undefined, done('B')]), 'B');
  assert.equal(commonTitle([undefined, undefined]), undefined);
});

test('a leg that has not come to the step has no say, unless no leg has', () => {
  assert.equal(commonTitle([pending('A'), done('B')]), 'B');
  assert.equal(commonTitle([pending('A'), pending('B')]), 'A');
});
