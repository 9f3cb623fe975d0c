/** Rows before their lengths are known, and their lengths, of which the longest of a panel is 1. */
import { foldCase } from './counter.ts';
import type { Bar, PairedRow, SingleRow } from './picture.ts';

export interface UnscaledBar {
  readonly n: number;
  readonly part?: string;
}

export interface Unscaled {
  readonly key: string;
  readonly label: string;
  readonly kind: 'value' | 'said';
  readonly client: UnscaledBar;
  readonly server: UnscaledBar;
  readonly unequal?: true;
  readonly quiet?: true;
}

export type UnscaledRow = Omit<SingleRow, 'share'> & { readonly length: number };

export function barOf(n: number, part: string | undefined): UnscaledBar {
  return { n, ...(part !== undefined && { part }) };
}

export function pairOf<T>(of: (role: 'client' | 'server') => T): { readonly client: T; readonly server: T } {
  return { client: of('client'), server: of('server') };
}

export function hostRow(label: string, n: number, length: number, text: string): UnscaledRow {
  return { key: `=${foldCase(label)}`, label, kind: 'value', n, length, text };
}

export function saidRow(
  key: string,
  label: string,
  n: number,
  length: number,
  text: string,
  part: string | undefined,
): UnscaledRow {
  return { key, label, kind: 'said', n, length, text, ...(part !== undefined && { part }) };
}

export function scaledPairs(rows: readonly Unscaled[]): PairedRow[] {
  const longest = Math.max(1, ...rows.flatMap(({ client, server }) => [client.n, server.n]));
  const scale = (bar: UnscaledBar): Bar => ({ ...bar, share: bar.n / longest });
  return rows.map((row) => ({ ...row, client: scale(row.client), server: scale(row.server) }));
}

export function scaled(rows: readonly UnscaledRow[]): SingleRow[] {
  const longest = Math.max(...rows.map(({ length }) => length), 0) || 1;
  return rows.map(({ length, ...row }) => ({ ...row, share: length / longest }));
}
