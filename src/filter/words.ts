/** What bare words search: what a list shows of a subject, in lower case. */
import type { ConnectionSummary, Decision } from '../shared/model.ts';
import { urlOf } from './fields-exchange.ts';
import type { FilterSubject } from './subject.ts';

const cache = new WeakMap<object, readonly string[]>();

/** How lists call what the proxy did, where that is not the handshakes' own state. */
const ACTIONS: Readonly<Record<Decision['action'], string | undefined>> = {
  intercept: undefined,
  tunnel: 'tunnelled',
  forward: 'forwarded',
  serve: 'served',
  refuse: 'refused',
};

/**
 * Of an exchange: number, method, URL, status. Of a connection: number, host and port, what the legs settled or failed of,
 * what the proxy decided. Summaries are replaced and never changed, so their words are kept as long as they are.
 */
export function wordsOf({ exchange, summary }: FilterSubject): readonly string[] {
  if (exchange) {
    const { id, request, response } = exchange;
    return lower([`#${id}`, request.method, urlOf(exchange), response && `${response.status}`]);
  }
  if (summary === undefined) return [];
  const known = cache.get(summary);
  if (known !== undefined) return known;
  const words = lower(connectionWords(summary));
  cache.set(summary, words);
  return words;
}

function connectionWords({ id, from, intent, decision, legs, end }: ConnectionSummary): (string | undefined)[] {
  const { host = '', port = 0 } = intent ?? {};
  const authority = `${host.includes(':') ? `[${host}]` : host}${port === 0 ? '' : `:${port}`}`;
  const words: (string | undefined)[] = [`#${id}`, authority, from.address, end?.text];
  if (decision) words.push(ACTIONS[decision.action], decision.reason);
  for (const leg of [legs.client, legs.server]) {
    words.push(leg?.state, leg?.version, leg?.suite, leg?.group, leg?.alpn, leg?.sni);
    words.push(leg?.failure?.cause, leg?.failure?.alert, leg?.failure?.errorCode, leg?.failure?.text);
  }
  return words;
}

function lower(words: readonly (string | undefined)[]): string[] {
  return words.flatMap((word) => (word ? [word.toLowerCase()] : []));
}
