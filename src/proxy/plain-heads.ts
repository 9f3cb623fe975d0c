/** Heads of plain HTTP on their way through http-proxy: what goes on, what does not, and how it is spelled. */
import type { ClientRequest, IncomingMessage, InformationEvent, ServerResponse } from 'node:http';

export const CONTINUE = '100-continue';

/** Whether its content waits for a 100 (RFC 9110 §10.1.1). */
export function isExpecting({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.some(
    (name, i) => i % 2 === 0 && /^expect$/i.test(name) && rawHeaders[i + 1]?.toLowerCase() === CONTINUE,
  );
}

/** A 1xx response goes on to the client (RFC 9110 §15.2), as far as http.Server has a way to send it. */
export function passOn(
  { statusCode, headers }: InformationEvent,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (response.headersSent || request.httpVersion === '1.0') return;
  if (statusCode === 100 && isExpecting(request)) response.writeContinue();
  else if (statusCode === 102) response.writeProcessing();
  else if (statusCode === 103 && headers['link'] !== undefined) {
    try {
      response.writeEarlyHints(headers as Record<string, string | string[]>);
    } catch {
      // A Link that Node does not take is a hint that the client can do without.
    }
  }
}

/** Makes a server's answer one that http.Server can send, without its hop-by-hop headers, and ends one cut short as such. */
export function soundResponse(incoming: IncomingMessage, response: ServerResponse): void {
  const { statusCode = 0, statusMessage = '' } = incoming;
  if (statusCode < 100 || statusCode > 999) incoming.statusCode = 502;
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(statusMessage)) incoming.statusMessage = '';
  dropHopByHop(incoming);
  incoming.once('close', () => {
    if (!incoming.complete) response.destroy();
  });
}

/** RFC 9110 §7.6.1, and what clients address to the proxy. `Transfer-Encoding` stays: Node frames the body by it. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'upgrade',
];

/** @param keep leaves what asks for an upgrade, which is hop-by-hop too */
export function dropHopByHop({ headers }: IncomingMessage, keep?: 'upgrade'): void {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  for (const name of [...HOP_BY_HOP, ...named]) {
    // Naming them hop-by-hop must not change how the body is framed or where the request goes.
    if (name !== keep && name !== 'transfer-encoding' && name !== 'content-length' && name !== 'host') {
      delete headers[name];
    }
  }
  if (keep !== undefined) headers.connection = 'Upgrade';
}

/** Node lower-cases and joins headers; the server gets those that go on as the client wrote them, in its order. */
export function keepSpelling(out: ClientRequest, request: IncomingMessage): void {
  const written = new Map<string, { name: string; values: string[] }>();
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]!;
    const entry = written.get(name.toLowerCase()) ?? { name, values: [] };
    entry.values.push(request.rawHeaders[i + 1]!);
    written.set(name.toLowerCase(), entry);
  }
  for (const [key, { name, values }] of written) {
    if (!out.hasHeader(key) || key === 'connection' || key === 'upgrade') continue;
    out.removeHeader(key);
    // The URL's authority goes before a Host that says otherwise (RFC 9112 §3.2.2).
    if (key === 'host') out.setHeader(name, request.headers.host ?? '');
    else out.setHeader(name, values.length === 1 ? values[0]! : values);
  }
}
