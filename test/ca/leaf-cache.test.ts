import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { IssuedLeaf } from '../../src/ca/leaf.ts';
import { LeafCache } from '../../src/ca/leaf-cache.ts';

/** Issues numbered leaves that are to be renewed at `renewAt`. */
function issuer(renewAt = Number.POSITIVE_INFINITY) {
  let issued = 0;
  const issue = async (): Promise<IssuedLeaf> => {
    issued++;
    const leaf = { id: String(issued), certificatePem: '', privateKeyPem: '', names: [], key: 'EC P-256' as const };
    return { leaf, renewAt };
  };
  return { issue, count: () => issued };
}

describe('LeafCache', () => {
  it('issues once and says so', async () => {
    const cache = new LeafCache(10, () => 0);
    const { issue, count } = issuer();
    const first = await cache.get('a', issue);
    const second = await cache.get('a', issue);
    assert.deepEqual([first.id, first.cached], ['1', false]);
    assert.deepEqual([second.id, second.cached], ['1', true]);
    assert.equal(count(), 1);
  });

  it('shares one issue among calls that come meanwhile', async () => {
    const cache = new LeafCache(10, () => 0);
    const { issue, count } = issuer();
    const leaves = await Promise.all([1, 2, 3, 4].map(() => cache.get('a', issue)));
    assert.equal(count(), 1);
    assert.deepEqual(
      leaves.map((leaf) => leaf.cached),
      [false, true, true, true],
    );
  });

  it('lets the one go that was not asked for the longest', async () => {
    const cache = new LeafCache(2, () => 0);
    const { issue, count } = issuer();
    await cache.get('a', issue);
    await cache.get('b', issue);
    await cache.get('a', issue);
    await cache.get('c', issue);
    assert.equal(count(), 3);
    assert.equal((await cache.get('a', issue)).cached, true);
    assert.equal((await cache.get('c', issue)).cached, true);
    assert.equal((await cache.get('b', issue)).cached, false);
  });

  it('issues anew when the time has come', async () => {
    let now = 0;
    const cache = new LeafCache(10, () => now);
    const { issue } = issuer(1000);
    await cache.get('a', issue);
    now = 999;
    assert.equal((await cache.get('a', issue)).cached, true);
    now = 1000;
    const renewed = await cache.get('a', issue);
    assert.deepEqual([renewed.id, renewed.cached], ['2', false]);
  });

  it('tells all that waited of a failure, and tries again at the next call', async () => {
    const cache = new LeafCache(10, () => 0);
    const failing = () => Promise.reject(new Error('no luck'));
    const outcomes = await Promise.allSettled([cache.get('a', failing), cache.get('a', failing)]);
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['rejected', 'rejected'],
    );
    assert.equal((await cache.get('a', issuer().issue)).cached, false);
  });
});
