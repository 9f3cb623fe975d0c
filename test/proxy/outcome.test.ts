import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientGone } from '../../src/proxy/client-gone.ts';
import { Outcome } from '../../src/proxy/outcome.ts';

test('the first end counts, and the others are let go', async () => {
  const outcome = new Outcome<string>();
  const letGo: string[] = [];
  outcome.afterwards(() => letGo.push('early'));
  outcome.after(5, () => outcome.settle(() => 'late'));
  outcome.settle(() => 'first');
  outcome.settle(() => assert.fail('made though not the first'));
  outcome.afterwards(() => letGo.push('after the fact'));
  assert.equal(await outcome.promise, 'first');
  await new Promise((passed) => setTimeout(passed, 10));
  assert.deepEqual(letGo, ['early', 'after the fact']);
});

test('an end that has come before anybody watched for it', async () => {
  const gone = new ClientGone();
  gone.tell();
  const outcome = new Outcome<string>();
  outcome.afterwards(gone.on(() => outcome.settle(() => 'gone')));
  assert.equal(await outcome.promise, 'gone');
});

test('a client is gone once', () => {
  const gone = new ClientGone();
  let told = 0;
  gone.on(() => told++);
  const takeBack = gone.on(() => assert.fail('taken back'));
  takeBack();
  gone.tell();
  gone.tell();
  assert.equal(gone.happened, true);
  assert.equal(told, 1);
});
