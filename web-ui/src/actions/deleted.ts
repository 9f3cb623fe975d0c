/** What is said of a deletion. */
import type { Deleted } from '../../../src/shared/api.ts';
import { count } from '../text/format.ts';

/** Sentences: how much is gone, what was kept, and whether it can still be read beside the session's file. */
export function deletedText({ connections, exchanges, kept, readable }: Deleted): string {
  const gone = [
    ...(connections > 0 ? [count(connections, 'connection')] : []),
    ...(exchanges > 0 ? [count(exchanges, 'exchange')] : []),
  ];
  const open = kept.connections.length + kept.exchanges.length;
  return [
    `Deleted ${gone.join(' and ') || 'nothing'}.`,
    ...(open > 0 ? [`${open} still going on ${open === 1 ? 'was' : 'were'} kept.`] : []),
    ...(readable ? [STILL_READABLE] : []),
  ].join(' ');
}

const STILL_READABLE =
  'Another program is reading the session’s file: until it has done, what was deleted can be read in the -wal file beside it.';
