/** The results as text. */
import type { Round, RunResult, SubjectResult } from './results.ts';
import { median, spread } from './statistics.ts';
import { table } from './table.ts';
import { judge, ratio } from './targets.ts';

interface Row {
  readonly label: string;
  readonly of: keyof Round;
  readonly scale?: number;
  readonly digits: number;
  /** `ratio`: a share of the floor. `added`: what it is over `direct`, in the row's unit. */
  readonly against: 'ratio' | 'added';
}

const ROWS: readonly Row[] = [
  { label: 'requests/s, 8 keep-alive connections', of: 'requestsPerSecond', digits: 0, against: 'ratio' },
  { label: 'CPU per request, µs', of: 'cpuPerRequest', digits: 1, against: 'ratio' },
  { label: 'h2 requests/s, 4 connections, 16 streams each', of: 'http2RequestsPerSecond', digits: 0, against: 'ratio' },
  { label: 'CPU per h2 request, µs', of: 'cpuPerHttp2Request', digits: 1, against: 'ratio' },
  { label: 'request p50, 1 connection, µs', of: 'latencyP50', scale: 1000, digits: 0, against: 'added' },
  { label: 'request p99, 1 connection, µs', of: 'latencyP99', scale: 1000, digits: 0, against: 'added' },
  { label: 'new connections/s, 4 at a time', of: 'connectionsPerSecond', digits: 0, against: 'ratio' },
  { label: 'CPU per new connection, ms', of: 'cpuPerConnection', digits: 2, against: 'ratio' },
  { label: 'bulk download, MB/s', of: 'bulk', digits: 0, against: 'ratio' },
  { label: 'CPU per MB of bulk, ms', of: 'cpuPerMegabyte', digits: 2, against: 'ratio' },
];

const MB = 1e6;

/** Medians, comparisons, memory and verdicts. Every figure has its unit in its row. */
export function report(result: RunResult): string {
  const { machine, subjects } = result;
  const direct = subjects.find(({ name }) => name === 'direct');
  const floor = subjects.find(({ name }) => name === 'floor');
  const others = subjects.filter((subject) => subject !== direct && subject !== floor);
  const rounds = subjects[0]?.rounds.length ?? 0;
  const rows = ROWS.filter(({ of }) =>
    subjects.some((subject) => subject.rounds.some((round) => round[of] !== undefined)),
  );
  const parts = [
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, OpenSSL ${machine.openssl}\n` +
      `${result.tls}\n` +
      `${result.requests} requests and ${result.connections} new connections a subject in ${rounds} interleaved rounds, ` +
      `${result.seconds.toFixed(0)} s; medians (± half the range of the rounds)\n`,
    table([['', ...subjects.map(({ name }) => name)], ...rows.map((row) => measured(row, subjects))]),
  ];
  if (floor && others.length > 0) {
    parts.push(
      table([
        ['as a ratio to the floor', ...others.map(({ name }) => name)],
        ...rows
          .filter(({ against }) => against === 'ratio')
          .map(({ label, of }) => [
            label.replace(/,.*/, ''),
            ...others.map((subject) => figure(ratio(of, subject, floor), 2)),
          ]),
      ]),
    );
  }
  const added = rows.filter(({ against }) => against === 'added');
  if (direct && subjects.length > 1 && added.length > 0) {
    const proxies = subjects.filter((subject) => subject !== direct);
    parts.push(
      table([
        ['added to direct', ...proxies.map(({ name }) => name)],
        ...added.map(({ label, of, scale = 1, digits }) => [
          label,
          ...proxies.map((subject) => ((middle(of, subject) - middle(of, direct)) * scale).toFixed(digits)),
        ]),
      ]),
    );
  }
  parts.push(memory(subjects.filter(({ rssAtStart }) => rssAtStart !== undefined)));
  const product = subjects.find(({ name }) => name === 'tlscope');
  if (floor && product) parts.push(verdicts(product, floor));
  return `${parts.filter((part) => part !== '').join('\n')}`;
}

function measured({ label, of, scale = 1, digits }: Row, subjects: readonly SubjectResult[]): string[] {
  const cells = subjects.map((subject) => {
    const value = middle(of, subject) * scale;
    if (Number.isNaN(value)) return '-';
    const values = subject.rounds.map((round) => round[of] ?? Number.NaN);
    return `${value.toFixed(digits)} ±${(spread(values) * 100).toFixed(0)}%`;
  });
  return [label, ...cells];
}

function memory(subjects: readonly SubjectResult[]): string {
  if (subjects.length === 0) return '';
  const rounds = subjects[0]!.rounds.length;
  const mb = (bytes: number | undefined) => ((bytes ?? Number.NaN) / MB).toFixed(0);
  return table([
    ['RSS, MB', 'at start', 'warm', ...Array.from({ length: rounds }, (_, n) => `round ${n + 1}`)],
    ...subjects.map(({ name, rssAtStart, rssWarm, rounds: each }) => [
      name,
      mb(rssAtStart),
      mb(rssWarm),
      ...each.map(({ rss }) => mb(rss)),
    ]),
  ]);
}

function verdicts(product: SubjectResult, floor: SubjectResult): string {
  return table([
    ['target', 'wanted', 'found', ''],
    ...judge(product, floor).map(({ what, target, found, met }) => [what, target, found, met ? 'met' : 'NOT met']),
  ]);
}

/** `-` for what was not measured. */
function figure(value: number, digits: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(digits);
}

function middle(of: keyof Round, subject: SubjectResult): number {
  return median(subject.rounds.map((round) => round[of] ?? Number.NaN));
}
