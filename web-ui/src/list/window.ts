/** Which rows of a long list of equal rows must exist in the document. */

export interface Window {
  /** First row to draw. */
  readonly first: number;
  /** One past the last row to draw. */
  readonly end: number;
}

/**
 * The rows that touch the viewport and `overscan` more on either side.
 * @param scrollTop px above the viewport; anything outside the list is clamped
 * @param height px of the viewport
 * @param rowHeight px, above 0
 */
export function windowOf(scrollTop: number, height: number, rowHeight: number, rows: number, overscan = 8): Window {
  const visible = Math.ceil(height / rowHeight) + 1;
  const top = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight)), Math.max(0, rows - 1));
  return { first: Math.max(0, top - overscan), end: Math.min(rows, top + visible + overscan) };
}

/**
 * Which element draws row `index`: those that stay in the window keep theirs, and those that come take that of one that
 * left, so that scrolling makes no elements.
 * @param height px of the viewport, as given to `windowOf`
 */
export function slotOf(index: number, height: number, rowHeight: number, overscan = 8): number {
  return index % (Math.ceil(height / rowHeight) + 1 + 2 * overscan);
}

/** The scrollTop that shows row `index` whole, moved as little as possible. */
export function scrollToShow(index: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + height) return Math.max(0, top + rowHeight - height);
  return scrollTop;
}

/** Index of `id` in a list sorted by ascending id, or where it would stand. */
export function indexOfId(list: readonly { readonly id: number }[], id: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle]?.id ?? Number.POSITIVE_INFINITY) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
