/** Which event of one leg answers to which of the other. */
import type { LegRole, TlsRole } from '../../../src/shared/model.ts';
import type { LadderRow } from './ladder.ts';
import { type LadderEvent, otherLeg } from './ladder-events.ts';

type MessageEvent = Extract<LadderEvent, { kind: 'message' }>;

/** Both ends of a line across the proxy: what it repeats from one leg to the other. */
export interface Link {
  readonly key: string;
  readonly client: number;
  readonly server: number;
  /** The leg where it was first. */
  readonly from: LegRole;
}

const LINKED: readonly (readonly [sender: TlsRole, name: string])[] = [
  ['client', 'ClientHello'],
  ['server', 'HelloRetryRequest'],
  ['server', 'ServerHello'],
  ['server', 'Certificate'],
  ['server', 'CompressedCertificate'],
];

/** The hellos and the server's certificate of one leg with those that the proxy made of them on the other. */
export function linksOf(rows: readonly LadderRow[]): Link[] {
  const places = new Map(rows.map(({ event, y }) => [event.key, y]));
  const found = new Map<string, { client?: MessageEvent; server?: MessageEvent }>();
  for (const [name, event] of named(rows.map(({ event }) => event))) {
    if (!LINKED.some(([sender, type]) => sender === event.sender && type === event.message.type.name)) continue;
    found.set(name, { ...found.get(name), [event.leg]: event });
  }
  return [...found].flatMap(([key, { client, server }]) => {
    if (client === undefined || server === undefined) return [];
    const from = client.at <= server.at ? 'client' : 'server';
    return [{ key, client: places.get(client.key) ?? 0, server: places.get(server.key) ?? 0, from }];
  });
}

/**
 * The message of the other leg that is the same in the course of the handshake: same type, sender, and place among
 * those; where it has none, the one nearest in time; `undefined` where the other leg has no message.
 */
export function counterpart(events: readonly LadderEvent[], key: string): MessageEvent | undefined {
  const messages = named(events);
  const own = messages.find(([, event]) => event.key === key);
  if (own === undefined) return undefined;
  const [name, { leg, at }] = own;
  const others = messages.filter(([, event]) => event.leg === otherLeg(leg));
  const same = others.find(([each]) => each === name)?.[1];
  if (same) return same;
  const distance = (event: LadderEvent) => Math.abs(event.at - at);
  return others
    .map(([, event]) => event)
    .reduce<MessageEvent | undefined>(
      (best, each) => (best && distance(best) <= distance(each) ? best : each),
      undefined,
    );
}

/** Messages with their names in the course: `server Certificate 1`. */
function named(events: readonly LadderEvent[]): (readonly [name: string, event: MessageEvent])[] {
  const counts = new Map<string, number>();
  return events.flatMap((event) => {
    if (event.kind !== 'message') return [];
    const { leg, sender, message } = event;
    // A certificate is one, compressed or not.
    const kind = `${sender} ${message.type.name.replace('Compressed', '')}`;
    const n = (counts.get(`${leg} ${kind}`) ?? 0) + 1;
    counts.set(`${leg} ${kind}`, n);
    return [[`${kind} ${n}`, event] as const];
  });
}
