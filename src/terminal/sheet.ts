/** Styled lines in one column or two, at the width of a terminal. */
import { styleText } from 'node:util';
import { printable } from '../wire/x509/printable.ts';
import { pad, wrap } from './columns.ts';

export type Style = Parameters<typeof styleText>[0];

/** One line of a cell, without control characters. */
export interface Line {
  readonly text: string;
  readonly style?: Style | undefined;
}

const MARGIN = '  ';
const BAR = ' │ ';
const NARROWEST = 60;

export class Sheet {
  /** Characters a cell has room for. */
  readonly cell: number;
  /** Characters that text under a heading has room for, across all columns. */
  readonly across: number;
  readonly #colour: boolean;

  /**
   * @param width columns of the terminal; at least 60 are used
   * @param colour escape sequences for colours
   * @param cells side by side
   */
  constructor({ width, colour }: { readonly width: number; readonly colour: boolean }, cells: number) {
    this.across = Math.max(NARROWEST, width) - MARGIN.length;
    this.cell = Math.floor((this.across - BAR.length * (cells - 1)) / cells);
    this.#colour = colour;
  }

  /** Cells side by side under a margin, the shorter ones filled up. */
  row(cells: readonly (readonly Line[])[]): string[] {
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, i) =>
      (
        MARGIN +
        cells
          .map((lines) => {
            const { text, style } = lines[i] ?? { text: '' };
            return this.#paint({ text: pad(text, this.cell), style });
          })
          .join(this.#paint({ text: BAR, style: 'dim' }))
      ).trimEnd(),
    );
  }

  /** Lines that begin at the edge, further ones under the margin. */
  heading(text: string, style?: Style): string[] {
    return wrap(text, this.across + MARGIN.length, MARGIN).map((line) => this.#paint({ text: line, style }));
  }

  /** Lines across all columns under a margin. */
  block(lines: readonly Line[]): string[] {
    return lines.map((line) => MARGIN + this.#paint(line));
  }

  #paint({ text, style }: Line): string {
    return this.#colour && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
  }
}

/**
 * Text as lines of at most `width`, further ones under `indent`. What a peer may have chosen of it is shown with its
 * control characters escaped.
 */
export function lines(text: string, width: number, indent = '', style?: Style): Line[] {
  const safe = text.length <= SHORT && PLAIN.test(text) ? text : visible(text);
  return wrap(safe, width, indent).map((each) => ({ text: each, style }));
}

/** Texts no longer than that, of these characters alone, are safe as they are: most lines, and the rest costs. */
const SHORT = 1000;
const PLAIN = /^[ -~←→•◦└✓✗–’«»…·]*$/;

function visible(text: string): string {
  // Sentence by sentence: `printable` cuts very long text, which ours may be.
  return text
    .split(/(?<=\.) /)
    .map(printable)
    .join(' ');
}
