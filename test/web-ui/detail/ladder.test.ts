import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Ladder, LINE, layOut, room } from '../../../web-ui/src/detail/ladder.ts';
import type { LadderEvent } from '../../../web-ui/src/detail/ladder-events.ts';
import fc from '../../support/property.ts';
import { eventOf } from './ladder-samples.ts';

/** Events of both legs, in order of time; pauses from none to minutes. */
const events = fc
  .array(
    fc.record({
      client: fc.boolean(),
      byClient: fc.boolean(),
      pause: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 3, noNaN: true }), fc.integer({ min: 1, max: 600_000 })),
    }),
    { maxLength: 60 },
  )
  .map((list) => {
    let at = 5;
    return list.map(({ client, byClient, pause }, index): LadderEvent => {
      at += pause;
      return eventOf(client ? 'client' : 'server', index + 1, at, byClient ? 'client' : 'server');
    });
  });

const rowsOf = (ladder: Ladder, leg: string) => ladder.rows.filter(({ event }) => event.leg === leg);

describe('layOut', () => {
  it('draws every event once, the later the lower, on both legs', () => {
    fc.assert(
      fc.property(events, (list) => {
        const { rows } = layOut(list);
        assert.deepEqual(
          rows.map(({ event }) => event.key),
          list.map(({ key }) => key),
        );
        for (const [index, row] of rows.entries()) {
          const before = rows[index - 1];
          if (before === undefined) continue;
          assert.ok(row.y >= before.y);
          if (row.event.at > before.event.at) assert.ok(row.y > before.y, 'what is later stands lower');
        }
      }),
    );
  });

  it('overlaps nothing on a leg: neither lines nor waits', () => {
    fc.assert(
      fc.property(events, (list) => {
        const ladder = layOut(list);
        for (const leg of ['client', 'server']) {
          const boxes = [
            ...rowsOf(ladder, leg).map(({ y }) => [y, y + LINE] as const),
            ...ladder.waits.filter((wait) => wait.leg === leg).map(({ top, bottom }) => [top, bottom] as const),
          ].sort((a, b) => a[0] - b[0]);
          for (const [index, [top]] of boxes.entries()) assert.ok(index === 0 || top >= boxes[index - 1]![1]);
        }
        for (const [index, { y }] of ladder.ticks.entries()) {
          assert.ok(index === 0 || y - ladder.ticks[index - 1]!.y >= 16);
        }
      }),
    );
  });

  it('is bounded in height, and holds all it draws', () => {
    fc.assert(
      fc.property(events, (list) => {
        const { rows, height } = layOut(list);
        assert.ok(height <= list.length * 60 + 40);
        for (const { y } of rows) assert.ok(y >= 0 && y + LINE <= height);
      }),
    );
  });

  it('moves nothing when more comes later', () => {
    fc.assert(
      fc.property(events, fc.nat(60), (list, cut) => {
        const part = layOut(list.slice(0, cut));
        const whole = layOut(list);
        assert.deepEqual(whole.rows.slice(0, part.rows.length), part.rows);
        assert.deepEqual(whole.waits.slice(0, part.waits.length), part.waits);
        assert.deepEqual(whole.ticks.slice(0, part.ticks.length), part.ticks);
      }),
    );
  });

  it('calls waits by their length, and says when the other leg was busy', () => {
    const { waits } = layOut([
      eventOf('client', 1, 0),
      eventOf('server', 1, 2),
      eventOf('server', 2, 12, 'server'),
      eventOf('server', 3, 12, 'server'),
      eventOf('client', 2, 12.5, 'server'),
    ]);
    assert.deepEqual(
      waits.map(({ leg, ms, meanwhile }) => [leg, ms, meanwhile]),
      [
        ['server', 10, false],
        ['client', 12.5, true],
      ],
    );
  });

  it('makes one run of neighbours of one step, and says which is the step’s first', () => {
    const at = (n: number, step: number): LadderEvent => ({ ...eventOf('client', n, n), step }) as LadderEvent;
    const { runs } = layOut([at(1, 1), at(2, 5), at(3, 5), at(4, 6), at(5, 5), at(6, 0)]);
    assert.deepEqual(
      runs.map(({ step, first }) => [step, first]),
      [
        [1, true],
        [5, true],
        [6, true],
        [5, false],
      ],
    );
    assert.ok(runs[1]!.bottom - runs[1]!.top >= 2 * LINE);
  });

  it('draws nothing of nothing', () => assert.deepEqual(layOut([]).rows, []));
});

describe('room', () => {
  it('grows with the pause, from nothing to a bound', () => {
    const times = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(fc.property(times, times, (a, b) => a > b || room(a) <= room(b)));
    assert.equal(room(0), 0);
    assert.equal(room(-1), 0);
    assert.equal(room(Number.NaN), 0);
    assert.ok(room(1e12) < 100);
  });
});
