/**
 * The filter box's text and what holds of it: while the text is faulty or not complete, the last filter that was. What the page's
 * lists do not hold the proxy is asked for, again and again at a calm pace while traffic comes.
 */
import type { FilterError } from '../../../src/filter/fault.ts';
import { parseFilter } from '../../../src/filter/filter.ts';
import { type AskedFor, askFor, type Found, paceAfter } from './asked.ts';
import { Judge, type Known, type ListJudge } from './judge.ts';
import { lackingFields } from './lacking.ts';
import { unfinishedWord } from './unfinished.ts';

/** ms after the last key before the proxy is asked. */
const TYPING = 250;

export class FilterState {
  error = $state.raw<FilterError>();
  /** The word at the end of the typed text that may yet become a field: until it has, the filter before it holds. */
  unfinished = $state<string>();
  /** Absent when everything is let through. */
  judge = $state.raw<ListJudge>();
  /** Fields that the proxy is asked about, as the lists do not hold them. */
  asked = $state.raw<readonly string[]>([]);
  /** When the proxy last judged (ms, as `Date.now`); absent while it was not asked or has not answered yet. */
  askedAt = $state<number>();
  /** Why it did not. */
  askError = $state('');
  #text = $state('');
  readonly #known: Known;
  readonly #ask: typeof askFor;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | undefined;
  #stale = false;
  /** ms from an answer to the next question. */
  #pace = paceAfter(0);
  #question = $state('');
  /** What the proxy found for it. */
  #found: Found | undefined;

  /** @param ask replaced in tests */
  constructor(known: Known, ask: typeof askFor = askFor) {
    this.#known = known;
    this.#ask = ask;
  }

  get text(): string {
    return this.#text;
  }

  /** The filter that is judged by: the last text that was complete. */
  get question(): string {
    return this.#question;
  }

  /** A filter that was chosen whole: it holds at once, unless it is faulty. */
  set text(text: string) {
    if (text !== this.#text) this.#read(text, undefined);
  }

  /** The text as it is being typed. */
  type(text: string): void {
    if (text !== this.#text) this.#read(text, unfinishedWord(text));
  }

  /** The typed text is meant as it is: a word that may yet become a field is a word. */
  settle(): void {
    if (this.unfinished !== undefined) this.#read(this.#text, undefined);
  }

  #read(text: string, unfinished: string | undefined): void {
    this.#text = text;
    const parsed = parseFilter(text);
    this.error = parsed.ok ? undefined : parsed.error;
    this.unfinished = parsed.ok ? unfinished : undefined;
    if (!parsed.ok || unfinished !== undefined) return;
    this.#stop();
    this.#question = text;
    this.#found = undefined;
    this.askedAt = undefined;
    this.askError = '';
    this.asked = lackingFields(parsed.filter.expression);
    if (text.trim() === '') this.judge = undefined;
    else if (this.asked.length === 0) this.judge = new Judge(parsed.filter, this.#known);
    else this.#schedule(TYPING);
  }

  /** The session went on: what the proxy judged may be old. */
  touch(): void {
    if (this.asked.length === 0) return;
    this.#stale = true;
    if (this.#timer === undefined && this.#running === undefined) this.#schedule(this.#pace);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running?.abort();
    this.#running = undefined;
    this.#stale = false;
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#run();
    }, ms);
  }

  async #run(): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#stale = false;
    const began = Date.now();
    let answer: AskedFor;
    try {
      answer = await this.#ask(this.#question, running.signal, this.#found);
    } catch {
      return;
    }
    if (running.signal.aborted) return;
    this.#running = undefined;
    this.#pace = paceAfter(Date.now() - began);
    if (answer.kind === 'ok') {
      this.judge = answer.judge;
      this.#found = answer.found;
      this.askedAt = began;
      this.askError = '';
    } else {
      this.askError = answer.text;
      this.#stale = true;
    }
    if (this.#stale) this.#schedule(this.#pace);
  }
}
