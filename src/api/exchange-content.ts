/** An exchange's bodies in memory, within a bound, for what is written of exchanges one by one. */
import type { BodySide, BodyStore } from '../capture/body-store.ts';
import { decodeContent } from '../capture/content-coding.ts';
import { type Content, type ExchangeContent, NO_CONTENT } from '../export/content.ts';
import type { BodyFacts, HttpExchange } from '../shared/exchange.ts';

/** Bytes of one body, as sent and as decoded. */
const MAX_CONTENT = 32 * 1024 * 1024;

/** Never more than 128 MiB in all, whatever is kept. */
export async function contentOf(bodies: BodyStore, { id, request, response }: HttpExchange): Promise<ExchangeContent> {
  return {
    request: await oneOf(bodies, id, 'request', request.body),
    response: response ? await oneOf(bodies, id, 'response', response.body) : NO_CONTENT,
  };
}

async function oneOf(bodies: BodyStore, id: number, side: BodySide, facts: BodyFacts): Promise<Content> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const { bytes } of bodies.read(id, side)) {
    parts.push(bytes.length > MAX_CONTENT - size ? bytes.subarray(0, MAX_CONTENT - size) : bytes);
    size += parts.at(-1)!.length;
    if (size >= MAX_CONTENT) break;
  }
  const sent = Buffer.concat(parts);
  const notes =
    sent.length < facts.size ? [`Only ${sent.length} of the ${side}’s ${facts.size} body bytes are here.`] : [];
  if (facts.encoding === '' || sent.length === 0) return { sent, decoded: sent, notes };
  const decoded = await decodeContent(once(sent), facts.encoding, MAX_CONTENT);
  if (decoded === undefined) {
    return {
      sent,
      decoded: sent,
      notes: [...notes, `The content coding of the ${side}’s body is not known to tlscope.`],
    };
  }
  return { sent, decoded: decoded.bytes, notes: decoded.problem === undefined ? notes : [...notes, decoded.problem] };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
