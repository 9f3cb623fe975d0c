/** What the proxy says to requests for itself: what it is, and the certificate of its CA. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authority } from '../ca/authority.ts';
import { answerText, welcome } from './page.ts';

export function serveOwnPage(request: IncomingMessage, response: ServerResponse, authority: Authority): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    answerText(response, 405, 'tlscope', 'This is the address of a proxy. Set it as the HTTP proxy of your client.');
  } else if (request.url === '/ca.pem') {
    response.writeHead(200, {
      'Content-Type': 'application/x-pem-file',
      'Content-Disposition': 'attachment; filename="tlscope-ca.pem"',
      'Cache-Control': 'no-store',
    });
    response.end(authority.certificatePem);
  } else {
    response.writeHead(request.url === '/' ? 200 : 404, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
      'Cache-Control': 'no-store',
    });
    response.end(welcome(authority.sha256));
  }
}
