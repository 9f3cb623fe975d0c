/** `GET /api/setup`. */
import type { Setup } from '../../../src/shared/api.ts';

export type Asked = { readonly kind: 'ok'; readonly setup: Setup } | { readonly kind: 'error'; readonly text: string };

/** Never rejects, except when `signal` aborts it. */
export async function fetchSetup(signal: AbortSignal): Promise<Asked> {
  try {
    const response = await fetch('/api/setup', { signal });
    if (response.ok) return { kind: 'ok', setup: (await response.json()) as Setup };
    if (response.status === 409)
      return {
        kind: 'error',
        text: 'This is a session that was opened: there is no proxy here to set a client up for.',
      };
    return { kind: 'error', text: `The proxy answered ${response.status} to the question for its address.` };
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: 'error', text: 'The proxy did not answer the question for its address.' };
  }
}
