/**
 * `GET /api/matching?filter=EXPR&connections=ID&exchanges=ID`: which connections and exchanges a filter matches, by their
 * ids alone, of those with greater ids than the two.
 *
 * For a reader that has the lists, and asks again and again while traffic comes: what is over keeps its verdict, so the next
 * question may begin behind it.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Matching, MatchingIds } from '../shared/api.ts';
import { isOver } from '../shared/reduce-exchange.ts';
import { isAbandoned, refuse } from './answers.ts';
import { type FilterSources, ListFilter } from './filtering.ts';
import { MatchingQuery } from './schemas.ts';
import { Turn } from './turns.ts';

export function addMatching(app: FastifyInstance, sources: FilterSources): void {
  const { state } = sources;
  app.get<{ Querystring: MatchingQuery }>(
    '/matching',
    { schema: { querystring: MatchingQuery } },
    async ({ query }, reply): Promise<Matching | FastifyReply> => {
      const filter = ListFilter.from(query.filter, sources);
      if ('status' in filter) return refuse(reply, filter);
      const gone = () => isAbandoned(reply);
      const { capture, connections, exchanges } = state.current();
      const hasEnded = (conn: number) => {
        const connection = state.current().connections.get(conn);
        return connection === undefined || connection.end !== undefined;
      };
      return {
        ...(capture && { run: capture.wallClock }),
        connections: await idsOf(connections, query.connections, {
          isSettled: ({ end }) => end !== undefined,
          fits: (connection) => filter.connection(connection),
          gone,
        }),
        exchanges: await idsOf(exchanges, query.exchanges, {
          isSettled: (exchange) => isOver(exchange) && hasEnded(exchange.conn),
          fits: (exchange) => filter.exchange(exchange),
          gone,
        }),
      };
    },
  );
}

interface Judging<T> {
  /** Whether its verdict stays. */
  readonly isSettled: (of: T) => boolean;
  readonly fits: (of: T) => Promise<boolean>;
  readonly gone: () => boolean;
}

/** @param byId ids rising; it may change while it is walked */
async function idsOf<T extends { readonly id: number }>(
  byId: ReadonlyMap<number, T>,
  since: number,
  { isSettled, fits, gone }: Judging<T>,
): Promise<MatchingIds> {
  const turn = new Turn();
  const ids: number[] = [];
  let settled = since;
  let isOpen = false;
  for (const each of byId.values()) {
    if (each.id <= since) continue;
    // Asked before it is judged: it may end meanwhile.
    isOpen ||= !isSettled(each);
    if (!isOpen) settled = each.id;
    if (await fits(each)) ids.push(each.id);
    if (turn.isOver) await turn.next();
    if (gone()) break;
  }
  return { ids, settled };
}
