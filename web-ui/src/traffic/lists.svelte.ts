/** Both lists as they are shown: filtered, sorted, paused or live, with what is chosen in them. */
import { untrack } from 'svelte';
import type { FilterState } from '../filter/state.svelte.ts';
import type { Column } from '../list/columns.ts';
import { CONNECTION_COLUMNS } from '../list/connection-columns.ts';
import { exchangeColumns } from '../list/exchange-columns.ts';
import { type ExchangeLine, exchangeSource, startOf } from '../list/exchange-source.ts';
import { ColumnLayout, type ListOption } from '../list/layout.svelte.ts';
import { Selection } from '../list/selection.svelte.ts';
import { Tail } from '../list/tail.svelte.ts';
import { ListView } from '../list/view.svelte.ts';
import type { ConnectionLine } from '../live/connection-line.ts';
import type { Session } from '../live/session.svelte.ts';
import { keep, kept } from '../text/kept.ts';
import { Following } from './following.ts';

export class Lists {
  readonly connections: ListView<ConnectionLine>;
  readonly exchanges: ListView<ExchangeLine>;
  readonly layouts: {
    readonly connections: ColumnLayout<ConnectionLine>;
    readonly exchanges: ColumnLayout<ExchangeLine>;
  };
  readonly selections = { connections: new Selection(), exchanges: new Selection() };
  readonly tails = { connections: new Tail(), exchanges: new Tail() };
  readonly #session: Session;
  readonly #filter: FilterState;
  readonly #following: Following;
  /** The filter that was applied last. */
  #question: string | undefined;
  #failed = $state(kept('exchanges.failed', (value) => (typeof value === 'boolean' ? value : undefined)) ?? true);

  constructor(session: Session, filter: FilterState) {
    this.#session = session;
    this.#filter = filter;
    this.connections = new ListView<ConnectionLine>(
      { all: () => session.connections, row: (id) => session.connectionSummary(id) },
      { key: ({ id }) => id, descending: false },
    );
    this.exchanges = new ListView<ExchangeLine>(
      exchangeSource(session, () => this.#failed),
      { key: startOf, descending: false },
      (row) => 'failed' in row,
    );
    this.#following = new Following({
      connections: this.connections,
      exchanges: this.exchanges,
      selections: this.selections,
      exchangesOf: (conn) => session.exchangesOf(conn),
    });
    const columns: readonly Column<ExchangeLine>[] = exchangeColumns((id) => session.connectionSummary(id));
    this.layouts = {
      connections: new ColumnLayout('connections.columns', CONNECTION_COLUMNS),
      exchanges: new ColumnLayout('exchanges.columns', columns),
    };
  }

  /** What can be chosen of the exchange list beside its columns. */
  get options(): readonly ListOption[] {
    const turn = () => {
      this.#failed = !this.#failed;
      keep('exchanges.failed', this.#failed);
      this.#refilter(true);
    };
    const hint = 'Connections that failed before they carried an exchange, as rows between the exchanges';
    return [{ label: 'Failed connections', hint, on: this.#failed, turn }];
  }

  get paused(): boolean {
    return this.connections.paused;
  }

  pause(paused: boolean): void {
    this.connections.pause(paused);
    this.exchanges.pause(paused);
    this.#following.retain();
  }

  /** Follows the session, the filter and the layouts. To be called while a component is set up. */
  follow(): void {
    $effect(() => {
      void this.#filter.judge;
      untrack(() => this.#refilter());
    });
    sorted(this.connections, this.layouts.connections);
    sorted(this.exchanges, this.layouts.exchanges);
    $effect(() => this.#session.subscribe((changed, anew) => untrack(() => this.#following.take(changed, anew))));
  }

  /** @param own what the reader did beside the filter's text */
  #refilter(own = false): void {
    const { judge, question } = this.#filter;
    this.#following.filter(judge, own || question !== this.#question);
    this.#question = question;
  }
}

/** Keeps a view in the order that its layout asks for. */
function sorted<Row extends { readonly id: number }>(view: ListView<Row>, layout: ColumnLayout<Row>): void {
  const sorting = $derived(layout.sorting);
  $effect(() => {
    void sorting;
    untrack(() => view.sort(layout.order));
  });
}
