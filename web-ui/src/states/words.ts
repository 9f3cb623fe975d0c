/** What the status line says of the session, in words. */
import type { Losses } from '../../../src/shared/losses.ts';
import { count } from '../text/format.ts';

/** One sentence for each thing that the proxy gave up; empty when it gave up nothing. */
export function lossesOf({ dropped, unstored }: Losses): readonly string[] {
  const said = dropped.map(({ reason, connections }) =>
    connections > 0
      ? `The proxy dropped ${count(connections, 'connection')}: ${reason}`
      : `The proxy dropped something: ${reason}`,
  );
  return unstored === undefined ? said : [...said, `No longer written to the session’s file: ${unstored}`];
}

/** How the filter is judged where the lists do not have what it asks; empty where they do. */
export function askedNote(fields: readonly string[], at: number | undefined, error: string): string {
  if (fields.length === 0) return '';
  const what = `${fields.join(', ')} ${fields.length === 1 ? 'is' : 'are'} judged by the proxy`;
  if (error !== '') return `${what}, which did not: ${error}`;
  if (at === undefined) return `${what}; asking …`;
  return `${what}, as of ${clock(at)}; asked again while traffic comes`;
}

/** `14:03:07`, local. */
function clock(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
