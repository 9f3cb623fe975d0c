/**
 * A JSON document as the rows of a tree, of which only what was opened is known. Fifty megabytes are fifty megabytes and a
 * few numbers.
 *
 * Numbers keep their digits, members their order and their doubles, all of which `JSON.parse` gives up.
 */

import { isBlank, startOf } from './json-check.ts';
import { JsonChildren, type JsonSpan } from './json-children.ts';
import { textOf } from './json-text.ts';
import { inSlices } from './slices.ts';

export interface JsonRow {
  /** 0 for the document's own value. */
  readonly depth: number;
  /** The member's name; undefined for an item. */
  readonly name?: string;
  /** Its place among its siblings, from 0. */
  readonly index: number;
  readonly siblings: number;
  readonly span: JsonSpan;
  readonly open: boolean;
}

/** Bytes of a name that are shown. */
const MAX_NAME = 1000;
/** Levels below the document that are opened at first, if they are short. */
const FIRST_LEVELS = 3;
/** Rows that are opened at first. */
const FIRST_ROWS = 200;
/** Nesting that can be opened. Beyond it nobody reads. */
const MAX_DEPTH = 1000;

interface Branch {
  readonly children: JsonChildren;
  /** Of children, by index, ascending. */
  readonly open: { readonly index: number; readonly branch: Branch }[];
  /** All that are shown under it. */
  rows: number;
}

export class JsonTree {
  readonly bytes: Uint8Array;
  readonly #root: JsonSpan;
  #top: Branch | undefined;

  private constructor(bytes: Uint8Array, root: JsonSpan) {
    this.bytes = bytes;
    this.#root = root;
  }

  /** @param bytes checked JSON, or the beginning of some */
  static async from(bytes: Uint8Array, signal?: AbortSignal): Promise<JsonTree> {
    let from = startOf(bytes);
    while (from < bytes.length && isBlank(bytes[from]!)) from++;
    const first = bytes[from];
    const kind = first === 0x7b ? 'object' : first === 0x5b ? 'array' : first === 0x22 ? 'string' : 'literal';
    let to = bytes.length;
    while (to > from && isBlank(bytes[to - 1]!)) to--;
    const top = kind === 'object' || kind === 'array' ? await branchAt(bytes, from, signal) : undefined;
    const tree = new JsonTree(bytes, { kind, from, to, size: top?.children.count ?? 0 });
    tree.#top = top;
    if (top) await tree.#openFirst(top, 1, FIRST_ROWS, signal);
    return tree;
  }

  get rows(): number {
    return 1 + (this.#top?.rows ?? 0);
  }

  /** @param index 0 to `rows` - 1 */
  row(index: number): JsonRow {
    const { place, depth, siblings } = this.#find(index);
    if (place === undefined) {
      return { depth: 0, index: 0, siblings: 1, span: this.#root, open: this.#top !== undefined };
    }
    const { branch, at, open } = place;
    const name = branch.children.name(at);
    return {
      depth,
      ...(name && { name: textOf(this.bytes, name, MAX_NAME).text }),
      index: at,
      siblings,
      span: branch.children.child(at),
      open: open !== undefined,
    };
  }

  /** Opens a row that is closed, if there is something in it. */
  async open(index: number, signal?: AbortSignal): Promise<void> {
    const { span, open, depth } = this.row(index);
    if (open || span.size === 0 || depth >= MAX_DEPTH) return;
    const branch = await branchAt(this.bytes, span.from, signal);
    const { place, path } = this.#find(index);
    if (place === undefined) this.#top ??= branch;
    else if (place.open === undefined) add(place.branch, place.at, branch, path);
  }

  close(index: number): void {
    const { place, path } = this.#find(index);
    if (place === undefined) this.#top = undefined;
    else if (place.open !== undefined) {
      place.branch.open.splice(
        place.branch.open.findIndex((each) => each.index === place.at),
        1,
      );
      for (const each of path) each.rows -= place.open.rows;
    }
  }

  /** The row that this one is in; -1 for the document's own. */
  parent(index: number): number {
    const { place } = this.#find(index);
    return place === undefined ? -1 : index - 1 - rowsBefore(place.branch, place.at);
  }

  /** Where a row stands, as a JSONPath (RFC 9535 §2.7): `$.list[3]['a b']`. */
  path(index: number): string {
    const { steps } = this.#find(index);
    return `$${steps.map(({ branch, at }) => step(this.bytes, branch, at)).join('')}`;
  }

  /** Opens what is around a byte. @returns the row of the innermost value that holds it */
  async reveal(offset: number, signal?: AbortSignal): Promise<number> {
    let row = 0;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const { span } = this.row(row);
      if (span.size === 0) return row;
      await this.open(row, signal);
      const branch = this.#branchOf(row);
      const child = branch?.children.around(offset) ?? -1;
      if (branch === undefined || child < 0) return row;
      row += 1 + rowsBefore(branch, child);
      const { to } = branch.children.child(child);
      const { from } = branch.children.child(child);
      if (offset < from || offset >= to) return row;
    }
    return row;
  }

  async #openFirst(branch: Branch, depth: number, left: number, signal?: AbortSignal): Promise<number> {
    let room = left - branch.children.count;
    if (depth >= FIRST_LEVELS || room < 0) return room;
    for (let child = 0; child < branch.children.count; child++) {
      const { size, from } = branch.children.child(child);
      if (size === 0 || size > room) continue;
      const inner = await branchAt(this.bytes, from, signal);
      const path = this.#find(this.#rowOf(branch, child)).path;
      add(branch, child, inner, path);
      room = await this.#openFirst(inner, depth + 1, room, signal);
    }
    return room;
  }

