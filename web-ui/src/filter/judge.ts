/**
 * A filter over what the page has: verdicts are kept as long as the summaries they were made of, which are replaced and
 * never changed.
 */
import { type Filter, matches } from '../../../src/filter/filter.ts';
import { subjectOfConnection, subjectOfExchange } from '../../../src/filter/subject.ts';
import type { HttpExchange } from '../../../src/shared/exchange.ts';
import type { ExchangeSummary } from '../../../src/shared/exchange-summary.ts';
import type { Connection, ConnectionSummary } from '../../../src/shared/model.ts';

/** What the live stream told, beyond the lists. */
export interface Known {
  readonly connection: (id: number) => Connection | undefined;
  readonly connectionSummary: (id: number) => ConnectionSummary | undefined;
  readonly exchange: (id: number) => HttpExchange | undefined;
}

/** Says of each row whether it is let through. */
export interface ListJudge {
  readonly connection: (summary: ConnectionSummary) => boolean;
  readonly exchange: (summary: ExchangeSummary) => boolean;
}

export class Judge implements ListJudge {
  readonly #filter: Filter;
  readonly #known: Known;
  readonly #connections = new WeakMap<ConnectionSummary, boolean>();
  readonly #exchanges = new WeakMap<ExchangeSummary, { on: ConnectionSummary | undefined; verdict: boolean }>();

  constructor(filter: Filter, known: Known) {
    this.#filter = filter;
    this.#known = known;
  }

  readonly connection = (summary: ConnectionSummary): boolean => {
    let verdict = this.#connections.get(summary);
    if (verdict === undefined) {
      verdict = matches(this.#filter, subjectOfConnection(summary, { connection: this.#known.connection }));
      this.#connections.set(summary, verdict);
    }
    return verdict;
  };

  readonly exchange = (summary: ExchangeSummary): boolean => {
    const on = this.#known.connectionSummary(summary.conn);
    const made = this.#exchanges.get(summary);
    if (made && made.on === on) return made.verdict;
    const exchange = this.#known.exchange(summary.id);
    if (exchange === undefined) return false;
    const verdict = matches(this.#filter, subjectOfExchange(exchange, on, { connection: this.#known.connection }));
    this.#exchanges.set(summary, { on, verdict });
    return verdict;
  };
}
