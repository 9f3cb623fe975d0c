/** Small facts read off heads and cuts. */
import type { BodyFacts, ExchangeOutcome, HeaderPair } from '../shared/exchange.ts';
import type { TlsRole } from '../shared/model.ts';
import type { Cut } from '../wire/http/observer.ts';

/** A body of which nothing has come, as its head announces it. */
export function bodyFacts(headers: readonly HeaderPair[]): BodyFacts {
  return {
    size: 0,
    wireBytes: 0,
    kept: 0,
    type: fieldValue(headers, 'content-type'),
    encoding: fieldValue(headers, 'content-encoding'),
  };
}

/** The first value of a field, several of a list joined; empty when absent. */
function fieldValue(headers: readonly HeaderPair[], name: string): string {
  let found = '';
  for (const [each, value] of headers) {
    if (each.length !== name.length || each.toLowerCase() !== name) continue;
    found = found === '' ? value : `${found}, ${value}`;
  }
  return found;
}

/** What became of an exchange that was cut. @param blame who ended the connection, where that is known */
export function outcomeOf({ by, how, code }: Cut, blame: TlsRole | 'proxy' | undefined): ExchangeOutcome {
  switch (how) {
    case 'reset':
      return { state: 'reset', by, text: `The ${by} reset the stream${code ? ` with ${code.name}` : ''}.` };
    case 'refused':
      return { state: 'refused', by, text: `The ${by} said that it did not process this and will not.` };
    case 'closed': {
      const who = blame ?? by;
      const text =
        who === 'proxy'
          ? 'tlscope ended the connection before the exchange was over.'
          : `The ${who} ended the connection before the exchange was over.`;
      return { state: 'aborted', by: who, text };
    }
  }
}
