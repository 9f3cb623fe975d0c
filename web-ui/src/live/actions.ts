/** What the page has the proxy do with what was recorded. */
import type { Deleted, PassthroughChange, PassthroughHosts } from '../../../src/shared/api.ts';
import type { Replayed } from '../../../src/shared/replay.ts';
import { reason } from './exports.ts';

export type Done<Answer> =
  | { readonly kind: 'ok'; readonly answer: Answer }
  | { readonly kind: 'error'; readonly text: string };

/** `POST /api/delete`. Never rejects. */
export function deleteRecorded(
  connections: readonly number[],
  exchanges: readonly number[],
  get: typeof fetch = fetch,
): Promise<Done<Deleted>> {
  return post('/api/delete', { connections, exchanges }, get);
}

/** `POST /api/exchanges/ID/replay`, as it was sent. Never rejects. */
export function replayExchange(id: number, get: typeof fetch = fetch): Promise<Done<Replayed>> {
  return post(`/api/exchanges/${id}/replay`, {}, get);
}

/** `POST /api/passthrough`. Never rejects. */
export function changePassthrough(
  change: PassthroughChange,
  get: typeof fetch = fetch,
): Promise<Done<PassthroughHosts>> {
  return post('/api/passthrough', change, get);
}

/** `GET /api/passthrough`. Never rejects. */
export function fetchPassthrough(get: typeof fetch = fetch): Promise<Done<PassthroughHosts>> {
  return ask(() => get('/api/passthrough'));
}

function post<Answer>(path: string, body: unknown, get: typeof fetch): Promise<Done<Answer>> {
  const headers = { 'content-type': 'application/json' };
  return ask(() => get(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function ask<Answer>(send: () => Promise<Response>): Promise<Done<Answer>> {
  try {
    const response = await send();
    if (!response.ok) return { kind: 'error', text: await reason(response) };
    return { kind: 'ok', answer: (await response.json()) as Answer };
  } catch {
    return { kind: 'error', text: 'The proxy did not answer.' };
  }
}
