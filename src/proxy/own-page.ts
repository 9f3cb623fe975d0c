/** What the proxy says to requests for itself: what it is, and the certificate of its CA. */
import { X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authority } from '../ca/authority.ts';
import { CA_FOR_DEVICES, give, textAnswer, welcome } from './page.ts';

export function serveOwnPage(request: IncomingMessage, response: ServerResponse, authority: Authority): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const text = 'This is the address of a proxy. Set it as the HTTP proxy of your client.';
    give(response, textAnswer(405, 'tlscope', text));
  } else if (request.url === '/ca.pem') {
    response.writeHead(200, {
      'Content-Type': 'application/x-pem-file',
      'Content-Disposition': 'attachment; filename="tlscope-ca.pem"',
      'Cache-Control': 'no-store',
    });
    response.end(authority.certificatePem);
  } else if (request.url === CA_FOR_DEVICES) {
    // No Content-Disposition: iOS offers a profile only for what it may open itself.
    response.writeHead(200, { 'Content-Type': 'application/x-x509-ca-cert', 'Cache-Control': 'no-store' });
    response.end(new X509Certificate(authority.certificatePem).raw);
  } else {
    response.writeHead(request.url === '/' ? 200 : 404, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
      'Cache-Control': 'no-store',
    });
    response.end(welcome(authority.sha256, reachedAt(request)));
  }
}

/** Our end of the connection: an address that the client certainly reaches. */
function reachedAt({ socket }: IncomingMessage): { host: string; port: number } {
  const host = (socket.localAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  return { host, port: socket.localPort ?? 0 };
}
