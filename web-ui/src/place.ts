/** What the page shows, as its address says it: `#12` is connection 12, `#e12` exchange 12, `#exchanges` their list. */

export interface Place {
  readonly view: 'connections' | 'exchanges';
  readonly opened?: number;
}

export function placeOf(hash: string): Place {
  const found = /^#(e?)(\d{1,15})$/.exec(hash);
  if (!found) return { view: hash === '#exchanges' ? 'exchanges' : 'connections' };
  return { view: found[1] === 'e' ? 'exchanges' : 'connections', opened: Number(found[2]) };
}

/** Empty for the place where the page begins. */
export function hashOf({ view, opened }: Place): string {
  if (opened === undefined) return view === 'exchanges' ? '#exchanges' : '';
  return view === 'exchanges' ? `#e${opened}` : `#${opened}`;
}
