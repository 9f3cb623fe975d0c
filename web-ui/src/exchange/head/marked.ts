/** Header fields beside what was found wrong with them. */
import type { HeaderPair } from '../../../../src/shared/exchange.ts';
import type { Issue } from '../../../../src/shared/model.ts';
import { printable } from '../../../../src/wire/x509/printable.ts';
import { type Segment, visible } from '../../text/visible.ts';

/** The issues that speak of this field: they name it, or cite the line that is none. */
export function issuesOf([name, value]: HeaderPair, issues: readonly Issue[]): readonly Issue[] {
  if (issues.length === 0) return issues;
  const said = printable(name === '' ? value : name);
  // A line without a name is spoken of by its text, or by a name that is empty.
  const ways =
    name === '' ? [`the line "${said}"`, 'the field  '] : [`"${said}"`, `the field ${said} `, `the value of ${said} `];
  return issues.filter(({ text }) => ways.some((way) => text.includes(way)) || text.startsWith(`${said} `));
}

/** Those that speak of none of these fields. */
export function otherIssues(fields: readonly HeaderPair[], issues: readonly Issue[]): readonly Issue[] {
  if (issues.length === 0) return issues;
  const told = new Set(fields.flatMap((pair) => issuesOf(pair, issues)));
  return issues.filter((issue) => !told.has(issue));
}

/** Text of one character a byte, as it was on the wire: what is no ASCII is named by its byte, `0xC3`. */
export function rawSegments(text: string): Segment[] {
  return text.split(/([\u0080-\u00ff]+)/).flatMap((part, index): Segment[] => {
    if (index % 2 === 0) return visible(part);
    return [...part].map((byte) => ({ kind: 'code', text: `0x${byte.charCodeAt(0).toString(16).toUpperCase()}` }));
  });
}
