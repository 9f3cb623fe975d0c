/**
 * The TLS server that every subject leads to. Answers `GET /N` with N bytes, and does as little else as it can, so that
 * it is never what is measured.
 */
import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import { createServer, type TLSSocket } from 'node:tls';
import { answer } from './answer.ts';
import type { BenchCertificates } from './certificates.ts';
import { tlsSetting } from './setting.ts';

export interface OriginOptions {
  readonly certificates: BenchCertificates;
  readonly group: string;
}

/** Bodies up to this size (bytes) are kept whole and sent with the head in one write. */
const SMALL = 65_536;
const BLOCK = Buffer.alloc(65_536, 'b');
const HEAD_END = '\r\n\r\n';

answer({
  listen: ({ certificates, group }: OriginOptions) =>
    new Promise<number>((resolve) => {
      const server = createServer({ ...tlsSetting(group), cert: certificates.leaf, key: certificates.key }, serve);
      server.listen(0, '127.0.0.1', 1024, () => resolve((server.address() as { port: number }).port));
    }),

  /** The same over HTTP/2. */
  listenHttp2: ({ certificates, group }: OriginOptions) =>
    new Promise<number>((resolve) => {
      const server = createSecureServer({ ...tlsSetting(group), cert: certificates.leaf, key: certificates.key });
      server.on('stream', respondHttp2);
      server.listen(0, '127.0.0.1', 1024, () => resolve((server.address() as { port: number }).port));
    }),
});

function serve(socket: TLSSocket): void {
  let pending = '';
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    pending += String(chunk);
    for (let end = pending.indexOf(HEAD_END); end >= 0; end = pending.indexOf(HEAD_END)) {
      respond(socket, Number(/^GET \/(\d+) /.exec(pending)?.[1] ?? 0));
      pending = pending.slice(end + HEAD_END.length);
    }
  });
}

function respondHttp2(stream: ServerHttp2Stream, headers: Readonly<Record<string, unknown>>): void {
  const size = Number(/^\/(\d+)$/.exec(String(headers[':path']))?.[1] ?? 0);
  stream.on('error', () => {});
  stream.respond({ ':status': 200, 'content-type': 'application/octet-stream', 'content-length': size });
  stream.end(BLOCK.subarray(0, size));
}

const small = new Map<number, Buffer>();

function respond(socket: TLSSocket, size: number): void {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${size}${HEAD_END}`;
  if (size > SMALL) {
    socket.write(head);
    send(socket, size);
    return;
  }
  let whole = small.get(size);
  if (!whole) {
    whole = Buffer.concat([Buffer.from(head, 'latin1'), BLOCK.subarray(0, size)]);
    small.set(size, whole);
  }
  socket.write(whole);
}

/** Writes `left` bytes in blocks, waiting whenever the socket asks to. */
function send(socket: TLSSocket, left: number): void {
  while (left > 0) {
    const size = Math.min(left, BLOCK.length);
    left -= size;
    if (!socket.write(BLOCK.subarray(0, size)) && left > 0) {
      socket.once('drain', () => send(socket, left));
      return;
    }
  }
}
