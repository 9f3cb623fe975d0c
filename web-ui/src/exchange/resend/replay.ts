/** `POST /api/exchanges/ID/replay`: sends a request again. */
import type { ReplayEdits, Replayed } from '../../../../src/shared/replay.ts';
import { reason } from '../../live/exports.ts';

export type Resent =
  | { readonly kind: 'ok'; readonly exchange: number }
  | { readonly kind: 'error'; readonly text: string };

/** Never rejects, except when `signal` aborts it: the request may be on its way all the same. */
export async function resend(
  id: number,
  edits: ReplayEdits,
  signal: AbortSignal,
  ask: typeof fetch = fetch,
): Promise<Resent> {
  try {
    const response = await ask(`/api/exchanges/${id}/replay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(edits),
      signal,
    });
    if (!response.ok) return { kind: 'error', text: await reason(response) };
    const { exchange } = (await response.json()) as Replayed;
    return { kind: 'ok', exchange };
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: 'error', text: 'The proxy did not answer.' };
  }
}
