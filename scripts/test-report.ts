import { Transform } from 'node:stream';
import type { TestEvent } from 'node:test/reporters';

/** `# pass 3` of the run as a whole; spec prints them before the details of failures, and we want them last. */
const SUMMARY_LINE = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

/** `t.skip('needs curl, openssl')`, as `needsTool` writes it. */
const NEEDS = /^needs (.+)$/;

/** Passes test events on to a reporter, holding back the run's summary and counting what missing tools skipped. */
export class TestReport extends Transform {
  readonly #summary: string[] = [];
  readonly #skipped = new Map<string, number>();

  constructor() {
    super({ objectMode: true });
  }

  override _transform(event: TestEvent, _encoding: string, done: (error: null, event?: TestEvent) => void): void {
    if (event.type === 'test:diagnostic' && event.data.nesting === 0 && SUMMARY_LINE.test(event.data.message)) {
      this.#summary.push(event.data.message);
      done(null);
      return;
    }
    if (event.type === 'test:pass' && typeof event.data.skip === 'string') this.#countSkip(event.data.skip);
    done(null, event);
  }

  /** The last lines of the run: what was skipped for want of which tool, then `ℹ tests N` to `ℹ duration_ms N`. */
  summary(): string {
    const wanting = [...this.#skipped].map(([tool, count]) => `skipped for want of ${tool}: ${count}`);
    return [...wanting, ...this.#summary].map((line) => `ℹ ${line}\n`).join('');
  }

  #countSkip(reason: string): void {
    for (const tool of NEEDS.exec(reason)?.[1]?.split(', ') ?? []) {
      this.#skipped.set(tool, (this.#skipped.get(tool) ?? 0) + 1);
    }
  }
}
