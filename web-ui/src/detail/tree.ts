/** The field tree as the flat list of lines that is on screen. */
import type { Field, Hex } from '../../../src/shared/model.ts';
import { fieldAt, type Path, pathAt } from './hex.ts';

/** One line of the tree. */
export interface Line {
  /** `0.3.1`: stable for one message. */
  readonly key: string;
  readonly path: Path;
  readonly field: Field;
  /** Where its range counts: the nearest field around it with bytes of its own (`inner`); empty for the message itself. */
  readonly source: Path;
  /** 0 at the top. */
  readonly depth: number;
  /** Has children that can be shown or folded. */
  readonly branch: boolean;
  readonly open: boolean;
  /** 1-based place among its siblings, and how many they are. */
  readonly position: number;
  readonly siblings: number;
}

/** A longer list stays folded at first; its own line says how much it holds. */
const OPEN_CHILDREN = 40;

/**
 * What is open from the start: the message's own structure, and in it the lists of things that have parts, so that a
 * hello shows its extensions by name while the long plain lists (suites, groups) wait to be asked.
 */
function opensAtFirst(children: readonly Field[], depth: number): boolean {
  if (children.length > OPEN_CHILDREN || depth > 1) return false;
  return depth === 0 || children.some((child) => (child.children?.length ?? 0) > 0);
}

/** Remembers only what the reader changed, so that a re-read message keeps it. */
export type Toggled = ReadonlyMap<string, boolean>;

/** The lines to draw, in order. Depth is bounded: a tree deeper than 64 levels is cut. */
export function linesOf(fields: readonly Field[], toggled: Toggled): Line[] {
  const lines: Line[] = [];
  const walk = (level: readonly Field[], parent: Path, source: Path): void => {
    level.forEach((field, index) => {
      const path = [...parent, index];
      const key = keyOf(path);
      const depth = parent.length;
      const children = field.children ?? [];
      const branch = children.length > 0;
      const open = branch && (toggled.get(key) ?? opensAtFirst(children, depth));
      lines.push({ key, path, field, source, depth, branch, open, position: index + 1, siblings: level.length });
      if (open && depth < 64) walk(children, path, field.inner === undefined ? source : path);
    });
  };
  walk(fields, [], []);
  return lines;
}

/** The bytes that the ranges of the fields within `source` count in. */
export interface Source {
  readonly path: Path;
  readonly bytes: Hex;
  /** Whose bytes they are; absent for the message itself. */
  readonly field?: Field;
}

/** The bytes that `line` counts in: the message's `raw`, or those made of a field's own around it. */
export function sourceOf(line: Line | undefined, fields: readonly Field[], raw: Hex): Source {
  const field = line && fieldAt(fields, line.source);
  return line && field?.inner !== undefined
    ? { path: line.source, bytes: field.inner, field }
    : { path: [], bytes: raw };
}

/** `line`, or the line around it that counts in `source`; `undefined` when none does. */
export function lineIn(line: Line | undefined, source: Source, lines: readonly Line[]): Line | undefined {
  let found = line;
  while (found && keyOf(found.source) !== keyOf(source.path)) {
    const around = keyOf(found.source);
    found = around === '' ? undefined : lines.find(({ key }) => key === around);
  }
  return found;
}

/** The line that stands for byte `at` of `source`: the innermost field, or its nearest ancestor that is on screen. */
export function lineAt(
  lines: readonly Line[],
  fields: readonly Field[],
  at: number,
  source: Path = [],
): Line | undefined {
  const within = source.length === 0 ? fields : (fieldAt(fields, source)?.children ?? []);
  const found = pathAt(within, at);
  if (found === undefined) return undefined;
  const path = [...source, ...found];
  const keys = new Map(lines.map((line) => [line.key, line]));
  for (let length = path.length; length > source.length; length--) {
    const line = keys.get(keyOf(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return undefined;
}

function keyOf(path: Path): string {
  return path.join('.');
}

/** The value as a person reads it: what it means and, in brackets, what was sent, a code point in hex too. */
export function valueText(field: Field): string {
  const { value, text } = field;
  if (value === undefined) return text ?? '';
  if (text === undefined || text === String(value)) return String(value);
  return `${text} (${typeof value === 'number' ? codeText(value) : value})`;
}

function codeText(value: number): string {
  if (!Number.isInteger(value) || value < 10) return String(value);
  const digits = value.toString(16);
  return `${value}, 0x${digits.padStart(digits.length + (digits.length % 2), '0')}`;
}
