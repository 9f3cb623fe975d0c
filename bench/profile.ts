/** Where the CPU time went, from the `.cpuprofile` files that `node --cpu-prof` leaves. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The parts of a V8 CPU profile that are read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  /** Node on top of the stack at each sample. */
  readonly samples: readonly number[];
  /** µs since the sample before. */
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  readonly where: string;
  /** ms. */
  readonly self: number;
  /** Of all time that was not idle. */
  readonly share: number;
}

const NOT_WORK = new Set(['(idle)', '(root)']);

/** Functions by the time spent in themselves, most first. Idle time is left out. */
export function selfTimes(profile: CpuProfile): SelfTime[] {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const byName = new Map<string, number>();
  let total = 0;
  profile.samples.forEach((id, n) => {
    const name = names.get(id) ?? '(unknown)';
    if (NOT_WORK.has(name)) return;
    const spent = (profile.timeDeltas[n] ?? 0) / 1000;
    byName.set(name, (byName.get(name) ?? 0) + spent);
    total += spent;
  });
  return [...byName].map(([where, self]) => ({ where, self, share: self / total })).toSorted((a, b) => b.self - a.self);
}

/** The functions that cost most, as text, for each profile in the directory. */
export function topFunctions(directory: string, count = 40): string {
  const files = readdirSync(directory).filter((name) => name.endsWith('.cpuprofile'));
  const lines = files.flatMap((file) => {
    const profile = JSON.parse(readFileSync(join(directory, file), 'utf8')) as CpuProfile;
    return selfTimes(profile)
      .slice(0, count)
      .map(
        ({ where, self, share }) =>
          `${self.toFixed(0).padStart(7)} ms ${(share * 100).toFixed(1).padStart(5)} %  ${where}`,
      );
  });
  return ['', 'Self time of tlscope over the whole run, main thread, idle left out:', ...lines, ''].join('\n');
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const file = url.replace(/^file:\/\/.*?\/(?=src\/|node_modules\/)/, '');
  return `${name}  ${file}:${lineNumber + 1}`;
}
