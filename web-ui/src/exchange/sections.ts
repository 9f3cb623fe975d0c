/** Which parts an opened exchange has. */
import type { HttpExchange } from '../../../src/shared/exchange.ts';

/** Whether `GET /api/exchanges/ID/messages` has something to tell of it. */
export function carriesMessages({ switchedTo, request, response }: HttpExchange): boolean {
  const type = response?.body.type ?? '';
  return (
    switchedTo?.toLowerCase() === 'websocket' ||
    /^text\/event-stream(?:[;\s]|$)/i.test(type) ||
    /^application\/grpc\b/i.test(type) ||
    /^application\/grpc\b/i.test(request.body.type)
  );
}
