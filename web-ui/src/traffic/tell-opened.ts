/** How what is opened learns that it changed. */
import type { Published } from '../live/published.ts';

/** Of what is opened of a list what is told; as of `Opened`. */
export interface ToldOpened {
  readonly id: number | undefined;
  expire(): void;
  remove(): void;
  touch(): void;
}

/** Tells of what the session published; as of `ChangeListener`. What was deleted is gone at once. */
export function tellOpened(
  opened: Readonly<Record<'connections' | 'exchanges', ToldOpened>>,
  changed: 'all' | Published,
  anew: boolean,
): void {
  for (const kind of ['connections', 'exchanges'] as const) {
    const { id } = opened[kind];
    if (anew) opened[kind].expire();
    if (id === undefined) continue;
    if (changed !== 'all' && changed.deleted[kind].has(id)) opened[kind].remove();
    if (changed === 'all' || changed[kind].has(id)) opened[kind].touch();
  }
}
