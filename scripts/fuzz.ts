/**
 * `npm run fuzz -- --count N --seed S`: feeds N damaged records of the golden flows to the TLS session and looks at all
 * that comes of them; the cases are those of test/wire/tls/mutants.ts.
 *
 * Each case has a number, counted up from S (by default from the clock). A case that fails is told with its number, and
 * `--seed NUMBER --count 1` runs it again.
 */
import { parseArgs } from 'node:util';
import { runCase } from '../test/wire/tls/mutants.ts';

/** No case may take longer, ms: they take a fraction of one, and a machine may be busy with other things. */
const MAX_CASE = 2000;
/** Nor may memory grow with the number of cases, bytes. */
const MAX_MEMORY = 2 ** 30;
/** How often that is looked at, cases. */
const LOOK = 10_000;
/** Failures that are told before the run is given up. */
const MAX_FAILURES = 10;

const { values } = parseArgs({ options: { count: { type: 'string' }, seed: { type: 'string' } } });
const count = whole(values.count ?? '100000', '--count');
const first = whole(values.seed ?? String(Date.now() % 2 ** 31), '--seed');

console.log(`seed ${first}`);
const began = process.cpuUsage();
let [mutated, fed, messages, slowest, failures] = [0, 0, 0, 0, 0];
let seed = first;
for (; mutated < count && failures < MAX_FAILURES; seed++) {
  const start = performance.now();
  try {
    const report = runCase(seed);
    mutated += report.mutated;
    fed += report.fed;
    messages += report.messages;
  } catch (error) {
    fail(error instanceof Error ? `${error.message}: ${stackOf(error.cause)}` : String(error));
  }
  const took = performance.now() - start;
  slowest = Math.max(slowest, took);
  if (took > MAX_CASE) fail(`case ${seed} took ${took.toFixed(0)} ms`);
  if ((seed - first) % LOOK === 0) {
    const { rss } = process.memoryUsage();
    if (rss > MAX_MEMORY) fail(`${rss >> 20} MiB are in use after case ${seed}`);
  }
}
const { user, system } = process.cpuUsage(began);
const seconds = (user + system) / 1e6;
const rate = (n: number) => `${Math.round(n / seconds)}/s`;
console.log(`${seed - first} cases, ${mutated} damaged records among ${fed}, ${messages} messages decoded`);
console.log(`per second of CPU: ${rate(mutated)} damaged records, ${rate(fed)} records, ${rate(seed - first)} cases`);
console.log(`slowest case ${slowest.toFixed(1)} ms, ${process.memoryUsage().rss >> 20} MiB, ${failures} failures`);
process.exitCode = failures > 0 ? 1 : 0;

function fail(text: string): void {
  failures++;
  console.error(`${text}\nagain: npm run fuzz -- --count 1 --seed ${seed}`);
}

function stackOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

function whole(text: string, option: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  console.error(`${option} takes a whole number, not ${text}.`);
  process.exit(2);
}
