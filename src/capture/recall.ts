/**
 * Connections and exchanges whole, also those of which memory holds the summary alone: they are read from the session's
 * file then. What cannot be read there is given as it is here.
 */
import type { HttpExchange } from '../shared/exchange.ts';
import type { Connection } from '../shared/model.ts';
import { isThin } from '../shared/thin.ts';
import type { LiveState } from './session-state.ts';

/** The session's file. */
export interface RecallStore {
  connection(id: number): Promise<Connection | undefined>;
  exchange(
    of: Pick<HttpExchange, 'id' | 'conn'>,
    range: readonly [first: number, last: number],
  ): Promise<HttpExchange | undefined>;
}

/** Connections that are kept for those who ask for their exchanges one after the other. */
const RECENT = 8;

export class Recall {
  readonly #state: LiveState;
  readonly #store: RecallStore | undefined;
  readonly #recent = new Map<number, Promise<Connection | undefined>>();

  /** @param store none where nothing is stored, or all is in memory */
  constructor(state: LiveState, store?: RecallStore) {
    this.#state = state;
    this.#store = store;
  }

  async connection(connection: Connection): Promise<Connection> {
    if (this.#store === undefined || !isThin(connection)) return connection;
    const { id } = connection;
    const found = this.#recent.get(id) ?? this.#store.connection(id).catch(() => undefined);
    this.#recent.delete(id);
    this.#recent.set(id, found);
    if (this.#recent.size > RECENT) this.#recent.delete(this.#recent.keys().next().value!);
    return (await found) ?? connection;
  }

  async exchange(exchange: HttpExchange): Promise<HttpExchange> {
    const range = isThin(exchange) ? this.#state.current().rangeOfExchange(exchange.id) : undefined;
    if (this.#store === undefined || range === undefined) return exchange;
    return (await this.#store.exchange(exchange, range).catch(() => undefined)) ?? exchange;
  }

  /** Keeps nothing of what was deleted. */
  forget(): void {
    this.#recent.clear();
  }
}
