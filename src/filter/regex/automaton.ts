/**
 * Runs a program over a text, all its ways at once, each text position once: time is linear in the text whatever the
 * pattern. The sets of steps that are reached are remembered with where each kind of character leads from them (a
 * deterministic automaton made as it is needed), so that most characters cost one look-up.
 *
 * A state is a set of steps *before* places (`^ $ \b`) are judged, and what stood before it: with the next character
 * known, both sides of the place are.
 */
import { fold, has, LAST_UNIT, WORD } from './char-set.ts';
import type { Program } from './program.ts';
import type { Assertion } from './syntax.ts';

/** More are forgotten and made again: memory stays bounded, and so does the time for each character. */
const MAX_STATES = 256;

/** What stands beside a place. */
type Side = 'edge' | 'word' | 'other';

interface State {
  readonly steps: readonly number[];
  readonly before: Side;
  /** Where each class of characters leads, and the end of the text behind them; filled as it is asked for. */
  readonly next: (State | 'match' | 'fail' | undefined)[];
}

export class Automaton {
  readonly #program: Program;
  /** First unit of each class of characters that no step tells apart. */
  readonly #classes: readonly number[];
  readonly #sides: readonly Side[];
  readonly #low = new Uint16Array(256);
  readonly #marks: Uint32Array;
  #mark = 0;
  #states = new Map<string, State>();
  readonly #start: State;

  constructor(program: Program) {
    this.#program = program;
    this.#classes = classesOf(program);
    this.#sides = this.#classes.map((unit) => (has(WORD, unit) ? 'word' : 'other'));
    this.#marks = new Uint32Array(program.steps.length);
    for (let unit = 0; unit < this.#low.length; unit++) this.#low[unit] = this.#search(unit);
    this.#start = this.#state([0], 'edge');
  }

  /** Whether the pattern matches somewhere in `text`. */
  test(text: string): boolean {
    let state = this.#start;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      const kind = unit < 256 ? this.#low[unit]! : this.#search(unit);
      const next = state.next[kind] ?? this.#advance(state, kind);
      if (next === 'match') return true;
      // There is no `fail` before the end: the pattern may begin anywhere.
      state = next as State;
    }
    const end = this.#classes.length;
    return (state.next[end] ?? this.#advance(state, end)) === 'match';
  }

  #search(unit: number): number {
    const sought = this.#program.ignoreCase ? fold(unit) : unit;
    let low = 0;
    let high = this.#classes.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#classes[middle]! <= sought) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #advance(state: State, kind: number): State | 'match' | 'fail' {
    const after = this.#sides[kind] ?? 'edge';
    const reached = this.#reach(state, after);
    const next = reached === undefined ? 'match' : after === 'edge' ? 'fail' : this.#take(reached, kind, after);
    state.next[kind] = next;
    return next;
  }

  /** The steps that wait for a character; undefined when the match is reached. */
  #reach(state: State, after: Side): number[] | undefined {
    this.#mark++;
    const waiting: number[] = [];
    const pending = [...state.steps];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (this.#marks[at] === this.#mark) continue;
      this.#marks[at] = this.#mark;
      const step = this.#program.steps[at]!;
      switch (step.op) {
        case 'match':
          return undefined;
        case 'take':
          waiting.push(at);
          break;
        case 'go':
          pending.push(step.to);
          break;
        case 'fork':
          pending.push(step.first, step.second);
          break;
        case 'assert':
          if (holds(step.what, state.before, after)) pending.push(at + 1);
      }
    }
    return waiting;
  }

  #take(waiting: readonly number[], kind: number, before: Side): State {
    const unit = this.#classes[kind]!;
    const steps = [0];
    for (const at of waiting) {
      const step = this.#program.steps[at]!;
      if (step.op === 'take' && has(step.set, unit)) steps.push(at + 1);
    }
    return this.#state(
      steps.sort((a, b) => a - b),
      before,
    );
  }

  #state(steps: readonly number[], before: Side): State {
    const key = `${before} ${steps.join()}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    if (this.#states.size >= MAX_STATES) this.#forget();
    const state: State = { steps, before, next: [] };
    this.#states.set(key, state);
    return state;
  }

  /** The states point at each other, so that all must go for one to go; the start stays, with nothing behind it. */
  #forget(): void {
    this.#states = new Map();
    this.#start.next.length = 0;
  }
}

function holds(what: Assertion, before: Side, after: Side): boolean {
  switch (what) {
    case 'start':
      return before === 'edge';
    case 'end':
      return after === 'edge';
    case 'boundary':
      return (before === 'word') !== (after === 'word');
    case 'no-boundary':
      return (before === 'word') === (after === 'word');
  }
}

function classesOf(program: Program): number[] {
  const first = new Set([0]);
  const sets = new Set(program.steps.flatMap((step) => (step.op === 'take' ? [step.set] : [])));
  for (const set of [WORD, ...sets]) {
    for (const [low, high] of set) {
      first.add(low);
      if (high < LAST_UNIT) first.add(high + 1);
    }
  }
  return [...first].sort((a, b) => a - b);
}
