/** Keeps the picture up with the stream: twice a second at most, and in slices, so that no frame waits for it. */
import { untrack } from 'svelte';
import type { FilterState } from '../filter/state.svelte.ts';
import type { Session } from '../live/session.svelte.ts';
import { Painter } from './painter.ts';
import type { Picture } from './picture.ts';
import { Tally } from './tally.ts';

/** ms between two pictures. */
const PACE_MS = 500;
/** ms of counting before the page gets a turn. */
const SLICE_MS = 8;
/** Counted between two looks at the clock. */
const STEP = 64;

export class Counting {
  /** Absent until all was counted once. */
  picture = $state.raw<Picture>();
  readonly #session: Session;
  #tally!: Tally;
  #painter = new Painter();
  #queue = new Work();
  /** The picture that is being painted. */
  #painting: Generator<undefined, Picture> | undefined;
  #judge: FilterState['judge'];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #paintedAt = Number.NEGATIVE_INFINITY;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Counts from now on, with what `judge` lets through. @returns a function that ends it */
  start(judge: FilterState['judge']): () => void {
    this.#judge = judge;
    this.#restart();
    const end = this.#session.subscribe((changed) => {
      if (changed === 'all') this.#restart();
      else {
        this.#queue.add(changed.connections, changed.exchanges);
        this.#schedule(Math.max(0, this.#paintedAt + PACE_MS - performance.now()));
      }
    });
    return () => {
      end();
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  #restart(): void {
    const session = this.#session;
    this.#tally = new Tally({
      connection: (id) => session.connectionSummary(id),
      exchange: (id) => session.exchangeSummary(id),
      judge: this.#judge,
    });
    this.#painter = new Painter();
    this.#painting = undefined;
    this.#queue = new Work();
    untrack(() => this.#queue.add(idsOf(session.connections), idsOf(session.exchanges)));
    this.#schedule(0);
  }

  #schedule(ms: number): void {
    this.#timer ??= setTimeout(() => this.#work(), ms);
  }

  #work(): void {
    this.#timer = undefined;
    const until = performance.now() + SLICE_MS;
    do {
      if (this.#painting === undefined && !this.#queue.empty) {
        for (let step = 0; step < STEP; step++) this.#queue.next(this.#tally);
        continue;
      }
      // What changes while it is painted is counted for the next picture.
      this.#painting ??= this.#painter.painting(this.#tally);
      const { done, value } = this.#painting.next();
      if (done) {
        this.#painting = undefined;
        this.#paintedAt = performance.now();
        this.picture = value;
        if (!this.#queue.empty) this.#schedule(PACE_MS);
        return;
      }
    } while (performance.now() < until);
    this.#schedule(0);
  }
}

/** Ids to count again, each once. */
class Work {
  readonly #connections = new Set<number>();
  readonly #exchanges = new Set<number>();

  get empty(): boolean {
    return this.#connections.size + this.#exchanges.size === 0;
  }

  add(connections: Iterable<number>, exchanges: Iterable<number>): void {
    for (const id of connections) this.#connections.add(id);
    for (const id of exchanges) this.#exchanges.add(id);
  }

  /** Connections first: exchanges are judged with them. */
  next(tally: Tally): void {
    const ids = this.#connections.size > 0 ? this.#connections : this.#exchanges;
    for (const id of ids) {
      ids.delete(id);
      if (ids === this.#connections) this.add([], tally.renewConnection(id));
      else tally.renewExchange(id);
      return;
    }
  }
}

function* idsOf(lines: readonly { readonly id: number }[]): Iterable<number> {
  for (const { id } of lines) yield id;
}
