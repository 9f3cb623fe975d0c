/** What a running tlscope recorded, asked for by its API. */
import assert from 'node:assert/strict';
import type { BodySide } from '../../src/capture/body-store.ts';
import type { HeaderPair, HttpExchange } from '../../src/shared/exchange.ts';
import type { ExchangeMessages } from '../../src/shared/exchange-messages.ts';
import type { Connection } from '../../src/shared/model.ts';
import type { RunningTlscope } from './running-tlscope.ts';

export interface Recorded {
  readonly connection: Connection;
  readonly exchanges: readonly HttpExchange[];
}

/** Every connection to `port` after `newest`, in order, each once it is closed. There must be one at least. */
export async function recordedTo(tlscope: RunningTlscope, port: number, newest: number): Promise<Recorded[]> {
  await tlscope.closedAfter(newest, port);
  const found: Recorded[] = [];
  for (const event of tlscope.events) {
    if (event.type !== 'connection.intent' || event.conn <= newest || event.intent.port !== port) continue;
    const connection = await tlscope.closedAfter(event.conn - 1, port);
    const exchanges: HttpExchange[] = [];
    for (const { id } of connection.exchanges ?? []) {
      exchanges.push((await tlscope.api(`/api/exchanges/${id}`)) as HttpExchange);
    }
    found.push({ connection, exchanges });
  }
  return found;
}

/** The only exchange of the only connection to `port` after `newest`, whole. */
export async function onlyExchangeTo(tlscope: RunningTlscope, port: number, newest: number): Promise<HttpExchange> {
  const [first, ...others] = await recordedTo(tlscope, port, newest);
  assert.deepEqual(others, []);
  const [exchange, ...more] = first!.exchanges;
  assert.ok(exchange);
  assert.deepEqual(more, []);
  return exchange;
}

/** A body as it was sent, content coding included. */
export async function bodyOf(tlscope: RunningTlscope, id: number, side: BodySide): Promise<Buffer> {
  const answer = await fetch(`http://127.0.0.1:${tlscope.uiPort}/api/exchanges/${id}/body?side=${side}`, {
    headers: { authorization: 'Bearer end-to-end-tests' },
  });
  assert.equal(answer.status, 200);
  return Buffer.from(await answer.arrayBuffer());
}

export async function messagesIn(tlscope: RunningTlscope, id: number): Promise<ExchangeMessages> {
  return (await tlscope.api(`/api/exchanges/${id}/messages`)) as ExchangeMessages;
}

/** Names and values one after the other, as Node gives them, in pairs. */
export function pairs(raw: readonly string[]): HeaderPair[] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i]!, raw[2 * i + 1]!] as const);
}
