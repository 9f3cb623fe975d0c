/**
 * A pattern's tree as a program for an automaton (Ken Thompson's construction): a list of steps, each a character to
 * take, a place to be at, or two ways to go.
 *
 *     a(b|c)*      0 take a   1 fork 2, 6   2 fork 3, 4   3 take b, to 5   4 take c   5 go 1   6 match
 */
import { type CharSet, complement, folded } from './char-set.ts';
import { type Assertion, type Node, PatternFault } from './syntax.ts';

export type Step =
  | { readonly op: 'take'; readonly set: CharSet }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'fork'; first: number; second: number }
  | { readonly op: 'go'; to: number }
  | { readonly op: 'match' };

export interface Program {
  readonly steps: readonly Step[];
  readonly ignoreCase: boolean;
}

/**
 * @param maxSteps how long the program may be
 * @throws PatternFault when it would be longer
 */
export function compile(node: Node, ignoreCase: boolean, maxSteps: number): Program {
  const writer = new Writer(ignoreCase, maxSteps);
  writer.write(node);
  writer.add({ op: 'match' });
  return { steps: writer.steps, ignoreCase };
}

class Writer {
  readonly steps: Step[] = [];
  readonly #ignoreCase: boolean;
  readonly #max: number;
  readonly #sets = new Map<Node, CharSet>();
  #written = 0;

  constructor(ignoreCase: boolean, max: number) {
    this.#ignoreCase = ignoreCase;
    this.#max = max;
  }

  add<S extends Step>(step: S): S {
    if (this.steps.length >= this.#max) this.#refuse();
    this.steps.push(step);
    return step;
  }

  write(node: Node): void {
    // Counted apart from the steps: `(((){1000}){1000}){1000}` makes none.
    if (++this.#written > 4 * this.#max) this.#refuse();
    switch (node.kind) {
      case 'set':
        this.add({ op: 'take', set: this.#setOf(node) });
        return;
      case 'assert':
        this.add({ op: 'assert', what: node.what });
        return;
      case 'sequence':
        for (const each of node.of) this.write(each);
        return;
      case 'choice':
        this.#choice(node.of);
        return;
      case 'repeat':
        this.#repeat(node.of, node.min, node.max);
    }
  }

  #refuse(): never {
    throw new PatternFault('The pattern is too large.', 0);
  }

  #choice(of: readonly Node[]): void {
    const exits: { to: number }[] = [];
    for (const [index, each] of of.entries()) {
      if (index === of.length - 1) {
        this.write(each);
        break;
      }
      const fork = this.add({ op: 'fork', first: this.steps.length + 1, second: 0 });
      this.write(each);
      exits.push(this.add({ op: 'go', to: 0 }));
      fork.second = this.steps.length;
    }
    for (const exit of exits) exit.to = this.steps.length;
  }

  #repeat(of: Node, min: number, max: number): void {
    for (let count = 0; count < min; count++) this.write(of);
    if (max === Number.POSITIVE_INFINITY) {
      const start = this.steps.length;
      const fork = this.add({ op: 'fork', first: start + 1, second: 0 });
      this.write(of);
      this.add({ op: 'go', to: start });
      fork.second = this.steps.length;
      return;
    }
    const forks: { second: number }[] = [];
    for (let count = min; count < max; count++) {
      forks.push(this.add({ op: 'fork', first: this.steps.length + 1, second: 0 }));
      this.write(of);
    }
    for (const fork of forks) fork.second = this.steps.length;
  }

  /** One set for all the copies that a repetition makes. */
  #setOf(node: Extract<Node, { kind: 'set' }>): CharSet {
    const known = this.#sets.get(node);
    if (known !== undefined) return known;
    const plain = this.#ignoreCase ? folded(node.set) : node.set;
    const set = node.negated ? complement(plain) : plain;
    this.#sets.set(node, set);
    return set;
  }
}
