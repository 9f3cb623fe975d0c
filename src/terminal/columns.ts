/** Text laid out in columns of a terminal. Widths are in code points: what is measured here has no control characters. */

/** Code points of `text`; a lone surrogate is one. */
export function widthOf(text: string): number {
  let width = text.length;
  for (let i = 1; i < text.length; i++) {
    if (isLow(text.charCodeAt(i)) && isHigh(text.charCodeAt(i - 1))) width--;
  }
  return width;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** Cut to `width`, the last character then an ellipsis. */
export function cut(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${[...text].slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** Filled up with spaces to `width`; a longer text stays as it is. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Lines of at most `width`, broken at spaces where there are any; at least one line. Further lines start with `indent`. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  /** What `line` holds, so that no word is measured twice. */
  let used = 0;
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    const length = widthOf(word);
    if (line !== '' && used + 1 + length <= width) {
      line += ` ${word}`;
      used += 1 + length;
      continue;
    }
    if (line !== '') lines.push(line);
    line = (lines.length === 0 ? '' : indent) + word;
    used = widthOf(line);
    if (used <= width) continue;
    // A word that no line can hold is broken where the line ends.
    let rest = [...word];
    for (;;) {
      const start = lines.length === 0 ? '' : indent;
      line = start + rest.join('');
      used = start.length + rest.length;
      if (used <= width || width <= indent.length) break;
      const fits = width - start.length;
      lines.push(start + rest.slice(0, fits).join(''));
      rest = rest.slice(fits);
    }
  }
  if (line.trim() !== '' || lines.length === 0) lines.push(line);
  return lines;
}
