import assert from 'node:assert/strict';
import { test } from 'node:test';
import { titleOfLegs } from '../../src/shared/title-of-legs.ts';

const done = (title: string) => ({ title, state: 'done' as const });
const pending = (title: string) => ({ title, state: 'pending' as const });

test('legs that agree have one title, others both', () => {
  assert.equal(titleOfLegs([done('A'), done('A')]), 'A');
  assert.equal(titleOfLegs([done('A'), done('B')]), 'A / B');
  assert.equal(titleOfLegs([undefined, done('B')]), 'B');
  assert.equal(titleOfLegs([undefined, undefined]), undefined);
});

test('a leg that has not come to the step has no say, unless no leg has', () => {
  assert.equal(titleOfLegs([pending('A'), done('B')]), 'B');
  assert.equal(titleOfLegs([pending('A'), pending('B')]), 'A');
});
