import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '../../../src/shared/events.ts';
import type { ConnectionSummary } from '../../../src/shared/model.ts';
import { SessionState } from '../../../src/shared/reduce.ts';
import { summarise } from '../../../src/shared/summary.ts';
import { after, Sightings, seenOf, type Verdict } from '../../../web-ui/src/setup/seen.ts';
import { COURSES, sampleConnection } from '../../support/sample-events.ts';

/** The list after these facts. */
function linesOf(facts: readonly Fact[]): ConnectionSummary[] {
  const state = new SessionState();
  facts.forEach((fact, index) => {
    state.apply({ ...fact, seq: index + 1, t: index });
  });
  return [...state.connections.values()].map(summarise);
}

const line = (id: number, changes: Partial<ConnectionSummary> = {}): ConnectionSummary => ({
  id,
  openedAt: id,
  from: { address: '192.0.2.9', port: 40_000 + id },
  legs: {},
  ...changes,
});

test('each course of a connection says what it says of the client', () => {
  const verdicts = linesOf(COURSES.flatMap((course, index) => sampleConnection(index + 1, course))).map(
    (each) => seenOf(each).verdict,
  );
  assert.deepEqual(Object.fromEntries(COURSES.map((course, index) => [course, verdicts[index]])), {
    intercepted: 'trusted',
    'refused-by-client': 'not-trusted',
    'dial-failed': 'failed',
    tunnelled: 'untouched',
    'left-open': 'trusted',
  } satisfies Record<(typeof COURSES)[number], Verdict>);
});

test('while a connection goes on it is under way, and then what it became', () => {
  const facts = sampleConnection(1);
  const verdicts = facts.map((_, index) => seenOf(linesOf(facts.slice(0, index + 1))[0]!).verdict);
  assert.equal(verdicts[0], 'under-way');
  assert.equal(verdicts.at(-1), 'trusted');
  assert.deepEqual([...new Set(verdicts)], ['under-way', 'trusted']);
});

test('only what the client refuses for its certificate is distrust', () => {
  const failed = (cause: 'ca-not-trusted-by-client' | 'pinning-suspected' | 'no-common-version') =>
    seenOf(
      line(1, {
        legs: {
          client: {
            state: 'failed',
            bytes: { sent: 0, received: 0 },
            failure: { stage: 'certificate', by: 'peer', cause, text: 'Why.', remedy: 'What to do.' },
          },
        },
      }),
    );
  assert.equal(failed('ca-not-trusted-by-client').verdict, 'not-trusted');
  assert.equal(failed('pinning-suspected').verdict, 'not-trusted');
  assert.deepEqual(
    [failed('no-common-version').verdict, failed('no-common-version').why, failed('no-common-version').remedy],
    ['failed', 'Why.', 'What to do.'],
  );
});

test('the proxy’s own page, plain HTTP and what was refused are told apart', () => {
  const decided = (action: 'serve' | 'forward' | 'refuse') =>
    seenOf(line(1, { decision: { action, reason: 'Because.' } }));
  assert.equal(decided('serve').verdict, 'reached');
  assert.equal(decided('forward').verdict, 'no-tls');
  assert.deepEqual([decided('refuse').verdict, decided('refuse').why], ['failed', 'Because.']);
});

/** A connection from this address that says nothing, of trust, or against it. */
const from = (id: number, address: string, says: 'nothing' | 'trusted' | 'not-trusted' = 'nothing') =>
  line(id, {
    from: { address, port: 1 },
    legs:
      says === 'nothing'
        ? {}
        : {
            client: {
              state: says === 'trusted' ? 'established' : 'failed',
              bytes: { sent: 0, received: 0 },
              ...(says === 'not-trusted' && {
                failure: { stage: 'certificate', by: 'peer', cause: 'ca-not-trusted-by-client', text: 'Why.' },
              }),
            },
          },
  });

test('an address says of trust what its newest connection that knows says', () => {
  const sightings = new Sightings();
  const told = () => sightings.sources().map(({ address, connections, newest }) => [address, connections, newest.conn]);
  assert.deepEqual(told(), []);
  const lines = [from(1, 'a', 'not-trusted'), from(2, 'b'), from(3, 'a', 'trusted'), from(4, 'a'), from(5, 'a')];
  for (const each of lines) sightings.renew(each.id, each);
  assert.deepEqual(told(), [
    ['a', 4, 3],
    ['b', 1, 2],
  ]);
  assert.deepEqual(
    sightings.newest('a', 3).map(({ conn }) => conn),
    [5, 4, 3],
  );
  sightings.renew(2, from(2, 'b', 'trusted'));
  sightings.renew(3, undefined);
  sightings.renew(9, undefined);
  assert.deepEqual(told(), [
    ['a', 3, 1],
    ['b', 1, 2],
  ]);
  for (const id of [1, 4, 5]) sightings.renew(id, undefined);
  assert.deepEqual(told(), [['b', 1, 2]]);
  assert.deepEqual(sightings.newest('a', 3), []);
});

test('only what came after counts; a proxy that was started again begins anew', () => {
  const lines = [2, 3, 5, 8].map((id) => line(id));
  const ids = (id: number) => after(lines, id).map((each) => each.id);
  assert.deepEqual(ids(0), [2, 3, 5, 8]);
  assert.deepEqual(ids(3), [5, 8]);
  assert.deepEqual(ids(4), [5, 8]);
  assert.deepEqual(ids(8), []);
  assert.deepEqual(ids(20), [2, 3, 5, 8]);
  assert.deepEqual(after([], 3), []);
});
