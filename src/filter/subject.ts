/**
 * What a filter judges: a connection, or an exchange with the connection that carried it. What costs something is behind
 * a method and asked for only by a filter that says so in `needs`.
 */
import type { HttpExchange } from '../shared/exchange.ts';
import type { Connection, ConnectionSummary, Finding } from '../shared/model.ts';
import { summarise } from '../shared/summary.ts';

export type BodySide = 'request' | 'response';

export interface FilterSubject {
  /** Absent when an exchange came without its connection, as in an imported file. */
  readonly summary?: ConnectionSummary | undefined;
  /** Absent when the subject is a connection. */
  readonly exchange?: HttpExchange | undefined;
  /** The whole connection, for what a summary lacks: fingerprints, the comparison's rows, signature schemes, resumption. */
  connection(): Connection | undefined;
  findings(): readonly Finding[];
  /** The body as text, its content coding taken off; undefined when there is none or it is no text. */
  body(side: BodySide): string | undefined;
}

/** Where the costly parts come from. What is not given counts as not there. */
export interface Lookups {
  /** The whole connection of a summary. */
  readonly connection?: (id: number) => Connection | undefined;
  readonly findings?: (connection: number) => readonly Finding[] | undefined;
  readonly body?: (exchange: HttpExchange, side: BodySide) => string | undefined;
}

/** A connection to judge, whole or as a list has it. Each look-up is made once at most, when a filter first asks. */
export function subjectOfConnection(connection: Connection | ConnectionSummary, lookups: Lookups = {}): FilterSubject {
  return new Subject(connection, undefined, lookups);
}

/** An exchange to judge, with the connection that carried it where that is known. */
export function subjectOfExchange(
  exchange: HttpExchange,
  connection: Connection | ConnectionSummary | undefined,
  lookups: Lookups = {},
): FilterSubject {
  return new Subject(connection, exchange, lookups);
}

class Subject implements FilterSubject {
  readonly summary: ConnectionSummary | undefined;
  readonly exchange: HttpExchange | undefined;
  readonly #lookups: Lookups;
  #connection: { readonly found: Connection | undefined } | undefined;
  #findings: readonly Finding[] | undefined;
  readonly #bodies = new Map<BodySide, string | undefined>();

  constructor(
    connection: Connection | ConnectionSummary | undefined,
    exchange: HttpExchange | undefined,
    lookups: Lookups,
  ) {
    const whole = connection !== undefined && isWhole(connection);
    this.summary = whole ? summarise(connection) : connection;
    if (whole) this.#connection = { found: connection };
    this.exchange = exchange;
    this.#lookups = lookups;
  }

  connection(): Connection | undefined {
    this.#connection ??= { found: this.summary && this.#lookups.connection?.(this.summary.id) };
    return this.#connection.found;
  }

  findings(): readonly Finding[] {
    this.#findings ??=
      this.#connection?.found?.findings ?? (this.summary && this.#lookups.findings?.(this.summary.id)) ?? [];
    return this.#findings;
  }

  body(side: BodySide): string | undefined {
    if (this.exchange === undefined) return undefined;
    if (!this.#bodies.has(side)) this.#bodies.set(side, this.#lookups.body?.(this.exchange, side));
    return this.#bodies.get(side);
  }
}

/** A connection has its client leg from its first event on, and its legs have times; a summary's have none. */
function isWhole(connection: Connection | ConnectionSummary): connection is Connection {
  const leg = connection.legs.client ?? connection.legs.server;
  return leg !== undefined && 'tcp' in leg;
}
