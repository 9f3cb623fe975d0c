/** How much of a body is read. */
import type { HttpExchange } from '../../../src/shared/exchange.ts';
import { isOver } from '../../../src/shared/reduce-exchange.ts';
import { BODY_PART } from '../live/body.ts';

/** Bytes that are read whole without being asked to, once the exchange is over. */
const SMALL = 8 * 1024 * 1024;

/** Whether the body is read whole: when that is wished, and by itself when it is small and grows no more. */
export function readsWhole(exchange: HttpExchange, kept: number, wished: boolean): boolean {
  return wished || (isOver(exchange) && kept > BODY_PART && kept <= SMALL);
}
