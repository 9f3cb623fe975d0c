/**
 * `npm test`: sets the machine up, builds the dashboard where it is missing or old, and runs every `*.test.ts` under `test`.
 *
 * Arguments are globs or files to run instead of everything. The summary (`ℹ pass N`, …) comes last, after the details
 * of failures and after the slowest files and a line for each missing tool that made tests skip.
 */

import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';
import { ensureDashboard } from '../src/cli/dashboard-build.ts';
import { setUp } from './setup.ts';
import { TestReport } from './test-report.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** Tests wait for the programs that they start about as long as they compute. */
const CONCURRENCY = Math.min(4, 2 * availableParallelism());
/** Sources compiled once, not once for each test file; `npm ci` clears it. */
const COMPILED = join(ROOT, 'node_modules', '.cache', 'tlscope-tests');
/** No test may take longer than this, in ms. `test/support/watchdog.ts` limits whole files. */
const TEST_TIMEOUT = 120_000;
/** Nor the whole run: the last resort against a file that spins. */
const RUN_TIMEOUT = 20 * 60_000;

process.chdir(ROOT);
setUp();
// The dashboard's own tests and the browser tests look at what is built.
await ensureDashboard((line) => console.error(line));

const patterns = process.argv.slice(2);
const files = inTurns(globSync(patterns.length > 0 ? patterns : ['test/**/*.test.ts']).sort());
if (files.length === 0) {
  console.error(`No test file matches ${patterns.join(' ')}.`);
  process.exit(1);
}

// For the processes of the test files, and for the commands that they start.
process.env['NODE_COMPILE_CACHE'] ??= COMPILED;

const report = new TestReport();
const stream = run({
  files: files.map((file) => resolve(file)),
  concurrency: CONCURRENCY,
  timeout: TEST_TIMEOUT,
  execArgv: ['--import', pathToFileURL(join(ROOT, 'test', 'support', 'watchdog.ts')).href],
  signal: AbortSignal.timeout(RUN_TIMEOUT),
});
stream.on('test:fail', (data) => {
  if (data.todo === undefined || data.todo === false) process.exitCode = 1;
});
stream
  .compose(report)
  .compose(new spec())
  .on('data', (chunk: Buffer | string) => process.stdout.write(chunk))
  .on('end', () => process.stdout.write(report.summary()));

/** Browsers keep the cores busy, and the clients and servers of `e2e` are waited for: side by side they take the least time. */
function inTurns(files: readonly string[]): string[] {
  const browsers = files.filter((file) => /^test\/web-ui\/[^/]+$/.test(file));
  const waiting = files.filter((file) => file.startsWith('test/e2e/'));
  const each = Math.ceil(waiting.length / Math.max(1, browsers.length));
  const turns = browsers.flatMap((file, i) => [file, ...waiting.slice(i * each, (i + 1) * each)]);
  return [...new Set([...turns, ...files])];
}
