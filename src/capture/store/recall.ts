/** A connection or an exchange made again from what is stored of it, for those whose events have left memory. */
import type { CaptureEvent } from '../../shared/events.ts';
import type { HttpExchange } from '../../shared/exchange.ts';
import type { Connection } from '../../shared/model.ts';
import { type ConnectionEvent, openConnection, reduceConnection } from '../../shared/reduce-connection.ts';
import { openExchange, reduceExchange } from '../../shared/reduce-exchange.ts';
import { pageEvents } from './event-page.ts';
import { EventRestorer } from './event-record.ts';
import { StoredEvidence } from './evidence-record.ts';
import type { WorkerLink } from './worker-link.ts';

/** @returns undefined when nothing of it is stored @throws Error when the file can no longer be read */
export async function storedConnection(link: WorkerLink, conn: number): Promise<Connection | undefined> {
  const restorer = new EventRestorer();
  let connection: Connection | undefined;
  for (let [after, isLast] = [0, false]; !isLast; ) {
    const page = await link.ask({ ask: 'connection', conn, after });
    for (const { json, bytes, contents, evidence } of pageEvents(page)) {
      const restored = restorer.restore(json, bytes, new StoredEvidence(contents, evidence));
      if (restored === undefined) continue;
      const again = { ...restored.fact, seq: 0, t: restored.t } as ConnectionEvent;
      if (again.type === 'connection.opened') connection = openConnection(again);
      else if (connection !== undefined) reduceConnection(connection, again);
    }
    after = page.seq;
    isLast = page.isLast;
  }
  return connection;
}

/** @param range the seqs of its first and last event */
export async function storedExchange(
  link: WorkerLink,
  { id, conn }: Pick<HttpExchange, 'id' | 'conn'>,
  [from, to]: readonly [number, number],
): Promise<HttpExchange | undefined> {
  let exchange: HttpExchange | undefined;
  for (const line of await link.ask({ ask: 'exchange', conn, exchange: id, from, to })) {
    const event = JSON.parse(line) as CaptureEvent;
    if (event.type === 'http.requested') exchange = openExchange(event);
    else if (exchange !== undefined && 'exchange' in event) reduceExchange(exchange, event);
  }
  return exchange;
}
