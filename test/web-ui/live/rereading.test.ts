import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rereading } from '../../../web-ui/src/live/rereading.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A reader whose clock stands, and whose answers come when they are told to. */
function slow() {
  let now = 0;
  const waits: { act: () => void; ms: number }[] = [];
  const reads: { name: string; signal: AbortSignal; answer: () => void }[] = [];
  const rereading = new Rereading({ now: () => now, later: (act, ms) => waits.push({ act, ms }) });
  const request = (name: string) =>
    rereading.request((signal) => new Promise((answer) => reads.push({ name, signal, answer })));
  const answer = async (took: number) => {
    now += took;
    reads.at(-1)!.answer();
    await settled();
  };
  return { rereading, waits, reads, request, answer };
}

test('what grows faster than it is read is shown all the same, and read once more', async () => {
  const { reads, waits, request, answer } = slow();
  for (const name of ['a', 'b', 'c']) request(name);
  assert.deepEqual(
    reads.map(({ name, signal }) => [name, signal.aborted]),
    [['a', false]],
  );
  await answer(900);
  request('d');
  assert.equal(reads.length, 1);
  // Half of the time at most is spent reading.
  assert.deepEqual(
    waits.map(({ ms }) => ms),
    [900],
  );
  waits.shift()!.act();
  assert.equal(reads.at(-1)!.name, 'd');
  await answer(1);
  assert.equal(waits[0]!.ms, 120);
  waits.shift()!.act();
  assert.equal(reads.length, 2);
  request('e');
  assert.equal(reads.length, 3);
});

test('what is stopped is aborted, and what waited is not read', async () => {
  const { rereading, reads, waits, request, answer } = slow();
  request('a');
  request('b');
  rereading.stop();
  assert.equal(reads[0]!.signal.aborted, true);
  await answer(1);
  assert.equal(waits.length, 0);
  request('c');
  assert.equal(reads.at(-1)!.name, 'c');
  await answer(1);
  rereading.stop();
  request('d');
  waits.shift()!.act();
  assert.deepEqual(
    reads.map(({ name }) => name),
    ['a', 'c', 'd'],
  );
});
