/** A list in one line. */

/** Items that a text lists before it says «and N more». */
export const MAX_LISTED = 8;

/** @param count of the whole list, when `items` are only its beginning */
export function listText(items: readonly string[], count = items.length): string {
  const shown = items.slice(0, MAX_LISTED).join(', ');
  return count > MAX_LISTED ? `${shown} and ${count - MAX_LISTED} more` : shown;
}
