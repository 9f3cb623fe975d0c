/**
 * Bodies read in pages. What has decoded a page waits a while for the next one, so that paging through a body decodes it
 * once, and not once a page.
 */
import type { DecodedContent } from '../capture/content-coding.ts';

export interface Page {
  readonly bytes: Uint8Array;
  /** Whether there is more of it behind. */
  readonly more: boolean;
  /** Why it is not all that was asked for; absent when it is, or when the body ends. */
  readonly problem?: string;
}

export interface BodyPagesOptions {
  /** Ms that a reader waits for the next page; 15,000 unless given. */
  readonly idle?: number;
}

/** Bytes of one page at most. */
const MAX_PAGE = 32 * 1024 * 1024;
/** Bytes of a decoded body that can be reached: what was sent may be a bomb. */
const MAX_REACHED = 1024 ** 3;
/** Bytes behind where a reader stands that it still has: pages may overlap. */
const KEPT = 64 * 1024;
const MAX_WAITING = 4;
const IDLE = 15_000;

export class BodyPages {
  readonly #idle: number;
  /** The one that was used last is the last. */
  readonly #waiting = new Map<string, { readonly reader: PageReader; readonly timer: NodeJS.Timeout }>();

  /** Pages that are being read, by key and range. */
  readonly #reading = new Map<
    string,
    { readonly page: Promise<Page | undefined>; readonly leavers: (() => boolean)[] }
  >();
  #deletions = 0;

  constructor({ idle = IDLE }: BodyPagesOptions = {}) {
    this.#idle = idle;
  }

  /**
   * @param key of the body as it is now: one that has grown has another
   * @param open makes the body, to be read from its start; undefined when its coding is unknown
   * @param from where the page begins. @param to where it ends, exclusive
   * @param isAbandoned asked now and then: whether nobody waits for the page any more, so that it may be any part of it
   * @returns undefined when its coding is unknown
   */
  page(
    key: string,
    open: () => DecodedContent | undefined,
    from: number,
    to: number,
    isAbandoned: () => boolean = () => false,
  ): Promise<Page | undefined> {
    const range = `${key} ${from}-${to}`;
    const other = this.#reading.get(range);
    // One that all have left is any part of the page.
    if (other?.leavers.some((isGone) => !isGone())) {
      other.leavers.push(isAbandoned);
      return other.page;
    }
    const leavers = [isAbandoned];
    const page = this.#page(key, open, from, to, () => leavers.every((isGone) => isGone()));
    const reading = { page, leavers };
    this.#reading.set(range, reading);
    const end = () => {
      if (this.#reading.get(range) === reading) this.#reading.delete(range);
    };
    page.then(end, end);
    return page;
  }

  async #page(
    key: string,
    open: () => DecodedContent | undefined,
    from: number,
    to: number,
    isAbandoned: () => boolean,
  ): Promise<Page | undefined> {
    const deletions = this.#deletions;
    let reader = this.#take(key);
    if (reader === undefined || reader.start > from) {
      reader?.close();
      const content = open();
      if (content === undefined) return undefined;
      reader = new PageReader(content);
    }
    let page: Page;
    try {
      page = await reader.read(from, to, isAbandoned);
    } catch (error) {
      reader.close();
      throw error;
    }
    if (deletions === this.#deletions) this.#put(key, reader);
    else reader.close();
    return page;
  }

  /** None waits any more, nor will those that are reading now: what they hold may have been deleted. */
  forget(): void {
    this.#deletions++;
    this.#reading.clear();
    this.close();
  }

  /** None waits any more. */
  close(): void {
    for (const key of [...this.#waiting.keys()]) this.#take(key)?.close();
  }

  /** For one who asks; another who asks meanwhile for another range gets a reader of its own. */
  #take(key: string): PageReader | undefined {
    const found = this.#waiting.get(key);
    clearTimeout(found?.timer);
    this.#waiting.delete(key);
    return found?.reader;
  }

  #put(key: string, reader: PageReader): void {
    this.#take(key)?.close();
    const timer = setTimeout(() => this.#take(key)?.close(), this.#idle).unref();
    this.#waiting.set(key, { reader, timer });
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > MAX_WAITING) this.#take(oldest!)?.close();
  }
}

class PageReader {
  readonly #content: DecodedContent;
  /** What is held of the body, from `start` on. */
  #held: Uint8Array = new Uint8Array(0);
  start = 0;
  #isOver = false;

  constructor(content: DecodedContent) {
    this.#content = content;
  }

  async read(from: number, to: number, isAbandoned: () => boolean): Promise<Page> {
    if (from >= MAX_REACHED)
      return { bytes: new Uint8Array(0), more: false, problem: `Only the first ${MAX_REACHED} bytes are decoded.` };
    const reached = Math.min(to, from + MAX_PAGE, MAX_REACHED);
    const chunks = [this.#held];
    let [start, end] = [this.start, this.start + this.#held.length];
    // One byte more tells whether it goes on.
    while (!this.#isOver && end <= reached && !isAbandoned()) {
      const chunk = await this.#content.next();
      if (chunk === undefined) this.#isOver = true;
      else {
        chunks.push(chunk);
        end += chunk.length;
        // What lies before the page is only counted.
        while (chunks.length > 1 && start + chunks[0]!.length <= from - KEPT) start += chunks.shift()!.length;
      }
    }
    const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    const bytes = all.subarray(Math.max(0, from - start), Math.max(0, reached - start));
    const next = Math.max(0, Math.min(reached, end) - KEPT - start);
    this.#held = Uint8Array.from(all.subarray(next));
    this.start = start + next;
    const isCut = reached < to && end > reached;
    const problem = isCut ? `It goes on; only the bytes up to ${reached} are given.` : this.#endsBefore(from, end);
    const more = end > reached && reached < MAX_REACHED;
    return problem ? { bytes, more, problem } : { bytes, more };
  }

  /** Why there is less than was asked for, once it is over. */
  #endsBefore(from: number, end: number): string | undefined {
    if (!this.#isOver) return undefined;
    const { problem } = this.#content;
    if (from === 0 || end > from) return problem;
    const ends = `It ends before the range, after ${end} bytes.`;
    return problem === undefined ? ends : `${problem} ${ends}`;
  }

  close(): void {
    this.#content.close();
  }
}
