/** An exchange's body, asked of the proxy in bounded parts or, when that is wanted, as a whole. */
import { BODY_MORE, BODY_NOTE } from '../../../src/shared/api.ts';
import { type Answered, ask } from './ask.ts';
import { joined, readAll } from './read-all.ts';

/** Bytes asked for at once. */
export const BODY_PART = 256 * 1024;

export interface BodyPart {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The body goes on behind them. */
  readonly more: boolean;
  /** What is not as it was sent; empty when all is. */
  readonly note: string;
}

/**
 * `GET /api/exchanges/ID/body`: at most `size` content bytes from `from` on, their content coding taken off; fewer where
 * the API gives no more at once. Never rejects, except when `signal` aborts it.
 * @param onProgress told how many bytes have come
 */
export function fetchBody(
  id: number,
  side: 'request' | 'response',
  from: number,
  size: number,
  signal: AbortSignal,
  get: typeof fetch = fetch,
  onProgress: (bytes: number) => void = () => {},
): Promise<Answered<BodyPart>> {
  return ask(`/api/exchanges/${id}/body?side=${side}&decoded=1&range=${from}-${from + size - 1}`, {
    signal,
    get,
    read: async (response) => ({
      bytes: await readAll(response, onProgress),
      more: response.headers.has(BODY_MORE),
      note: response.headers.get(BODY_NOTE) ?? '',
    }),
  });
}

/** Bytes of a body that the page takes. */
export const MAX_WHOLE = 256 * 1024 * 1024;

/**
 * All of a body up to `MAX_WHOLE`, its content coding taken off, in as many parts as the API makes of it. Never rejects,
 * except when `signal` aborts it.
 * @param onProgress told how many bytes have come
 */
export async function fetchWholeBody(
  id: number,
  side: 'request' | 'response',
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
  get: typeof fetch = fetch,
): Promise<Answered<BodyPart>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let size = 0; ; ) {
    const before = size;
    const part = await fetchBody(id, side, before, MAX_WHOLE - before, signal, get, (bytes) =>
      onProgress(before + bytes),
    );
    if (part.kind === 'error') return part;
    const { bytes, more } = part.answer;
    pieces.push(bytes);
    size += bytes.length;
    // Only the last part's note is of the body, and not of where the parts were cut.
    if (!more || bytes.length === 0 || size >= MAX_WHOLE)
      return { kind: 'ok', answer: { ...part.answer, bytes: joined(pieces) } };
  }
}
