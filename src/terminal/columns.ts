/** Text laid out in columns of a terminal. Widths are in code points: what is measured here has no control characters. */

/** Cut to `width`, the last character then an ellipsis. */
export function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** Filled up with spaces to `width`; a longer text stays as it is. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length));
}

/** Lines of at most `width`, broken at spaces where there are any; at least one line. Further lines start with `indent`. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    let rest = [...word];
    const start = () => (lines.length === 0 ? '' : indent);
    const joined = line === '' ? start() + word : `${line} ${word}`;
    if ([...joined].length <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    // A word that no line can hold is broken where the line ends.
    while ([...start()].length + rest.length > width && width > indent.length) {
      const fits = width - [...start()].length;
      lines.push(start() + rest.slice(0, fits).join(''));
      rest = rest.slice(fits);
    }
    line = start() + rest.join('');
  }
  if (line.trim() !== '' || lines.length === 0) lines.push(line);
  return lines;
}
