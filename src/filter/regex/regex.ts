/**
 * Regular expressions on text that strangers wrote. JavaScript's own engine backtracks: `(a+)+$` on forty characters can
 * hold the process for minutes. This one knows a part of the syntax and takes time linear in the text.
 */
import { Automaton } from './automaton.ts';
import { compile } from './program.ts';
import { PatternFault, readPattern } from './syntax.ts';

export interface Regex {
  /** Whether it matches somewhere in `text`. */
  test(text: string): boolean;
  /** Length of its program, for those who bound the sum of several. */
  readonly steps: number;
}

export type RegexResult =
  | { readonly ok: true; readonly regex: Regex }
  | {
      readonly ok: false;
      /** One sentence. */
      readonly message: string;
      /** Offset in the source. */
      readonly at: number;
      readonly length: number;
    };

export interface RegexOptions {
  readonly ignoreCase?: boolean;
  /** How long its program may be; 2,000 steps unless given. A character of the source makes about one, times its repetitions. */
  readonly maxSteps?: number;
}

/** Never throws. */
export function makeRegex(source: string, options: RegexOptions = {}): RegexResult {
  try {
    const program = compile(readPattern(source), options.ignoreCase ?? false, options.maxSteps ?? 2000);
    const automaton = new Automaton(program);
    return { ok: true, regex: { test: (text) => automaton.test(text), steps: program.steps.length } };
  } catch (fault) {
    if (!(fault instanceof PatternFault)) throw fault;
    return { ok: false, message: fault.message, at: fault.at, length: fault.length };
  }
}
