/** What connections say of their clients: whether they come through the proxy, and trust it. */
import type { ConnectionSummary, FailureCause, Millis } from '../../../src/shared/model.ts';

/**
 * `trusted`: TLS with our certificate was established. `not-trusted`: the client refused that certificate. `untouched`:
 * relayed as it is, so trust was not asked for. `no-tls`: plain HTTP. `reached`: it opened the proxy's own page. `failed`:
 * something else went wrong before it could tell. `under-way`: not known yet.
 */
export type Verdict = 'trusted' | 'not-trusted' | 'untouched' | 'no-tls' | 'reached' | 'failed' | 'under-way';

export interface Seen {
  readonly conn: number;
  readonly at: Millis;
  /** The client's address. */
  readonly from: string;
  /** What it asked for; both empty when it named nothing. */
  readonly host: string;
  readonly port: number;
  readonly verdict: Verdict;
  /** Why, where the verdict alone does not say it. It may hold text of the peers. */
  readonly why?: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** The causes that mean: it does not take our certificate. */
const DISTRUST: ReadonlySet<FailureCause> = new Set(['ca-not-trusted-by-client', 'pinning-suspected']);

/** What one connection says. */
export function seenOf(line: ConnectionSummary): Seen {
  const { id: conn, openedAt: at, from, intent } = line;
  const seen = { conn, at, from: from.address, host: intent?.host ?? '', port: intent?.port ?? 0 };
  return { ...seen, ...judged(line) };
}

function judged({ decision, legs, end }: ConnectionSummary): Pick<Seen, 'verdict' | 'why' | 'remedy'> {
  switch (decision?.action) {
    case 'serve':
      return { verdict: 'reached' };
    case 'forward':
      return { verdict: 'no-tls' };
    case 'tunnel':
      return { verdict: 'untouched', why: decision.reason };
    case 'refuse':
      return { verdict: 'failed', why: decision.reason };
  }
  const client = legs.client;
  if (client?.failure !== undefined) {
    const { cause, text, remedy } = client.failure;
    const verdict = DISTRUST.has(cause) ? 'not-trusted' : 'failed';
    return { verdict, why: text, ...(remedy !== undefined && { remedy }) };
  }
  if (client?.state === 'established') return { verdict: 'trusted' };
  if (end === undefined) return { verdict: 'under-way' };
  return { verdict: 'failed', why: end.text };
}

/** What is known of one address: the newest connection that says something of trust, else the newest at all. */
export interface Source {
  readonly address: string;
  readonly connections: number;
  readonly newest: Seen;
}

/** Those verdicts that answer the question, whether the client trusts the CA. */
const ANSWERS: ReadonlySet<Verdict> = new Set<Verdict>(['trusted', 'not-trusted']);

/** The addresses that connections came from, the one with the newest connection first. `seen` is oldest first. */
export function sourcesOf(seen: readonly Seen[]): readonly Source[] {
  const sources = new Map<string, Source>();
  for (const each of seen) {
    const known = sources.get(each.from);
    const keeps = known !== undefined && ANSWERS.has(known.newest.verdict) && !ANSWERS.has(each.verdict);
    // Set anew, so that the order is that of the newest connection.
    sources.delete(each.from);
    sources.set(each.from, {
      address: each.from,
      connections: (known?.connections ?? 0) + 1,
      newest: keeps ? known.newest : each,
    });
  }
  return [...sources.values()].reverse();
}

/** The connections after the one with this id; of a proxy that was started again, whose ids begin anew, all. */
export function after(lines: readonly ConnectionSummary[], id: number): readonly ConnectionSummary[] {
  const last = lines.at(-1);
  if (last === undefined || last.id < id) return lines;
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.id ?? 0) <= id) low = middle + 1;
    else high = middle;
  }
  return lines.slice(low);
}

interface Words {
  /** Beside a connection. */
  readonly word: string;
  /** Of a client, by its address. */
  readonly sentence: string;
}

export const WORDS: Readonly<Record<Verdict, Words>> = {
  trusted: { word: 'trusted', sentence: 'It comes through the proxy and trusts the CA.' },
  'not-trusted': { word: 'not trusted', sentence: 'It comes through the proxy, but does not trust the CA.' },
  untouched: {
    word: 'tunnelled',
    sentence: 'It comes through the proxy; this host passes untouched, so its trust was not asked for.',
  },
  'no-tls': { word: 'plain HTTP', sentence: 'It comes through the proxy; without TLS its trust was not asked for.' },
  reached: {
    word: 'reached',
    sentence: 'It reaches the proxy and opened its page. It does not use it as its proxy yet.',
  },
  failed: {
    word: 'failed',
    sentence: 'It comes through the proxy; the connection failed for another reason than trust.',
  },
  'under-way': { word: 'under way', sentence: 'It comes through the proxy; the handshake is under way.' },
};

/** What can always be the reason that nothing is seen. */
export const UNSEEN: readonly string[] = [
  'The program was started before the proxy was set: start it anew.',
  'It keeps a connection that was open before: close it.',
  'It does not take its proxy from there: look for a setting of its own.',
];
