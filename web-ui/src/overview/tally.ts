/** Running counts of what the page has: each connection and exchange is counted in, and out again before it changes. */
import type { ExchangeSummary } from '../../../src/shared/exchange-summary.ts';
import type { ConnectionSummary, LegRole } from '../../../src/shared/model.ts';
import { Counter, foldCase } from './counter.ts';
import { Distribution } from './distribution.ts';
import {
  type ConnectionFacts,
  connectionFacts,
  type ExchangeFacts,
  exchangeFacts,
  LEG_VALUES,
  LEGS,
  type LegFacts,
  type LegValue,
} from './facts.ts';
import { Timeline } from './timeline.ts';

/** Where the lines are, and which of them count. */
export interface Source {
  readonly connection: (id: number) => ConnectionSummary | undefined;
  readonly exchange: (id: number) => ExchangeSummary | undefined;
  /** Absent: all count. */
  readonly judge?:
    | {
        readonly connection: (summary: ConnectionSummary) => boolean;
        readonly exchange: (summary: ExchangeSummary) => boolean;
      }
    | undefined;
}

export class LegTally {
  readonly values: Readonly<Record<LegValue, Counter>> = {
    version: new Counter(),
    suite: new Counter(),
    group: new Counter(),
    alpn: new Counter(),
    cause: new Counter(),
  };
  /** Established handshakes that have none of the value. */
  readonly none: Record<LegValue, number> = { version: 0, suite: 0, group: 0, alpn: 0, cause: 0 };
  /** Failed handshakes that did not get as far as to have the value. */
  readonly notReached: Record<LegValue, number> = { version: 0, suite: 0, group: 0, alpn: 0, cause: 0 };
  readonly handshake = new Distribution();
  /** Handshakes by the place of their time among the histogram's bounds. */
  readonly handshakeBins: number[] = Array.from({ length: HANDSHAKE_BOUNDS.length + 1 }, () => 0);
}

/** Legs of connections both of whose legs settled a value, and not the same: by their value, and those that settled on none. */
export class Unequal {
  readonly values = new Counter();
  none = 0;
}

/** ms: where one bar of the histogram ends and the next begins, three to a power of ten. */
export const HANDSHAKE_BOUNDS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** A host's exchanges that are over. */
export interface HostTimes {
  readonly label: string;
  readonly times: Distribution;
}

/** What passed on the connections to a host. */
export interface HostBytes {
  readonly label: string;
  n: number;
  bytes: number;
}

export class Tally {
  readonly legs: Readonly<Record<LegRole, LegTally>> = { client: new LegTally(), server: new LegTally() };
  readonly unequal: Readonly<Record<LegValue, Unequal>> = {
    version: new Unequal(),
    suite: new Unequal(),
    group: new Unequal(),
    alpn: new Unequal(),
    cause: new Unequal(),
  };
  readonly timeline = new Timeline();
  readonly failedByHost = new Counter();
  /** Failed ones that no host is known of. */
  failedNameless = 0;
  readonly bytesByHost = new Map<string, HostBytes>();
  /** Responses by the first digit of their status; `none` without one, `own` for those that tlscope gave. */
  readonly statuses = new Counter();
  readonly timesByHost = new Map<string, HostTimes>();
  failedConnections = 0;
  readonly #source: Source;
  readonly #connections = new Map<number, ConnectionFacts>();
  readonly #exchanges = new Map<number, ExchangeFacts>();
  /** By connection, where there is a filter. */
  readonly #carried = new Map<number, Set<number>>();

  constructor(source: Source) {
    this.#source = source;
  }

  get connections(): number {
    return this.#connections.size;
  }

  get exchanges(): number {
    return this.#exchanges.size;
  }

  /**
   * Counts a connection as it is now; not any more when it left.
   * @returns the exchanges that are to be judged again, since a filter may judge them by their connection
   */
  renewConnection(id: number): Iterable<number> {
    const { judge, connection } = this.#source;
    const before = this.#connections.get(id);
    if (before) this.#countConnection(before, -1);
    this.#connections.delete(id);
    const summary = connection(id);
    if (summary && (judge === undefined || judge.connection(summary))) {
      const facts = connectionFacts(summary);
      this.#connections.set(id, facts);
      this.#countConnection(facts, 1);
    }
    const carried = this.#carried.get(id) ?? [];
    if (summary === undefined) this.#carried.delete(id);
    return carried;
  }

