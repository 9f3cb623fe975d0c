/** What the page has the proxy do. */
import type { Deleted, PassthroughChange, PassthroughHosts } from '../../../src/shared/api.ts';
import type { ReplayEdits, Replayed } from '../../../src/shared/replay.ts';
import { type Answered, ask } from './ask.ts';

/** `POST /api/delete`. Never rejects. */
export function deleteRecorded(
  connections: readonly number[],
  exchanges: readonly number[],
  get: typeof fetch = fetch,
): Promise<Answered<Deleted>> {
  return ask('/api/delete', { post: { connections, exchanges }, get });
}

export interface ReplayOptions {
  /** What is to be different from the request as it was; nothing unless given. */
  readonly edits?: ReplayEdits;
  readonly signal?: AbortSignal;
  readonly get?: typeof fetch;
}

/**
 * `POST /api/exchanges/ID/replay`: sends a request again. Never rejects, except when `signal` aborts it: the request may
 * be on its way all the same.
 */
export function replayExchange(
  id: number,
  { edits = {}, signal, get = fetch }: ReplayOptions = {},
): Promise<Answered<Replayed>> {
  return ask(`/api/exchanges/${id}/replay`, { post: edits, get, ...(signal && { signal }) });
}

/** `POST /api/passthrough`. Never rejects. */
export function changePassthrough(
  change: PassthroughChange,
  get: typeof fetch = fetch,
): Promise<Answered<PassthroughHosts>> {
  return ask('/api/passthrough', { post: change, get });
}

/** `GET /api/passthrough`. Never rejects. */
export function fetchPassthrough(get: typeof fetch = fetch): Promise<Answered<PassthroughHosts>> {
  return ask('/api/passthrough', { get });
}
