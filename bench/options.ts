/** The bench's options. */
import { parseArgs } from 'node:util';
import { DEFAULT_GROUP } from './setting.ts';

export interface BenchOptions {
  /** Measured rounds; one unmeasured round goes before them. */
  readonly rounds: number;
  /** Keep-alive requests of each subject over all rounds. */
  readonly requests: number;
  /** New connections of each subject over all rounds. */
  readonly connections: number;
  /** Bytes each subject downloads in each round. */
  readonly bulk: number;
  readonly subjects: readonly string[];
  readonly steps: ReadonlySet<Step>;
  readonly group: string;
  readonly json: boolean;
  readonly cpuProf: boolean;
  readonly decode: boolean;
}

/** The kinds of work, in the order in which a round does them. */
export const STEPS = ['latency', 'h1', 'h2', 'connections', 'bulk'] as const;
export type Step = (typeof STEPS)[number];

const MIB = 1_048_576;

export const USAGE = `Usage: npm run bench -- [options]

  --quick              two short rounds instead of the full run
  --rounds N           measured rounds (default 5)
  --requests N         keep-alive requests of each subject, all rounds together (default 60000)
  --connections N      new connections of each subject, all rounds together (default 2000)
  --bulk N             MiB each subject downloads in each round (default 128)
  --subjects A,B,…     which to measure (default direct,floor,tlscope); tap:NAME is the floor with a tap of bench/taps.ts,
                       tlscope:DIR the tlscope of another checkout; mitmproxy, squid, sslsplit: those of Debian's
                       packages mitmproxy, squid-openssl and sslsplit
  --steps A,B,…        what each of them does in a round (default all: ${STEPS.join(',')})
  --group NAME         key exchange group of every leg (default ${DEFAULT_GROUP})
  --cpu-prof           profile tlscope and list where its CPU time went
  --decode             price decoding and recording alone, without sockets
  --json               print the results as JSON
`;

/** @throws TypeError with a plain message for anything that is not an option or not a positive whole number. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      requests: { type: 'string' },
      connections: { type: 'string' },
      bulk: { type: 'string' },
      subjects: { type: 'string', default: 'direct,floor,tlscope' },
      steps: { type: 'string', default: STEPS.join(',') },
      group: { type: 'string', default: DEFAULT_GROUP },
      'cpu-prof': { type: 'boolean', default: false },
      decode: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const count = (name: 'rounds' | 'requests' | 'connections' | 'bulk', full: number, quick: number): number => {
    const text = values[name];
    if (text === undefined) return values.quick ? quick : full;
    if (!/^[1-9]\d{0,7}$/.test(text)) throw new TypeError(`--${name} takes a whole number from 1, not "${text}"`);
    return Number(text);
  };
  return {
    rounds: count('rounds', 5, 2),
    requests: count('requests', 60_000, 12_000),
    connections: count('connections', 2_000, 300),
    bulk: count('bulk', 128, 64) * MIB,
    subjects: listed(values.subjects),
    steps: new Set(listed(values.steps).map(stepOf)),
    group: values.group,
    json: values.json,
    cpuProf: values['cpu-prof'],
    decode: values.decode,
  };
}

function listed(text: string): string[] {
  return text.split(',').filter((name) => name !== '');
}

function stepOf(name: string): Step {
  const step = STEPS.find((each) => each === name);
  if (step === undefined) throw new TypeError(`--steps takes some of ${STEPS.join(', ')}, not "${name}"`);
  return step;
}
