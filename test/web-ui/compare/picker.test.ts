import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectionSummary } from '../../../src/shared/model.ts';
import { choicesOf, MOST, suggestionFor } from '../../../web-ui/src/compare/picker.ts';
import { failureWith, headlineWith, summaryWith } from '../summaries.ts';

const good = (id: number, host = 'a.test'): ConnectionSummary =>
  summaryWith({
    id,
    intent: { how: 'connect', host, port: 443 },
    legs: { client: headlineWith(), server: headlineWith() },
  });
const bad = (id: number, host = 'a.test'): ConnectionSummary =>
  summaryWith({
    id,
    intent: { how: 'connect', host, port: 443 },
    legs: { server: headlineWith({ state: 'failed', failure: failureWith() }) },
  });
const ids = (choices: readonly { readonly id: number }[]) => choices.map(({ id }) => id);

const ALL = [good(1), bad(2, 'b.test'), good(3), good(4, 'b.test'), bad(5)];

describe('choices', () => {
  it('are the newest first, without what stands on the other side', () => {
    assert.deepEqual(ids(choicesOf(ALL, '', undefined)), [5, 4, 3, 2, 1]);
    assert.deepEqual(ids(choicesOf(ALL, 'b.test', ALL[3])), [2]);
  });

  it('are found by number, host, outcome and reason, all words together', () => {
    assert.deepEqual(ids(choicesOf(ALL, '#4', undefined)), [4]);
    assert.deepEqual(ids(choicesOf(ALL, 'A.TEST failed', undefined)), [5]);
    assert.deepEqual(ids(choicesOf(ALL, 'expired b.test', undefined)), [2]);
    assert.deepEqual(choicesOf(ALL, 'nowhere', undefined), []);
  });

  it('begin with the latest good one for one that failed, and the other way round', () => {
    const [first, ...others] = choicesOf(ALL, '', ALL[4]);
    assert.deepEqual([first?.id, first?.suggested], [3, 'the latest to this host that was established']);
    assert.deepEqual(ids(others), [4, 2, 1]);
    assert.equal(suggestionFor(ALL, ALL[3]!)?.id, 2);
    assert.equal(suggestionFor([good(1)], good(1)), undefined);
    const otherPort = summaryWith({ ...bad(8), intent: { how: 'connect', host: 'a.test', port: 8443 } });
    assert.equal(suggestionFor(ALL, otherPort)?.id, 3);
    assert.equal(suggestionFor([...ALL, good(6, 'c.test')], bad(7, 'c.test'))?.id, 6);
    assert.equal(suggestionFor(ALL, summaryWith({ id: 9, intent: { how: 'tls', host: '', port: 0 } })), undefined);
  });

  it('are bounded', () => {
    const many = Array.from({ length: 1000 }, (_, index) => good(index + 1));
    assert.equal(choicesOf(many, '', undefined).length, MOST);
    assert.deepEqual(ids(choicesOf(many, '#77', undefined)), [779, 778, 777, 776, 775, 774, 773, 772, 771, 770, 77]);
  });
});
