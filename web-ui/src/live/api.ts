/** The dashboard's HTTP calls. The cookie that the server set authorises them. */
import type { Health as ApiHealth } from '../../../src/shared/api.ts';
import type { HttpExchange } from '../../../src/shared/exchange.ts';
import type { ExchangeMessages } from '../../../src/shared/exchange-messages.ts';
import type { Connection } from '../../../src/shared/model.ts';
import type { Position, Probe, SocketListener } from './stream.ts';

/** `GET /api/health`, where an older or newer server may leave any of it out. */
export type Health = Partial<ApiHealth>;

/** What asking for one connection or exchange came to. */
export type Fetched<Subject> =
  | { readonly kind: 'ok'; readonly value: Subject }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'error'; readonly text: string };

/** `GET /api/connections/ID`. Never rejects, except when `signal` aborts it. */
export function fetchConnection(id: number, signal: AbortSignal): Promise<Fetched<Connection>> {
  return fetchOne(`/api/connections/${id}`, signal);
}

/** `GET /api/exchanges/ID`. Never rejects, except when `signal` aborts it. */
export function fetchExchange(id: number, signal: AbortSignal): Promise<Fetched<HttpExchange>> {
  return fetchOne(`/api/exchanges/${id}`, signal);
}

/** `GET /api/exchanges/ID/messages`. Never rejects, except when `signal` aborts it. */
export function fetchMessages(id: number, signal: AbortSignal): Promise<Fetched<ExchangeMessages>> {
  return fetchOne(`/api/exchanges/${id}/messages`, signal);
}

async function fetchOne<Subject>(path: string, signal: AbortSignal): Promise<Fetched<Subject>> {
  try {
    const response = await fetch(path, { signal });
    if (response.status === 404) return { kind: 'gone' };
    if (response.status === 401) return { kind: 'unauthorized' };
    if (!response.ok) return { kind: 'error', text: `The proxy answered ${response.status} to the request for it.` };
    return { kind: 'ok', value: (await response.json()) as Subject };
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: 'error', text: 'The proxy did not answer the request for it.' };
  }
}

/** Whether the server knows this browser: asks for the events after the last there can be. Never rejects. */
export async function probe(): Promise<Probe> {
  try {
    const { status } = await fetch(`/api/events?since=${Number.MAX_SAFE_INTEGER}&limit=1`);
    if (status === 401 || status === 403) return 'unauthorized';
    return status < 500 ? 'ok' : 'unreachable';
  } catch {
    return 'unreachable';
  }
}

/** `GET /api/health`; `undefined` when there is no answer. Never rejects. */
export async function fetchHealth(): Promise<Health | undefined> {
  try {
    const response = await fetch('/api/health');
    return response.ok ? ((await response.json()) as Health) : undefined;
  } catch {
    return undefined;
  }
}

/** Opens `WS /api/live` on the page's own origin. */
export function openLive(position: Position | undefined, listener: SocketListener): WebSocket {
  const url = new URL('/api/live', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  if (position) {
    url.searchParams.set('since', String(position.since));
    url.searchParams.set('run', position.run);
  }
  const socket = new WebSocket(url);
  socket.onopen = () => listener.opened();
  socket.onmessage = ({ data }) => listener.message(data);
  socket.onclose = () => listener.closed();
  return socket;
}
