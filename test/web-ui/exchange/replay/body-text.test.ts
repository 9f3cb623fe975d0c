import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BodyFacts } from '../../../../src/shared/exchange.ts';
import { bodyText, refusedUnread } from '../../../../web-ui/src/exchange/replay/body-text.ts';

const facts = (size: number, kept = size): BodyFacts => ({ size, wireBytes: size, kept, type: '', encoding: '' });
const read = (content: string | Uint8Array, { more = false, note = '' } = {}) =>
  ({ kind: 'ok', answer: { bytes: new Uint8Array(Buffer.from(content)), more, note } }) as const;

test('a body that is here whole can be edited', () => {
  assert.deepEqual(bodyText(facts(2), read('aé')), { text: 'aé' });
  assert.deepEqual(bodyText(facts(0), read('')), { text: '' });
  assert.deepEqual(bodyText(facts(4), read('\ufeffa')), { text: '\ufeffa' });
  assert.equal(refusedUnread(facts(9)), undefined);
});

test('a body that is not here whole, as it was, cannot', () => {
  assert.match(refusedUnread(facts(9, 0))!.problem, /^None of this body's 9 B is kept/);
  assert.match(refusedUnread(facts(9, 4))!.problem, /^Only the first 4 B of this body's 9 B are kept/);
  const problem = (of: ReturnType<typeof bodyText>) => ('problem' in of ? of.problem : undefined);
  assert.match(problem(bodyText(facts(9, 4), read('abcd')))!, /^Only the first 4 B/);
  const note = 'Its gzip content is damaged.';
  assert.match(problem(bodyText(facts(9), read('abcd', { note })))!, /cannot be edited\. Its gzip/);
  assert.match(problem(bodyText(facts(9), read('abcd', { more: true })))!, /^Only bodies up to/);
  assert.match(problem(bodyText(facts(1), read(new Uint8Array([0xff]))))!, /is no text/);
  assert.equal(problem(bodyText(facts(1), { kind: 'error', text: 'Gone.' })), 'Gone.');
});