  #rowOf(wanted: Branch, child: number): number {
    const under = (branch: Branch, first: number): number | undefined => {
      if (branch === wanted) return first + rowsBefore(branch, child);
      for (const { index, branch: inner } of branch.open) {
        const found = under(inner, first + rowsBefore(branch, index) + 1);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return (this.#top && under(this.#top, 1)) ?? 0;
  }

  #branchOf(row: number): Branch | undefined {
    const { place } = this.#find(row);
    return place === undefined ? this.#top : place.open;
  }

  #find(row: number): Found {
    const path: Branch[] = [];
    const steps: Step[] = [];
    let left = row - 1;
    let branch = this.#top;
    if (left < 0 || branch === undefined) return { depth: 0, siblings: 1, path, steps };
    for (let depth = 1; ; depth++) {
      path.push(branch);
      let before = 0;
      let inside: { readonly index: number; readonly branch: Branch } | undefined;
      let at = -1;
      for (const each of branch.open) {
        const first = each.index + before;
        if (left <= first) break;
        if (left <= first + each.branch.rows) {
          inside = each;
          left -= first + 1;
          break;
        }
        before += each.branch.rows;
      }
      if (inside === undefined) {
        at = left - before;
        const open = branch.open.find(({ index }) => index === at)?.branch;
        steps.push({ branch, at });
        return { place: { branch, at, open }, depth, siblings: branch.children.count, path, steps };
      }
      steps.push({ branch, at: inside.index });
      branch = inside.branch;
    }
  }
}

interface Step {
  readonly branch: Branch;
  readonly at: number;
}

interface Found {
  /** Undefined for the document's own value. */
  readonly place?: Step & { readonly open: Branch | undefined };
  readonly depth: number;
  readonly siblings: number;
  /** The branches around it, outermost first. */
  readonly path: readonly Branch[];
  readonly steps: readonly Step[];
}

async function branchAt(bytes: Uint8Array, from: number, signal?: AbortSignal): Promise<Branch> {
  const children = new JsonChildren(bytes, from);
  if (children.run(SMALL) === undefined) await inSlices((budget) => children.run(budget), signal);
  return { children, open: [], rows: children.count };
}

/** Bytes that are read at once, before there is any waiting. */
const SMALL = 64 * 1024;

function add(parent: Branch, index: number, branch: Branch, path: readonly Branch[]): void {
  const at = parent.open.findIndex((each) => each.index > index);
  parent.open.splice(at < 0 ? parent.open.length : at, 0, { index, branch });
  for (const each of path) each.rows += branch.rows;
}

/** Rows under a branch before those of this child. */
function rowsBefore({ open }: Branch, child: number): number {
  let rows = child;
  for (const { index, branch } of open) if (index < child) rows += branch.rows;
  return rows;
}

function step(bytes: Uint8Array, { children }: Branch, at: number): string {
  const name = children.name(at);
  if (name === undefined) return `[${at}]`;
  const { text } = textOf(bytes, name, MAX_NAME);
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return `.${text}`;
  return `['${text.replace(/['\\]/g, '\\$&').replace(/[\n\r\t\b\f]/g, (each) => JSON.stringify(each).slice(1, -1))}']`;
}
