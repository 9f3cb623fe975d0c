/** What a key does in a list that has the focus. */

export interface PressedKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export type ListStep =
  | { readonly does: 'all' | 'open' }
  /** By so many rows; the selection goes along when it `extends`. */
  | { readonly does: 'move'; readonly by: number; readonly extends: boolean }
  | { readonly does: 'first' | 'last'; readonly extends: boolean };

/**
 * What the key does, or `undefined` when it is another's.
 * @param page rows that are in view at once
 */
export function stepOf({ key, shiftKey, ctrlKey, metaKey, altKey }: PressedKey, page: number): ListStep | undefined {
  if (altKey) return undefined;
  if (ctrlKey || metaKey) return key.toLowerCase() === 'a' ? { does: 'all' } : undefined;
  switch (key) {
    case 'ArrowDown':
      return { does: 'move', by: 1, extends: shiftKey };
    case 'ArrowUp':
      return { does: 'move', by: -1, extends: shiftKey };
    case 'PageDown':
      return { does: 'move', by: overlapping(page), extends: shiftKey };
    case 'PageUp':
      return { does: 'move', by: -overlapping(page), extends: shiftKey };
    case 'Home':
      return { does: 'first', extends: shiftKey };
    case 'End':
      return { does: 'last', extends: shiftKey };
    case 'Enter':
      return { does: 'open' };
    default:
      return undefined;
  }
}

/** A page's last row is the next one's first. */
function overlapping(page: number): number {
  return Math.max(1, page - 1);
}
