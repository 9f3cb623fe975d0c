/** An exchange's body, asked of the proxy in bounded parts or, when that is wanted, as a whole. */
import { BODY_NOTE } from '../../../src/shared/api.ts';
import { reason } from './exports.ts';
import { readAll } from './read-all.ts';

/** Bytes asked for at once. */
export const BODY_PART = 256 * 1024;

export type BodyPart =
  | { readonly kind: 'ok'; readonly bytes: Uint8Array; readonly more: boolean; readonly note: string }
  | { readonly kind: 'error'; readonly text: string };

/**
 * `GET /api/exchanges/ID/body`: at most `size` content bytes from `from` on, their content coding taken off. `more`: the
 * body goes on behind them. Never rejects, except when `signal` aborts it.
 */
export async function fetchBody(
  id: number,
  side: 'request' | 'response',
  from: number,
  size: number,
  signal: AbortSignal,
  get: typeof fetch = fetch,
): Promise<BodyPart> {
  try {
    // One byte more than is wanted tells whether there is more.
    const response = await get(`/api/exchanges/${id}/body?side=${side}&decoded=1&range=${from}-${from + size}`, {
      signal,
    });
    if (!response.ok) return { kind: 'error', text: await reason(response) };
    const bytes = new Uint8Array(await response.arrayBuffer());
    const note = response.headers.get(BODY_NOTE) ?? '';
    return { kind: 'ok', bytes: bytes.subarray(0, size), more: bytes.length > size, note };
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: 'error', text: 'The proxy did not answer.' };
  }
}

/** Bytes of a body that the page takes. A larger one can be saved. */
export const MAX_WHOLE = 256 * 1024 * 1024;

/**
 * All of a body, its content coding taken off. Never rejects, except when `signal` aborts it.
 * @param onProgress told how many bytes have come
 */
export async function fetchWholeBody(
  id: number,
  side: 'request' | 'response',
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
  get: typeof fetch = fetch,
): Promise<BodyPart> {
  try {
    const response = await get(`/api/exchanges/${id}/body?side=${side}&decoded=1&range=0-${MAX_WHOLE}`, { signal });
    if (!response.ok) return { kind: 'error', text: await reason(response) };
    const bytes = await readAll(response, onProgress);
    const note = response.headers.get(BODY_NOTE) ?? '';
    return { kind: 'ok', bytes: bytes.subarray(0, MAX_WHOLE), more: bytes.length > MAX_WHOLE, note };
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: 'error', text: 'The proxy broke the body off before its end.' };
  }
}
