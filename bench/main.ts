/** `npm run bench`: what tlscope costs, as ratios against a bare TLS relay in Node and against no proxy at all. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCosts, decodeReport } from './decode.ts';
import { type BenchOptions, parseOptions, USAGE } from './options.ts';
import { topFunctions } from './profile.ts';
import { report } from './report.ts';
import { run } from './run.ts';

const args = process.argv.slice(2);
if (args.includes('--help')) {
  process.stdout.write(USAGE);
  process.exit(0);
}

let options: BenchOptions;
try {
  options = parseOptions(args);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
  process.exit(2);
}

if (options.decode) {
  // Not imported before: it makes this process able to collect garbage on demand, which no other measurement should be.
  const { recordingCost, recordingReport } = await import('./recording.ts');
  const decoding = decodeCosts();
  const recording = await recordingCost();
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ decoding, recording }, null, 2)}\n`
      : `${decodeReport(decoding)}\n${recordingReport(recording)}`,
  );
  process.exit(0);
}

const say = (line: string) => process.stderr.write(`${line}\n`);
const profiles = options.cpuProf ? mkdtempSync(join(tmpdir(), 'tlscope-profile-')) : undefined;
const result = await run(options, say, profiles);
process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : report(result));
if (profiles !== undefined) {
  say(topFunctions(profiles));
  say(`The profile is in ${profiles}; Chromium's DevTools open it.`);
}
