/** Bytes as rows of a hex view, and the way from a field to its bytes and back. */
import type { Field, Hex, Range } from '../../../src/shared/model.ts';

/** Bytes on one line. */
export const ROW_BYTES = 16;

export interface HexRow {
  /** Offset of the row's first byte in the message. */
  readonly offset: number;
  /** Two hex digits a byte. */
  readonly bytes: readonly string[];
  /** Printable ASCII as itself, everything else a dot; as long as `bytes`. */
  readonly ascii: string;
}

/** The first `limit` bytes of `raw` in rows. An odd trailing digit is left out. */
export function hexRows(raw: Hex, limit = Number.POSITIVE_INFINITY): HexRow[] {
  const length = Math.min(raw.length >>> 1, limit);
  const rows: HexRow[] = [];
  for (let offset = 0; offset < length; offset += ROW_BYTES) {
    const bytes: string[] = [];
    let ascii = '';
    for (let at = offset; at < Math.min(offset + ROW_BYTES, length); at++) {
      const pair = raw.slice(at * 2, at * 2 + 2);
      bytes.push(pair);
      const code = Number.parseInt(pair, 16);
      ascii += code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '.';
    }
    rows.push({ offset, bytes, ascii });
  }
  return rows;
}

/** The part of a row that `range` covers, as columns `[from, to)`; `undefined` when they do not touch. */
export function columns(row: HexRow, range: Range | undefined): readonly [from: number, to: number] | undefined {
  if (range === undefined) return undefined;
  const from = Math.max(range[0], row.offset) - row.offset;
  const to = Math.min(range[1], row.offset + row.bytes.length) - row.offset;
  return from < to ? [from, to] : undefined;
}

/** A field's place in the tree: the index at each level. */
export type Path = readonly number[];

/**
 * The innermost field that covers byte `at`; of several on one level the narrowest. `undefined` when none does. Does not
 * go into a field with bytes of its own (`inner`): its children count in those.
 */
export function pathAt(fields: readonly Field[], at: number): Path | undefined {
  const path: number[] = [];
  let level = fields;
  for (;;) {
    let best = -1;
    let width = Number.POSITIVE_INFINITY;
    level.forEach(({ range }, index) => {
      if (range[0] <= at && at < range[1] && range[1] - range[0] < width) {
        best = index;
        width = range[1] - range[0];
      }
    });
    const found = level[best];
    if (found === undefined) break;
    path.push(best);
    level = found.inner === undefined ? (found.children ?? []) : [];
  }
  return path.length === 0 ? undefined : path;
}

/** The field at `path`. */
export function fieldAt(fields: readonly Field[], path: Path): Field | undefined {
  let level = fields;
  let found: Field | undefined;
  for (const index of path) {
    found = level[index];
    if (found === undefined) return undefined;
    level = found.children ?? [];
  }
  return found;
}
