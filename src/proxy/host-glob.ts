import { matchesGlob } from '../shared/glob.ts';

/**
 * Host globs of `--passthrough` and `--insecure`: `*` stands for any run of characters, `?` for one; case does not
 * matter. `*.example.test` does not match `example.test`. A `:PORT` at the end limits the glob to that port.
 */
export function matchesHost(glob: string, host: string, port: number): boolean {
  const limited = /^(.*?):(\d+)$/.exec(glob);
  // An IPv6 literal has colons of its own; only brackets can carry a port.
  if (limited !== null && (!limited[1]!.includes(':') || limited[1]!.endsWith(']'))) {
    return Number(limited[2]) === port && matches(limited[1]!, host);
  }
  return matches(glob, host);
}

function matches(glob: string, host: string): boolean {
  return matchesGlob(bare(glob), bare(host));
}

function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}
