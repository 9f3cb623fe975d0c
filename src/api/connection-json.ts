/** A connection with its exchanges as JSON. They may be a hundred thousand: made in one piece, it would hold up the proxy for seconds. */
import { connectionParameters } from '../insight/connection-parameters.ts';
import type { HttpExchange } from '../shared/exchange.ts';
import { summariseExchange } from '../shared/exchange-summary.ts';
import type { Connection } from '../shared/model.ts';

/** Exchanges of one part. */
const TOGETHER = 32;

/**
 * In parts, each of little work.
 * @param detailed as `detailOf` gives it
 */
export function* connectionJson(detailed: Connection, exchanges: readonly HttpExchange[]): Generator<string, void> {
  const connection = JSON.stringify({ ...detailed, parameters: connectionParameters(detailed) });
  yield `${connection.slice(0, -1)},"exchanges":[`;
  for (let start = 0; start < exchanges.length; start += TOGETHER) {
    const some = exchanges
      .slice(start, start + TOGETHER)
      .map((exchange) => JSON.stringify(summariseExchange(exchange)));
    yield `${start === 0 ? '' : ','}${some.join(',')}`;
  }
  yield ']}';
}
