/** What the session tells those who follow it. */
import type { Changed } from './fold.ts';

/** What a publishing changed. `connections` and `exchanges`: those that events told of, or that left. */
export interface Published extends Changed {
  /** Connections whose line is another one, be it only for the number of their exchanges. */
  readonly lines: ReadonlySet<number>;
  readonly deleted: NonNullable<Changed['deleted']>;
}

/**
 * Told of what changed: `all` after a snapshot. `anew`: of a capture that took the place of the one before, whose numbers
 * mean other connections and exchanges.
 */
export type ChangeListener = (changed: 'all' | Published, anew: boolean) => void;
