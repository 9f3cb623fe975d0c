/** Small facts read off heads and cuts. */
import type { BodyFacts, ExchangeOutcome, HeaderPair } from '../shared/exchange.ts';
import type { TlsRole } from '../shared/model.ts';
import type { Cut } from '../wire/http/observer.ts';

const TYPE = 'content-type';
const ENCODING = 'content-encoding';

/** What most requests have; shared, so never changed. */
const NOTHING: BodyFacts = { size: 0, wireBytes: 0, kept: 0, type: '', encoding: '' };

/** A body of which nothing has come, as its head announces it: the values of its fields, several of a list joined. */
export function bodyFacts(headers: readonly HeaderPair[]): BodyFacts {
  let type = '';
  let encoding = '';
  for (const pair of headers) {
    const name = pair[0];
    if (name.length === TYPE.length && name.toLowerCase() === TYPE) type = listed(type, pair[1]);
    else if (name.length === ENCODING.length && name.toLowerCase() === ENCODING) encoding = listed(encoding, pair[1]);
  }
  return type === '' && encoding === '' ? NOTHING : { size: 0, wireBytes: 0, kept: 0, type, encoding };
}

function listed(before: string, value: string): string {
  return before === '' ? value : `${before}, ${value}`;
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
