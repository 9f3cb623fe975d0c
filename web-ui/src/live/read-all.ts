/** The content of an answer, piece by piece, so that its progress can be told. */

/**
 * @param onProgress told how many bytes have come, after each piece
 * @throws what the stream throws: it was aborted, or broke off
 */
export async function readAll(
  response: Response,
  onProgress: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next?.value === undefined) break;
    pieces.push(next.value);
    size += next.value.length;
    onProgress(size);
  }
  return joined(pieces);
}

/** All of these in one; one alone is not copied. */
export function joined(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
