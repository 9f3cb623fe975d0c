import { relative } from 'node:path';
import { Transform } from 'node:stream';
import type { TestEvent } from 'node:test/reporters';

/** `# pass 3` of the run as a whole; spec prints them before the details of failures, and we want them last. */
const SUMMARY_LINE = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

/** `t.skip('needs curl, openssl')`, as `needsTool` writes it. */
const NEEDS = /^needs (.+)$/;

/** So many files are named as the slowest ones. */
const SLOWEST = 10;

/**
 * Passes test events on to a reporter, holding back the run's summary, counting what missing tools skipped and keeping
 * how long each file took.
 */
export class TestReport extends Transform {
  readonly #summary: string[] = [];
  readonly #skipped = new Map<string, number>();
  /** Ms by file, from the start of its process to the end. */
  readonly #files = new Map<string, number>();

  constructor() {
    super({ objectMode: true });
  }

  override _transform(event: TestEvent, _encoding: string, done: (error: null, event?: TestEvent) => void): void {
    if (event.type === 'test:diagnostic' && event.data.nesting === 0 && SUMMARY_LINE.test(event.data.message)) {
      this.#summary.push(event.data.message);
      done(null);
      return;
    }
    // The runner's event for a file as a whole bears its name.
    if (event.type === 'test:complete' && event.data.name === event.data.file) {
      this.#files.set(event.data.name, event.data.details.duration_ms);
    }
    if (event.type === 'test:pass' && typeof event.data.skip === 'string') this.#countSkip(event.data.skip);
    done(null, event);
  }

  /**
   * The last lines of the run: the slowest files, what was skipped for want of which tool, then `ℹ tests N` to
   * `ℹ duration_ms N`.
   */
  summary(): string {
    const wanting = [...this.#skipped].map(([tool, count]) => `skipped for want of ${tool}: ${count}`);
    return [...this.#slowest(), ...wanting, ...this.#summary].map((line) => `ℹ ${line}\n`).join('');
  }

  #slowest(): string[] {
    if (this.#files.size < 2) return [];
    const named = [...this.#files]
      .sort(([, one], [, other]) => other - one)
      .slice(0, SLOWEST)
      .map(([file, ms]) => `${relative('', file)} ${(ms / 1000).toFixed(1)} s`);
    return [`slowest files: ${named.join(', ')}`];
  }

  #countSkip(reason: string): void {
    for (const tool of NEEDS.exec(reason)?.[1]?.split(', ') ?? []) {
      this.#skipped.set(tool, (this.#skipped.get(tool) ?? 0) + 1);
    }
  }
}
