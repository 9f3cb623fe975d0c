/** How much room a panel has: for all rows that it can come to have, so that a new one moves nothing. */
import type { PairedPanel, SinglePanel } from './picture.ts';

/** px: a row of the grid that panels are laid out in. A row of a panel is two of these. */
export const UNIT = 10;

/** Rows by the panel's id; those of the panels that stand side by side are made equal. */
const ROWS: Readonly<Record<string, number>> = {
  ...{ version: 7, alpn: 7, status: 7 },
  ...{ suite: 9, group: 9, cause: 9 },
  ...{ handshake: 14, failures: 10, bytes: 10, slowest: 10 },
};

/** Units that the panel takes, with the gap below it. Those side by side end alike, so that the next row begins at the left. */
export function roomOf(panel: PairedPanel | SinglePanel): number {
  const isPaired = !('list' in panel);
  const rows = panel.rows.length + (isPaired ? (panel.below?.length ?? 0) : 0);
  return 7 + 2 * Math.max(rows, ROWS[panel.id] ?? 0);
}
