/** What the events of traffic keep alive beyond their envelope, in bytes: estimates, on the high side. */
import type { HeaderPair, Http2Handshake, HttpExchange } from '../shared/exchange.ts';
import type { Issue } from '../shared/model.ts';

/** The exchange's own objects, and the copy of them that the state keeps. */
const EXCHANGE = 1800;
/** An array of two and the heads of two strings. */
const PAIR = 96;

/** Without the texts of its request. */
export function exchangeWeight({ authority, issues }: HttpExchange): number {
  return EXCHANGE + authority.length + issuesWeight(issues);
}

export function fieldsWeight(fields: readonly HeaderPair[]): number {
  let weight = 0;
  for (const [name, value] of fields) weight += PAIR + name.length + value.length;
  return weight;
}

export function issuesWeight(issues: readonly Issue[]): number {
  let weight = 0;
  for (const { text } of issues) weight += 64 + 2 * text.length;
  return weight;
}

export function settingsWeight({ settings }: Http2Handshake): number {
  return 600 + 64 * ((settings.client?.length ?? 0) + (settings.server?.length ?? 0));
}
