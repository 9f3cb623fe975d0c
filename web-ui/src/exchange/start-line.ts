/** The first line of a message, where its protocol has one. */
import type { HttpExchange } from '../../../src/shared/exchange.ts';

/**
 * @param response of the status line; the request line without
 * @returns undefined for HTTP/2, whose pseudo-header fields stand among the others (RFC 9113 §8.3), and for what is no HTTP
 */
export function startLine(
  { protocol, request }: HttpExchange,
  response?: { readonly status: number; readonly reason?: string },
): string | undefined {
  if (!protocol.startsWith('HTTP/1')) return undefined;
  if (response === undefined) return `${request.method} ${request.target} ${protocol}`;
  return `${protocol} ${response.status}${response.reason ? ` ${response.reason}` : ''}`;
}
