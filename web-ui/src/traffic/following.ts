/**
 * How both lists, and what is chosen in them, follow the session and the filter: no more is looked at anew than changed, a
 * pause holds against all but what the reader does, and nothing chosen outlives its row.
 */
import type { ListJudge } from '../filter/judge.ts';
import type { Choice } from '../list/choice.ts';
import type { ExchangeLine } from '../list/exchange-source.ts';
import type { ConnectionLine } from '../live/connection-line.ts';
import type { Published } from '../live/published.ts';

/** Of a list what follows; as of `Arranged`. */
export interface FollowingView<Row> {
  shown(id: number): Row | undefined;
  filter(accept: (row: Row) => boolean, own: boolean): void;
  restart(): void;
  remove(ids: Iterable<number>): boolean;
  update(ids: Iterable<number> | 'all'): boolean;
}

export interface Followers {
  readonly connections: FollowingView<ConnectionLine>;
  readonly exchanges: FollowingView<ExchangeLine>;
  readonly selections: Readonly<Record<'connections' | 'exchanges', Choice>>;
  /** The ids of a connection's exchanges. */
  readonly exchangesOf: (conn: number) => Iterable<number>;
}

export class Following {
  readonly #of: Followers;
  #judge: ListJudge | undefined;

  constructor(followers: Followers) {
    this.#of = followers;
  }

  /** What the session published. @param anew as of `ChangeListener` */
  take(changed: 'all' | Published, anew: boolean): void {
    const { connections, exchanges, exchangesOf, selections } = this.#of;
    if (anew) {
      selections.connections.clear();
      selections.exchanges.clear();
      connections.restart();
      exchanges.restart();
      return;
    }
    if (changed === 'all') {
      connections.update('all');
      exchanges.update('all');
      this.retain();
      return;
    }
    const { deleted } = changed;
    const failed = [...deleted.connections].map((id) => -id);
    let left = deleted.connections.size > 0 && connections.remove(deleted.connections);
    left = (failed.length + deleted.exchanges.size > 0 && exchanges.remove([...deleted.exchanges, ...failed])) || left;
    const ids = new Set(changed.exchanges);
    for (const id of changed.lines) ids.add(-id);
    if (this.#judge) for (const conn of changed.connections) for (const id of exchangesOf(conn)) ids.add(id);
    left = (changed.lines.size > 0 && connections.update(changed.lines)) || left;
    left = (ids.size > 0 && exchanges.update(ids)) || left;
    if (left) this.retain();
  }

  /** Lets through what `judge` does; all without one. @param own the reader's doing, which holds while paused too */
  filter(judge: ListJudge | undefined, own: boolean): void {
    this.#judge = judge;
    this.#of.connections.filter(judge ? judge.connection : () => true, own);
    this.#of.exchanges.filter(
      judge ? (row) => ('failed' in row ? judge.connection(row.failed) : judge.exchange(row)) : () => true,
      own,
    );
    this.retain();
  }

  /** Lets go of what is chosen and no longer shown. */
  retain(): void {
    for (const kind of ['connections', 'exchanges'] as const) {
      this.#of.selections[kind].retain((id) => this.#of[kind].shown(id) !== undefined);
    }
  }
}
