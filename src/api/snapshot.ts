/** The state as summaries, made part by part: connections first, as exchanges are theirs. */
import type { HttpExchange } from '../shared/exchange.ts';
import { type ExchangeSummary, summariseExchange } from '../shared/exchange-summary.ts';
import type { Connection, ConnectionSummary } from '../shared/model.ts';
import type { SessionState } from '../shared/reduce.ts';
import { summariseWithJa4 } from '../shared/summary.ts';

export interface SnapshotPart {
  readonly connections: readonly ConnectionSummary[];
  readonly exchanges?: readonly ExchangeSummary[];
  /** About how many are still to come; 0 when there are none. */
  readonly rest: number;
}

/** Connections of one part: their fingerprints are worked out meanwhile, and the capture waits. */
const MOST_CONNECTIONS = 100;

/** A place in a state that changes meanwhile: what leaves is passed over, and what comes is no part of it. */
export class Snapshot {
  readonly #connections: Ahead<Connection>;
  readonly #exchanges: Ahead<HttpExchange>;
  #rest: number;

  constructor({ connections, exchanges }: Pick<SessionState, 'connections' | 'exchanges'>) {
    this.#connections = new Ahead(connections);
    this.#exchanges = new Ahead(exchanges);
    this.#rest = connections.size + exchanges.size;
  }

  /** @param count of summaries in the part, at most */
  next(count: number): SnapshotPart {
    const connections = this.#connections.take(Math.min(count, MOST_CONNECTIONS)).map(summariseWithJa4);
    const exchanges = this.#connections.isDone
      ? this.#exchanges.take(count - connections.length).map(summariseExchange)
      : [];
    this.#rest -= connections.length + exchanges.length;
    const isDone = this.#connections.isDone && this.#exchanges.isDone;
    return {
      connections,
      ...(exchanges.length > 0 && { exchanges }),
      rest: isDone ? 0 : Math.max(1, this.#rest),
    };
  }
}

/** A walk through those that were there when it began; it knows whether there is more. */
class Ahead<T extends { readonly id: number }> {
  readonly #items: Iterator<T>;
  /** Ids rise in the order of coming. */
  readonly #last: number;
  #next: IteratorResult<T>;

  constructor(items: ReadonlyMap<number, T>) {
    let last = 0;
    for (const id of items.keys()) last = id;
    this.#last = last;
    this.#items = items.values();
    this.#next = this.#items.next();
  }

  get isDone(): boolean {
    return this.#next.done === true || this.#next.value.id > this.#last;
  }

  take(count: number): T[] {
    const taken: T[] = [];
    while (taken.length < count && !this.isDone) {
      taken.push(this.#next.value);
      this.#next = this.#items.next();
    }
    return taken;
  }
}
