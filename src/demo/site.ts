/** What every demo server answers over HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

const CHUNK = 64 * 1024;
const MAX_BYTES = 1024 ** 3;

/**
 * `GET /bytes/N`: N bytes of {@link pattern}. `POST /echo`: the request's body. Anything else: a small text page that
 * starts with the server's title.
 */
export function answer(title: string, request: IncomingMessage, response: ServerResponse): void {
  const count = /^\/bytes\/(\d{1,10})$/.exec(request.url ?? '')?.[1];
  if (count !== undefined && Number(count) <= MAX_BYTES) {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': Number(count) });
    pattern(Number(count)).pipe(response);
    return;
  }
  if (request.method === 'POST' && request.url === '/echo') {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    request.pipe(response);
    return;
  }
  request.resume();
  const body = `${title}\n\nA demo server of tlscope answers ${request.method} ${request.url}.\n`;
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** `count` bytes that repeat with a period of 251, prime to every power of two, so that a shifted chunk shows. */
export function pattern(count: number): Readable {
  const block = Uint8Array.from({ length: CHUNK + 251 }, (_, i) => i % 251);
  return Readable.from(
    (function* chunks() {
      for (let at = 0; at < count; at += CHUNK) {
        const from = at % 251;
        yield block.subarray(from, from + Math.min(CHUNK, count - at));
      }
    })(),
    { objectMode: false },
  );
}
