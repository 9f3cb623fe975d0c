/** The dashboard's HTTP calls. The cookie that the server set authorises them. */
import type { Health as ApiHealth } from '../../../src/shared/api.ts';
import type { Connection } from '../../../src/shared/model.ts';
import type { Position, Probe, SocketListener } from './stream.ts';

/** `GET /api/health`, where an older or newer server may leave any of it out. */
export type Health = Partial<ApiHealth>;

/** What asking for one connection came to. */
export type Fetched =
  | { readonly kind: 'ok'; readonly connection: Connection }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'error'; readonly text: string };

/** `GET /api/connections/ID`. Never rejects, except when `signal` aborts it. */
export async function fetchConnection(id: number, signal: AbortSignal): Promise<Fetched> {
  try {
    const response = await fetch(`/api/connections/${id}`, { signal });
    if (response.status === 404) return { kind: 'gone' };
    if (response.status === 401) return { kind: 'unauthorized' };
    if (!response.ok) return { kind: 'error', text: `The proxy answered ${response.status} to the request for it.` };
    return { kind: 'ok', connection: (await response.json()) as Connection };
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
