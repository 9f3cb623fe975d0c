/**
 * One exchange's messages as HTTP/1 on the wire would have them: head as sent, then the content bytes.
 *
 * An HTTP/1 message comes out as a message that can be sent: chunked content is one chunk, with the trailers behind it.
 * HTTP/2 has no text form; its fields are written as HTTP/1 would, under its own version.
 */
import type { HeaderPair, HttpExchange } from '../shared/exchange.ts';
import { type ExchangeContent, isPseudo, valuesOf, wireBytes } from './content.ts';

export function rawRequest(
  { protocol, authority, request }: HttpExchange,
  { request: content }: ExchangeContent,
): Buffer {
  const headers = request.headers.filter((pair) => !isPseudo(pair));
  const host =
    protocol.startsWith('HTTP/1') || valuesOf(headers, 'host').length > 0 ? [] : [['Host', authority] as const];
  return message(
    `${request.method} ${request.target} ${protocol}`,
    [...host, ...headers],
    content.sent,
    request.trailers,
  );
}

/** Undefined where no response came. */
export function rawResponse(
  { protocol, response }: HttpExchange,
  { response: content }: ExchangeContent,
): Buffer | undefined {
  if (response === undefined) return undefined;
  const headers = response.headers.filter((pair) => !isPseudo(pair));
  return message(`${protocol} ${response.status} ${response.reason ?? ''}`, headers, content.sent, response.trailers);
}

function message(
  line: string,
  headers: readonly HeaderPair[],
  content: Uint8Array,
  trailers: readonly HeaderPair[],
): Buffer {
  const lines = (fields: readonly HeaderPair[]) => fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = wireBytes(`${line}\r\n${lines(headers)}\r\n`);
  const isChunked = valuesOf(headers, 'transfer-encoding').some((value) => /\bchunked\s*$/i.test(value));
  if (!isChunked) return Buffer.concat([head, content]);
  const chunk =
    content.length === 0 ? [] : [wireBytes(`${content.length.toString(16)}\r\n`), content, wireBytes('\r\n')];
  return Buffer.concat([head, ...chunk, wireBytes(`0\r\n${lines(trailers)}\r\n`)]);
}
