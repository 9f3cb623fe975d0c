/**
 * `npm run fuzz -- --count N --seed S --of tls|http`: feeds N damaged pieces of recorded connections to the decoders and
 * looks at all that comes of them: TLS records to the session, HTTP and what travels in it to the observers and to the
 * decoders of bodies. The cases are those of test/wire/tls/mutants.ts and test/wire/http/mutants.ts; without `--of` they
 * take turns.
 *
 * Each case has a number, counted up from S (by default from the clock). A case that fails is told with its number, and
 * the command that runs it again.
 */
import { parseArgs } from 'node:util';
import { runCase as runHttpCase } from '../test/wire/http/mutants.ts';
import { runCase as runTlsCase } from '../test/wire/tls/mutants.ts';

/** No case may take longer, ms of CPU: they take a fraction of one, and collections of memory fall into some. */
const MAX_CASE = 2000;
/** Nor may memory grow with the number of cases, bytes. */
const MAX_MEMORY = 2 ** 30;
/** How often that is looked at, cases. */
const LOOK = 10_000;
/** How often other things have their turn, cases. */
const TURN = 500;
/** Failures that are told before the run is given up. */
const MAX_FAILURES = 10;

const KINDS = { tls: runTlsCase, http: runHttpCase };
type Kind = keyof typeof KINDS;

const { values } = parseArgs({
  options: { count: { type: 'string' }, seed: { type: 'string' }, of: { type: 'string' } },
});
const kinds = kindsOf(values.of);
const count = whole(values.count ?? '100000', '--count');
const first = whole(values.seed ?? String(Date.now() % 2 ** 31), '--seed');

console.log(`seed ${first}`);
const began = process.cpuUsage();
let [mutated, fed, messages, slowest, failures] = [0, 0, 0, 0, 0];
let seed = first;
let kind = kinds[0]!;
for (; mutated < count && failures < MAX_FAILURES; seed++) {
  kind = kinds[seed % kinds.length]!;
  const start = performance.now();
  const startCpu = process.cpuUsage();
  try {
    const report = KINDS[kind](seed);
    mutated += report.mutated;
    fed += report.fed;
    messages += report.messages;
  } catch (error) {
    fail(error instanceof Error ? `${error.message}: ${stackOf(error.cause)}` : String(error));
  }
  // Time in which the machine did other things, as a busy one may for seconds, is no hang of ours.
  let took = performance.now() - start;
  if (took > slowest) {
    const { user, system } = process.cpuUsage(startCpu);
    took = Math.min(took, (user + system) / 1000);
  }
  slowest = Math.max(slowest, took);
  if (took > MAX_CASE) fail(`case ${seed} took ${took.toFixed(0)} ms`);
  // What node:zlib holds after a failure goes with a turn of the event loop.
  if ((seed - first) % TURN === 0) await new Promise(setImmediate);
  if ((seed - first) % LOOK === 0) {
    const { rss } = process.memoryUsage();
    if (rss > MAX_MEMORY) fail(`${rss >> 20} MiB are in use after case ${seed}`);
  }
}
const { user, system } = process.cpuUsage(began);
const seconds = (user + system) / 1e6;
const rate = (n: number) => `${Math.round(n / seconds)}/s`;
console.log(`${seed - first} cases, ${mutated} damaged pieces among ${fed}, ${messages} messages decoded`);
console.log(`per second of CPU: ${rate(mutated)} damaged pieces, ${rate(fed)} pieces, ${rate(seed - first)} cases`);
console.log(
  `slowest case ${slowest.toFixed(1)} ms of CPU, ${process.memoryUsage().rss >> 20} MiB, ${failures} failures`,
);
process.exitCode = failures > 0 ? 1 : 0;

function fail(text: string): void {
  failures++;
  console.error(`${text}\nagain: npm run fuzz -- --count 1 --seed ${seed} --of ${kind}`);
}

function stackOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

function kindsOf(text: string | undefined): readonly Kind[] {
  if (text === undefined) return ['tls', 'http'];
  if (text === 'tls' || text === 'http') return [text];
  console.error(`--of takes tls or http, not ${text}.`);
  process.exit(2);
}

function whole(text: string, option: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  console.error(`${option} takes a whole number, not ${text}.`);
  process.exit(2);
}
