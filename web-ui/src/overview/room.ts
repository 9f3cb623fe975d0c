/** How much room a panel has: for nearly all rows that it can come to have, so that a new one hardly ever moves anything. */
import type { PairedPanel, SinglePanel } from './picture.ts';

/** px: a row of a panel, and a line of the grid. */
export const ROW = 20;
/** px: the title with what is around it, and the room below. */
const TITLE = 54;

/** Rows by the panel's id. */
const ROWS: Readonly<Record<string, number>> = {
  ...{ version: 6, alpn: 6, status: 8 },
  ...{ cause: 7, suite: 8, group: 8 },
  ...{ handshake: 14, failures: 10, bytes: 9, slowest: 9 },
};

/**
 * The height of a panel in lines of the page's grid, `ROW` px each: panels of unlike heights close up in their columns.
 * Panels of legs have a row more, which names the legs.
 */
export function linesOf(panel: PairedPanel | SinglePanel): number {
  const isPaired = !('list' in panel);
  const rows = panel.rows.length + (isPaired ? (panel.below?.length ?? 0) : 0);
  return Math.ceil(TITLE / ROW) + Math.max(rows, ROWS[panel.id] ?? 0) + (isPaired ? 1 : 0);
}
