/**
 * Bounds what the open exchanges of one connection hold of their heads: whatever left the log, they stay in memory whole
 * until they end, and a client may open thousands that never do.
 */
import type { HttpRequest } from '../shared/exchange.ts';
import { MAX_TARGET } from '../shared/exchange-summary.ts';
import type { Issue } from '../shared/model.ts';
import { shared } from '../shared/shared-texts.ts';
import { NO_FIELDS } from './traffic-heads.ts';

/** Bytes, as `traffic-weight.ts` counts them: 10,000 open requests as browsers make them take less. */
export const MAX_OPEN_HEADS = 32 * 1024 * 1024;

export const NOT_HELD: Issue = {
  severity: 'warning',
  text: 'Header fields of this exchange are not kept: the open exchanges of its connection hold too many.',
};

export class OpenHeads {
  #held = 0;

  /** Takes the room for a head if there is room. */
  take(weight: number): boolean {
    if (this.#held + weight > MAX_OPEN_HEADS) return false;
    this.#held += weight;
    return true;
  }

  /** Its exchange is over. */
  release(weight: number): void {
    this.#held -= weight;
  }
}

/** As much of a request as its line in a list shows. */
export function withoutFields(request: HttpRequest): HttpRequest {
  const { method, target } = request;
  return { ...request, method: shared(method), target: shared(target.slice(0, MAX_TARGET)), headers: NO_FIELDS };
}
