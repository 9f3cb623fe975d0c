/** What tlscope has to keep to, relative to the floor. */
import type { Round, SubjectResult } from './results.ts';
import { median } from './statistics.ts';

export interface Verdict {
  readonly what: string;
  readonly found: string;
  readonly target: string;
  readonly met: boolean;
}

interface RatioTarget {
  readonly what: string;
  readonly of: keyof Round;
  readonly atMost?: number;
  readonly atLeast?: number;
}

const RATIOS: readonly RatioTarget[] = [
  { what: 'h1 request, bodies captured', of: 'cpuPerRequest', atMost: 3.5 },
  { what: 'h2 request, bodies captured', of: 'cpuPerHttp2Request', atMost: 3.5 },
  { what: 'CPU per new connection', of: 'cpuPerConnection', atMost: 1.6 },
  { what: 'bulk throughput', of: 'bulk', atLeast: 0.6 },
];

/** Memory may differ by this much between the first and the last measured round and still be called flat. */
const FLAT = 1.1;

/** Median over the rounds of the ratio within each round: what slows the machine for a while slows both. */
export function ratio(of: keyof Round, subject: SubjectResult, floor: SubjectResult): number {
  return median(subject.rounds.map((round, n) => (round[of] ?? Number.NaN) / (floor.rounds[n]?.[of] ?? Number.NaN)));
}

/** One verdict a target, of those that the floor was measured for. */
export function judge(subject: SubjectResult, floor: SubjectResult): Verdict[] {
  const ratios = RATIOS.flatMap(({ what, of, atMost, atLeast }): Verdict[] => {
    if (floor.rounds.every((round) => round[of] === undefined)) return [];
    const found = ratio(of, subject, floor);
    const met = atMost === undefined ? found >= atLeast! : found <= atMost;
    const target = atMost === undefined ? `>= ${atLeast} x floor` : `<= ${atMost} x floor`;
    return [{ what, found: `${found.toFixed(2)} x floor`, target, met }];
  });
  const first = subject.rounds[0]?.rss ?? Number.NaN;
  const last = subject.rounds.at(-1)?.rss ?? Number.NaN;
  const growth = last / first;
  return [
    ...ratios,
    {
      what: 'RSS, first to last round',
      found: `${growth.toFixed(2)} x`,
      target: `<= ${FLAT} x`,
      met: growth <= FLAT,
    },
  ];
}
