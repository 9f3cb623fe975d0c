/** Where something that opens over the page stands beside the button that opened it. */

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Side {
  /** The edge of the button that it keeps to. */
  readonly align?: 'left' | 'right';
  /** Above the button, where there is room. */
  readonly above?: boolean;
}

/** px to the button, and to the edges of the page. */
const GAP = 4;
const EDGE = 8;

/** Its top left corner, in px of the page's view: on the side that is wanted, else on the other, and within the page. */
export function beside(button: Box, size: Size, page: Size, { align = 'left', above = false }: Side = {}) {
  const over = button.top - GAP - size.height;
  const under = button.bottom + GAP;
  const fitsOver = over >= EDGE;
  const fitsUnder = under + size.height <= page.height - EDGE;
  const top = (above ? fitsOver || !fitsUnder : fitsOver && !fitsUnder) ? over : under;
  const left = align === 'left' ? button.left : button.right - size.width;
  return { left: within(left, page.width - size.width), top: within(top, page.height - size.height) };
}

function within(at: number, most: number): number {
  return Math.max(EDGE, Math.min(at, most - EDGE));
}
