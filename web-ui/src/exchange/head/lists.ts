/** Lists in header fields (RFC 9110 §5.6.1): separators within quotes separate nothing. */

/** Items of a list; who sends more means mischief. */
const MAX_ITEMS = 500;

/** Items without the blanks around them; empty ones are left out. */
export function items(value: string, separator: ',' | ';'): string[] {
  const found: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at <= value.length && found.length < MAX_ITEMS; at++) {
    const character = value[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (character === undefined || (character === separator && !quoted)) {
      const item = value.slice(from, at).trim();
      if (item !== '') found.push(item);
      from = at + 1;
    }
  }
  // An escape at the end steps over it.
  const rest = value.slice(from).trim();
  if (rest !== '' && found.length < MAX_ITEMS) found.push(rest);
  return found;
}
