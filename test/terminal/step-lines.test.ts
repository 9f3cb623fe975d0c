import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Leg } from '../../src/shared/model.ts';
import { stepLines } from '../../src/terminal/step-lines.ts';

test('what a step took is said where it has more than one message', () => {
  const cost = (messages: readonly number[]) => {
    const step = { n: 1, state: 'done', text: 'It went.', decided: [], messages, bytes: 127, duration: 3.72 };
    return stepLines({ tls: { messages: [], steps: [step] } } as unknown as Leg, 1, 0, 100, true).at(-1)?.text;
  };
  assert.equal(cost([1]), '127 B on the wire');
  assert.equal(cost([1, 2]), '127 B on the wire; 3.7 ms from the first to the last message');
});
