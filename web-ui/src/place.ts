/**
 * What the page shows, as its address says it: `#12` is connection 12, `#e12` exchange 12, `#exchanges` their list,
 * `#compare/3/9` connections 3 and 9 side by side.
 */

export type Place = ListPlace | { readonly view: 'overview' | 'setup' } | ComparePlace;

/** A list, and what is opened of it. */
export interface ListPlace {
  readonly view: 'connections' | 'exchanges';
  readonly opened?: number;
}

/** Two connections; one is missing while it is still to be chosen. */
export interface ComparePlace {
  readonly view: 'compare';
  readonly a?: number;
  readonly b?: number;
}

export function placeOf(hash: string): Place {
  if (hash === '#overview' || hash === '#setup') return { view: hash === '#setup' ? 'setup' : 'overview' };
  const compared = /^#compare(?:\/([1-9]\d{0,14}))?(?:\/([1-9]\d{0,14}))?$/.exec(hash);
  if (compared) {
    const [, a, b] = compared;
    return { view: 'compare', ...(a !== undefined && { a: Number(a) }), ...(b !== undefined && { b: Number(b) }) };
  }
  const found = /^#(e?)([1-9]\d{0,14})$/.exec(hash);
  if (!found) return { view: hash === '#exchanges' ? 'exchanges' : 'connections' };
  return { view: found[1] === 'e' ? 'exchanges' : 'connections', opened: Number(found[2]) };
}

/** Empty for the place where the page begins. */
export function hashOf(place: Place): string {
  switch (place.view) {
    case 'overview':
    case 'setup':
      return `#${place.view}`;
    case 'compare':
      return ['#compare', place.a, place.b].filter((part) => part !== undefined).join('/');
    case 'exchanges':
      return place.opened === undefined ? '#exchanges' : `#e${place.opened}`;
    case 'connections':
      return place.opened === undefined ? '' : `#${place.opened}`;
  }
}

/** What the window is called there. */
export function titleOf(to: Place): string {
  switch (to.view) {
    case 'connections':
      return to.opened === undefined ? 'tlscope' : `#${to.opened} · tlscope`;
    case 'exchanges':
      return to.opened === undefined ? 'tlscope' : `exchange #${to.opened} · tlscope`;
    case 'compare':
      return 'Compare · tlscope';
    case 'overview':
      return 'Overview · tlscope';
    case 'setup':
      return 'Set up · tlscope';
  }
}
