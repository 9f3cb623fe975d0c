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

/** Linear in the text: after a mismatch only the last `*` is tried again. */
function matches(glob: string, host: string): boolean {
  const pattern = bare(glob);
  const text = bare(host);
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}
