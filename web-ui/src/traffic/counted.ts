/** What the count of the exchange list says of rows that are no exchanges. */
import { count } from '../text/format.ts';

/** @param failed rows of connections that failed before they carried an exchange */
export function failedNote(failed: number): string {
  const these = failed === 1 ? 'It is a row' : 'They are rows';
  return `${count(failed, 'connection')} failed before an exchange. ${these} of this list too; the menu of the columns hides such rows.`;
}
