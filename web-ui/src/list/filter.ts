/** The list's text filter: every word must be in the row, a word after `-` must not. */
import type { ConnectionSummary } from '../../../src/shared/model.ts';
import { rowOf } from './rows.ts';

/** A test for summaries, made once for each filter text. An empty text lets everything through. */
export function filterFor(text: string): (summary: ConnectionSummary) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '-');
  if (words.length === 0) return () => true;
  return (summary) => {
    const haystack = searchable(summary);
    return words.every((word) => (word.startsWith('-') ? !haystack.includes(word.slice(1)) : haystack.includes(word)));
  };
}

const cache = new WeakMap<ConnectionSummary, string>();

/**
 * All that a filter can find, in lower case: number, host and port, versions, suites, groups, ALPN, server names, state,
 * reason, cause and alert of a failure. Kept as long as the summary, which is replaced and never changed.
 */
export function searchable(summary: ConnectionSummary): string {
  const known = cache.get(summary);
  if (known !== undefined) return known;
  const row = rowOf(summary);
  const parts: (string | undefined)[] = [
    `#${summary.id}`,
    `${row.host}${row.port}`,
    row.outcome,
    row.reason,
    summary.from.address,
  ];
  for (const leg of [summary.legs.client, summary.legs.server]) {
    parts.push(leg?.version, leg?.suite, leg?.group, leg?.alpn, leg?.sni);
    parts.push(leg?.failure?.cause, leg?.failure?.alert, leg?.failure?.errorCode);
  }
  const text = parts
    .filter((part) => part !== undefined)
    .join('\n')
    .toLowerCase();
  cache.set(summary, text);
  return text;
}
