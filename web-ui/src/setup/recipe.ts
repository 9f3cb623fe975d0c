/** What a recipe is: the steps that bring one kind of client through the proxy, and back. */
import type { Facts } from './facts.ts';

/**
 * One thing to do. `text` is a fixed sentence of ours: `code` in backticks, *menu > names* in asterisks. What comes
 * from elsewhere (paths, addresses) stands in `code` and `values`, which are shown as they are.
 */
export interface Step {
  readonly text: string;
  /** A command, or the lines of a file: to be copied as it stands. */
  readonly code?: string;
  /** What goes into the fields of a form; undefined where there is nothing yet to put in. */
  readonly values?: readonly (readonly [field: string, value: string | undefined])[];
  /** A URL, shown as a code for a camera. */
  readonly qr?: string;
}

export interface Recipe {
  /** Stable, unique among all recipes. */
  readonly id: string;
  readonly title: string;
  readonly steps: readonly Step[];
  /** Makes one connection, to see whether the steps were enough. */
  readonly check: Step;
  readonly undo: readonly Step[];
  /** What will not work this way, a sentence each. */
  readonly limits: readonly string[];
  /** Why it may not have been seen, beside what can always be the reason. */
  readonly unseen: readonly string[];
}

export interface Family {
  readonly id: string;
  readonly title: string;
  readonly recipes: (facts: Facts) => readonly Recipe[];
}