  /** Counts an exchange as it is now; not any more when it left. */
  renewExchange(id: number): void {
    const { judge, exchange } = this.#source;
    const before = this.#exchanges.get(id);
    if (before) this.#countExchange(before, -1);
    this.#exchanges.delete(id);
    const summary = exchange(id);
    if (summary === undefined) return;
    if (judge) {
      const carried = this.#carried.get(summary.conn);
      if (carried) carried.add(id);
      else this.#carried.set(summary.conn, new Set([id]));
      if (!judge.exchange(summary)) return;
    }
    const facts = exchangeFacts(summary);
    this.#exchanges.set(id, facts);
    this.#countExchange(facts, 1);
  }

  #countConnection({ id, openedAt, host, failed, size, legs }: ConnectionFacts, by: 1 | -1): void {
    if (by === 1) this.timeline.add(openedAt, id, failed);
    else this.timeline.remove(openedAt, failed);
    for (const role of LEGS) {
      const leg = legs[role];
      if (leg) countLeg(this.legs[role], leg, by);
    }
    if (legs.client && legs.server) this.#countUnequal(legs.client, legs.server, by);
    if (failed) {
      this.failedConnections += by;
      if (host === undefined) this.failedNameless += by;
      else count(this.failedByHost, host, by);
    }
    if (host !== undefined && size > 0) this.#countBytes(host, size, by);
  }

  #countUnequal(client: LegFacts, server: LegFacts, by: 1 | -1): void {
    for (const name of LEG_VALUES) {
      if (![client, server].every((leg) => leg.values[name] !== undefined || leg.established)) continue;
      const [ours, theirs] = [client.values[name], server.values[name]];
      if (ours === theirs || (ours !== undefined && theirs !== undefined && foldCase(ours) === foldCase(theirs)))
        continue;
      for (const value of [ours, theirs]) {
        if (value === undefined) this.unequal[name].none += by;
        else count(this.unequal[name].values, value, by);
      }
    }
  }

  #countBytes(host: string, size: number, by: 1 | -1): void {
    const key = foldCase(host);
    const known = this.bytesByHost.get(key) ?? { label: host, n: 0, bytes: 0 };
    known.n += by;
    known.bytes += by * size;
    if (known.n === 0) this.bytesByHost.delete(key);
    else this.bytesByHost.set(key, known);
  }

  #countExchange({ host, status, own, duration }: ExchangeFacts, by: 1 | -1): void {
    count(this.statuses, own ? 'own' : statusClass(status), by);
    if (host === undefined || duration === undefined) return;
    const key = foldCase(host);
    const known = this.timesByHost.get(key) ?? { label: host, times: new Distribution() };
    if (by === 1) known.times.add(duration);
    else known.times.remove(duration);
    if (known.times.size === 0) this.timesByHost.delete(key);
    else this.timesByHost.set(key, known);
  }
}

/** `2xx`; `other` for a number that is of no class (RFC 9110 §15), `none` without a response. */
export function statusClass(status: number | undefined): string {
  if (status === undefined) return 'none';
  return status >= 100 && status < 600 ? `${Math.floor(status / 100)}xx` : 'other';
}

function countLeg(tally: LegTally, { values, established, failed, handshake }: LegFacts, by: 1 | -1): void {
  for (const name of LEG_VALUES) {
    const value = values[name];
    if (value !== undefined) count(tally.values[name], value, by);
    else if (established) tally.none[name] += by;
    else if (failed) tally.notReached[name] += by;
  }
  if (handshake === undefined) return;
  if (by === 1) tally.handshake.add(handshake);
  else tally.handshake.remove(handshake);
  const bin = HANDSHAKE_BOUNDS.findIndex((bound) => handshake < bound);
  tally.handshakeBins[bin < 0 ? HANDSHAKE_BOUNDS.length : bin]! += by;
}

function count(counter: Counter, label: string, by: 1 | -1): void {
  if (by === 1) counter.add(label);
  else counter.remove(label);
}
