import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alignDerivations, longestChain } from '../../../web-ui/src/detail/schedule.ts';
import { derivationStep as step } from '../detailed.ts';

describe('alignDerivations', () => {
  const rows = (client: string[], server: string[]) =>
    alignDerivations(
      client.map((name) => step(name)),
      server.map((name) => step(name)),
    ).map((row) => [row.client?.name, row.server?.name]);

  it('puts the same secret on one line', () => {
    assert.deepEqual(rows(['a', 'b'], ['a', 'b']), [
      ['a', 'a'],
      ['b', 'b'],
    ]);
  });

  it('gives what one leg alone has a line of its own, in order', () => {
    assert.deepEqual(rows(['a', 'x', 'c'], ['a', 'b', 'c', 'd']), [
      ['a', 'a'],
      ['x', undefined],
      [undefined, 'b'],
      ['c', 'c'],
      [undefined, 'd'],
    ]);
    assert.deepEqual(rows([], ['a']), [[undefined, 'a']]);
  });

  it('loses none when the legs have them in another order', () => {
    assert.deepEqual(rows(['a', 'b'], ['b', 'a']), [
      [undefined, 'b'],
      ['a', 'a'],
      ['b', undefined],
    ]);
  });
});

describe('longestChain', () => {
  it('goes from the first secret to a last key', () => {
    const steps = [
      step('pre-master secret', ['client share']),
      step('master secret', ['pre-master secret', 'session hash']),
      step('key block', ['master secret', 'server random']),
      step('client write key', ['key block']),
      step('server write key', ['key block']),
      step('verify_data', ['master secret']),
    ];
    assert.deepEqual(longestChain(steps), ['pre-master secret', 'master secret', 'key block', 'client write key']);
  });

  it('ends on steps that are made of themselves or of each other', () => {
    assert.deepEqual(longestChain([step('a', ['b']), step('b', ['a'])]), ['a', 'b']);
    assert.deepEqual(longestChain([step('a', ['a'])]), ['a']);
    assert.deepEqual(longestChain([]), []);
  });
});
