/** Which columns a list shows, in which order and how wide, and what it is sorted by; kept in this browser. */
import type { Order } from '../live/ordered.ts';
import { keep, kept, members, texts } from '../text/kept.ts';
import { type Column, gridOf } from './columns.ts';
import { naturalKey } from './natural.ts';

/** px */
export const NARROWEST = 28;
export const WIDEST = 1600;

export interface Sorting {
  readonly id: string;
  readonly descending: boolean;
}

/** A choice about a list's rows, beside its columns. */
export interface ListOption {
  readonly label: string;
  readonly hint: string;
  readonly on: boolean;
  readonly turn: () => void;
}

interface Kept {
  readonly shown: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
  readonly sorting?: Sorting | undefined;
}

export class ColumnLayout<Row> {
  readonly all: readonly Column<Row>[];
  readonly #name: string;
  #kept = $state.raw<Kept>({ shown: [], widths: {} });

  /** @param name what it is kept under */
  constructor(name: string, all: readonly Column<Row>[]) {
    this.#name = name;
    this.all = all;
    this.#kept = kept(name, (value) => this.#read(value)) ?? this.#usual();
  }

  /** In their order. */
  get shown(): readonly Column<Row>[] {
    return this.#kept.shown.flatMap((id) => this.all.find((column) => column.id === id) ?? []);
  }

  get sorting(): Sorting | undefined {
    return this.#kept.sorting;
  }

  /** Absent for the order in which rows come. */
  get order(): Order<Row> | undefined {
    const { sorting } = this.#kept;
    const column = sorting && this.all.find(({ id }) => id === sorting.id);
    if (!sorting || !column) return undefined;
    const key = (row: Row) => {
      const value = column.key(row);
      return typeof value === 'string' ? naturalKey(value) : value;
    };
    return { key, descending: sorting.descending };
  }

  /** @param room px that the list has */
  gridIn(room: number): { readonly tracks: string; readonly least: number } {
    return gridOf(this.shown, this.#kept.widths, room);
  }

  isShown(id: string): boolean {
    return this.#kept.shown.includes(id);
  }

  /** Shows a column, last of all, or hides it; the last one that is shown stays. */
  toggle(id: string): void {
    const { shown } = this.#kept;
    if (!shown.includes(id)) this.#set({ shown: [...shown, id] });
    else if (shown.length > 1) this.#set({ shown: shown.filter((each) => each !== id) });
  }

  /** Moves a shown column `by` places. */
  move(id: string, by: number): void {
    const shown = [...this.#kept.shown];
    const from = shown.indexOf(id);
    const to = from + by;
    if (from < 0 || to < 0 || to >= shown.length) return;
    shown.splice(to, 0, ...shown.splice(from, 1));
    this.#set({ shown });
  }

  /** Gives a column a width in px, or its usual one. */
  resize(id: string, width: number | undefined): void {
    const { [id]: _, ...others } = this.#kept.widths;
    if (width === undefined) this.#set({ widths: others });
    else this.#set({ widths: { ...others, [id]: Math.round(Math.min(WIDEST, Math.max(NARROWEST, width))) } });
  }

  /** Sorts by a column: rising, then falling, then not at all. */
  sortBy(id: string): void {
    const { sorting } = this.#kept;
    if (sorting?.id !== id) this.#set({ sorting: { id, descending: false } });
    else this.#set({ sorting: sorting.descending ? undefined : { id, descending: true } });
  }

  clearSort(): void {
    this.#set({ sorting: undefined });
  }

  /** As it is without a choice. The order of the rows stays. */
  reset(): void {
    this.#set(this.#usual());
  }

  #set(changes: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...changes };
    keep(this.#name, this.#kept);
  }

  #usual(): Kept {
    return { shown: this.all.filter(({ usual }) => usual).map(({ id }) => id), widths: {} };
  }

  /** Names of columns that are none any more are passed over. */
  #read(value: unknown): Kept | undefined {
    const { shown, widths, sorting } = members(value) ?? {};
    const known = (id: unknown): id is string => this.all.some((column) => column.id === id);
    const ids = [...new Set(texts(shown, 100, 100)?.filter(known))];
    if (ids.length === 0) return undefined;
    const wide = Object.entries(members(widths) ?? {}).filter(
      (entry): entry is [string, number] =>
        known(entry[0]) && typeof entry[1] === 'number' && entry[1] >= NARROWEST && entry[1] <= WIDEST,
    );
    const by = members(sorting);
    return {
      shown: ids,
      widths: Object.fromEntries(wide),
      ...(by && known(by['id']) && { sorting: { id: by['id'], descending: by['descending'] === true } }),
    };
  }
}
