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

/** Connections by the addresses they came from. A connection is renewed when it changes; what did not change is not looked at. */
export class Sightings {
  readonly #sources = new Map<string, { readonly seen: Map<number, Seen>; ids: number[]; answering: number }>();
  readonly #addresses = new Map<number, string>();

  /** Takes in a connection as it is now; not any more when it left. */
  renew(id: number, line: ConnectionSummary | undefined): void {
    if (line === undefined) this.#remove(id);
    else this.#take(seenOf(line));
  }

  #take(seen: Seen): void {
    const { conn, from } = seen;
    this.#addresses.set(conn, from);
    let source = this.#sources.get(from);
    if (source === undefined) {
      source = { seen: new Map(), ids: [], answering: 0 };
      this.#sources.set(from, source);
    }
    if (!source.seen.has(conn)) source.ids.push(conn);
    source.seen.set(conn, seen);
    if (ANSWERS.has(seen.verdict)) source.answering = Math.max(source.answering, conn);
  }

  #remove(id: number): void {
    const from = this.#addresses.get(id);
    const source = from === undefined ? undefined : this.#sources.get(from);
    if (from === undefined || source === undefined) return;
    this.#addresses.delete(id);
    source.seen.delete(id);
    source.ids = source.ids.filter((each) => each !== id);
    if (source.seen.size === 0) this.#sources.delete(from);
    else if (source.answering === id)
      source.answering = Math.max(0, ...[...source.seen.values()].filter(isAnswer).map(({ conn }) => conn));
  }

  /** The one with the newest connection first. */
  sources(): readonly Source[] {
    return [...this.#sources]
      .sort(([, one], [, other]) => other.ids.at(-1)! - one.ids.at(-1)!)
      .map(([address, { seen, ids, answering }]) => {
        return { address, connections: ids.length, newest: (seen.get(answering) ?? seen.get(ids.at(-1)!))! };
      });
  }

  /** The newest connections from this address, the newest first. */
  newest(address: string, most: number): readonly Seen[] {
    const source = this.#sources.get(address);
    return source === undefined
      ? []
      : source.ids
          .slice(-most)
          .reverse()
          .map((id) => source.seen.get(id)!);
  }
}

function isAnswer({ verdict }: Seen): boolean {
  return ANSWERS.has(verdict);
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
