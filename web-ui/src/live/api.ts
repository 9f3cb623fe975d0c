/** What the page asks the API for. */
import type { Health as ApiHealth, Setup } from '../../../src/shared/api.ts';
import type { HttpExchange } from '../../../src/shared/exchange.ts';
import type { ExchangeMessages } from '../../../src/shared/exchange-messages.ts';
import type { Connection } from '../../../src/shared/model.ts';
import { type Answered, ask } from './ask.ts';
import type { Position, Probe, SocketListener } from './stream.ts';

/** `GET /api/health`, where an older or newer server may leave any of it out. */
export type Health = Partial<ApiHealth>;

/** `GET /api/connections/ID`. Never rejects, except when `signal` aborts it. */
export function fetchConnection(id: number, signal: AbortSignal): Promise<Answered<Connection>> {
  return ask(`/api/connections/${id}`, { signal });
}

/** `GET /api/exchanges/ID`. Never rejects, except when `signal` aborts it. */
export function fetchExchange(id: number, signal: AbortSignal): Promise<Answered<HttpExchange>> {
  return ask(`/api/exchanges/${id}`, { signal });
}

/** `GET /api/exchanges/ID/messages`. Never rejects, except when `signal` aborts it. */
export function fetchMessages(id: number, signal: AbortSignal): Promise<Answered<ExchangeMessages>> {
  return ask(`/api/exchanges/${id}/messages`, { signal });
}

/** `GET /api/setup`. Never rejects, except when `signal` aborts it. */
export function fetchSetup(signal: AbortSignal): Promise<Answered<Setup>> {
  return ask('/api/setup', { signal });
}

/** Whether the server knows this browser: asks for the events after the last there can be. Never rejects. */
export async function probe(): Promise<Probe> {
  const asked = await ask(`/api/events?since=${Number.MAX_SAFE_INTEGER}&limit=1`);
  if (asked.kind === 'ok') return 'ok';
  if (asked.status === undefined || asked.status >= 500) return 'unreachable';
  return asked.status === 401 || asked.status === 403 ? 'unauthorized' : 'ok';
}

/** `GET /api/health`; `undefined` when there is no answer. Never rejects. */
export async function fetchHealth(): Promise<Health | undefined> {
  const asked = await ask<Health>('/api/health');
  return asked.kind === 'ok' ? asked.answer : undefined;
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
