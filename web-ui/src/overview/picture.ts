/** What the page of counts shows: rows in places that stay, each with the filter that finds what it counts. */
import type { LegValue } from './facts.ts';
import type { Stretches } from './timeline.ts';

export type List = 'connections' | 'exchanges';

/** One bar. */
export interface Bar {
  /** Rows of the list that it stands for. */
  readonly n: number;
  /** Its length, 1 being the longest of its panel. */
  readonly share: number;
  /** Finds these rows; absent where no filter says it. */
  readonly part?: string;
}

/** A value on both legs: the client leg’s bar left of it, the server leg’s right. */
export interface PairedRow {
  readonly key: string;
  readonly label: string;
  /** `value`: came from a peer, or is a name of a registry. `said`: the page’s own words. */
  readonly kind: 'value' | 'said';
  readonly client: Bar;
  readonly server: Bar;
  /** Some connection has this on one leg, and something else on its other one. */
  readonly unequal?: true;
  /** Says that there is no value, of legs that failed before. */
  readonly quiet?: true;
}

export interface PairedPanel {
  readonly id: string;
  readonly title: string;
  /** Legs that are counted. */
  readonly n: { readonly client: number; readonly server: number };
  readonly rows: readonly PairedRow[];
  /** More rows, of numbers alone. */
  readonly below?: readonly { readonly label: string; readonly client: string; readonly server: string }[];
}

export interface SingleRow extends Bar {
  readonly key: string;
  readonly label: string;
  readonly kind: 'value' | 'said';
  /** The numbers in words. */
  readonly text: string;
  readonly bad?: true;
}

export interface SinglePanel {
  readonly id: string;
  readonly title: string;
  readonly list: List;
  readonly rows: readonly SingleRow[];
  /** Said where there is no row. */
  readonly empty: string;
}

export interface Picture {
  readonly connections: number;
  readonly failed: number;
  readonly exchanges: number;
  readonly timeline: Stretches;
  readonly paired: Readonly<Record<LegValue | 'handshake', PairedPanel>>;
  readonly single: Readonly<Record<'status' | 'failures' | 'bytes' | 'slowest', SinglePanel>>;
}
