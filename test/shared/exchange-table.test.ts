import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpExchange } from '../../src/shared/exchange.ts';
import { ExchangeTable } from '../../src/shared/exchange-table.ts';
import { isThin } from '../../src/shared/thin.ts';
import fc from '../support/property.ts';

const NOTHING = { size: 0, wireBytes: 0, kept: 0 };
const MAX = 6;

function exchangeOf(id: number, conn: number): HttpExchange {
  const body = { ...NOTHING, type: '', encoding: '' };
  return {
    ...{ id, conn, stream: id, protocol: 'HTTP/2', scheme: 'https', authority: 'origin.test' },
    request: { method: 'GET', target: '/', headers: [], trailers: [], headBytes: 9, body },
    informational: [],
    at: { started: id },
    outcome: { state: 'open' },
    issues: [],
  };
}

interface Expected {
  readonly id: number;
  readonly conn: number;
  readonly first: number;
  over: boolean;
  thin: boolean;
  /** Of its end, or of the gap that may have hidden it; 0 for neither. */
  last: number;
}

/** The same by walks through one list. */
class Model {
  all: Expected[] = [];
  #leaving: Expected[] = [];
  readonly #keepsSummaries: boolean;

  constructor(keepsSummaries: boolean) {
    this.#keepsSummaries = keepsSummaries;
  }

  open(id: number, conn: number, first: number): void {
    this.all.push({ id, conn, first, over: false, thin: false, last: 0 });
    this.#trim();
  }

  finish(id: number, seq: number): void {
    const one = this.all.find((each) => each.id === id);
    if (one === undefined || one.over) return;
    one.over = true;
    this.#leaving = this.#leaving.filter((each) => each !== one);
    this.#mayLeave(one, seq);
    this.#trim();
  }

  gap(seq: number): void {
    for (const one of this.all) if (one.last === 0) this.#mayLeave(one, seq);
  }

  before(seq: number): void {
    const told = ({ last }: Expected) => last > 0 && last < seq;
    // What a gap hid the end of is not over, and has no summary to leave.
    this.remove((one) => told(one) && !(this.#keepsSummaries && one.over));
    for (const one of this.all) if (told(one)) one.thin = true;
  }

  remove(isMeant: (one: Expected) => boolean): void {
    this.all = this.all.filter((one) => !isMeant(one));
    this.#leaving = this.#leaving.filter((one) => !isMeant(one));
  }

  #mayLeave(one: Expected, seq: number): void {
    one.last = seq;
    this.#leaving.push(one);
  }

  #trim(): void {
    while (this.all.length > MAX && this.#leaving.length > 0) {
      const [oldest] = this.#leaving;
      this.remove((one) => one === oldest);
    }
  }
}

const steps = fc.array(
  fc.record({
    what: fc.constantFrom('open', 'open', 'open', 'finish', 'finish', 'gap', 'before', 'forget', 'connection'),
    pick: fc.nat(11),
  }),
  { maxLength: 60 },
);

test('whatever comes and leaves, the lists hold what is there, in order', () => {
  fc.assert(
    fc.property(steps, fc.boolean(), (taken, keepsSummaries) => {
      const forgotten: number[] = [];
      const table = new ExchangeTable(MAX, (id) => forgotten.push(id), keepsSummaries);
      const model = new Model(keepsSummaries);
      let [seq, ids] = [0, 0];
      for (const { what, pick } of taken) {
        seq++;
        const id = Math.max(1, ids - pick);
        const conn = pick % 3;
        if (what === 'open') {
          const exchange = exchangeOf(++ids, conn);
          table.open({ type: 'http.requested', seq, t: seq, conn, exchange });
          model.open(ids, conn, seq);
        } else if (what === 'finish') {
          const times = { requested: seq, ended: seq };
          const request = { ...NOTHING, trailers: [] };
          const end = { outcome: { state: 'finished' as const }, times, request, issues: [] };
          table.change({ type: 'http.finished', seq, t: seq, conn, exchange: id, ...end });
          model.finish(id, seq);
        } else if (what === 'gap') {
          table.noteGap(seq);
          model.gap(seq);
        } else if (what === 'before') {
          const before = Math.max(1, seq - pick);
          table.forgetBefore(before);
          model.before(before);
        } else if (what === 'forget') {
          table.forget(id);
          model.remove((one) => one.id === id);
        } else {
          table.forgetConnection(conn);
          model.remove((one) => one.conn === conn);
        }
        assert.deepEqual(
          [...table.all.keys()],
          model.all.map((one) => one.id),
        );
        for (const each of [0, 1, 2])
          assert.deepEqual(
            table.of(each).map((exchange) => exchange.id),
            model.all.filter((one) => one.conn === each).map((one) => one.id),
          );
        for (const { id, first, thin, last } of model.all) {
          assert.deepEqual(table.rangeOf(id), last > 0 ? [first, last] : undefined);
          assert.equal(isThin(table.all.get(id)!), thin);
        }
      }
      assert.equal(new Set(forgotten).size, ids - model.all.length);
    }),
  );
});
