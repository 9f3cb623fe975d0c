/** One question to the API. The cookie that the server set authorises it. */
import type { ApiError } from '../../../src/shared/api.ts';

/** What a question came to. */
export type Answered<Answer> =
  | { readonly kind: 'ok'; readonly answer: Answer }
  | {
      readonly kind: 'error';
      /** For the reader: the API's own sentence and hint where it gave them. */
      readonly text: string;
      /** Of an answer that was no success; absent when there was none. */
      readonly status?: number;
    };

export interface Question<Answer> {
  readonly signal?: AbortSignal;
  /** Sent as JSON, by POST; by GET without it. */
  readonly post?: unknown;
  /** What to make of the answer; from JSON unless given. */
  readonly read?: (response: Response) => Promise<Answer>;
  readonly get?: typeof fetch;
}

/** Never rejects, except when `signal` aborts it. */
export async function ask<Answer>(
  path: string,
  { signal, post, read = json, get = fetch }: Question<Answer> = {},
): Promise<Answered<Answer>> {
  let response: Response | undefined;
  try {
    response = await get(path, {
      ...(signal && { signal }),
      ...(post !== undefined && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(post),
      }),
    });
    if (!response.ok) return { kind: 'error', text: await reason(response), status: response.status };
    return { kind: 'ok', answer: await read(response) };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { kind: 'error', text: response ? BROKEN : 'The proxy did not answer.' };
  }
}

async function json<Answer>(response: Response): Promise<Answer> {
  return (await response.json()) as Answer;
}

const BROKEN = 'The proxy broke the answer off before its end.';

/** What an answer that is no success says of itself. Never rejects. */
export async function reason(response: Response): Promise<string> {
  try {
    const { error, hint } = (await response.json()) as Partial<ApiError>;
    if (typeof error === 'string') return typeof hint === 'string' ? `${error} ${hint}` : error;
  } catch {
    // Not an answer of tlscope's API.
  }
  return `The proxy answered ${response.status}.`;
}
