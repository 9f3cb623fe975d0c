/** The routes under `/api` that need the token. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { detailOf } from '../capture/detail.ts';
import type { EventLog, Reading } from '../capture/event-log.ts';
import { summarise } from '../shared/summary.ts';
import { isAbandoned, refuse } from './answers.ts';
import { BodyPages } from './body-pages.ts';
import { connectionJson } from './connection-json.ts';
import { addDelete, type DeleteOptions } from './delete.ts';
import { addExchanges, type ExchangeOptions } from './exchanges.ts';
import { addExport, type ExportOptions } from './exports.ts';
import { ListFilter } from './filtering.ts';
import { addMatching } from './matching.ts';
import { addPassthrough, type PassthroughOptions } from './passthrough.ts';
import { addReplay, type ReplayOptions } from './replay.ts';
import { ConnectionList, ConnectionParams, ConnectionsQuery, EventsQuery } from './schemas.ts';
import { addSearch, type SearchOptions } from './search.ts';
import { addSetup, type SetupOptions } from './setup.ts';
import { countDifferences, inTurns, summariesOf, Turn } from './turns.ts';

/** An answer of events ends after this many characters of JSON, if not after `limit` events; `next` says where. */
const PAGE_SIZE = 8 * 1024 * 1024;

export interface RouteOptions
  extends ExportOptions,
    Omit<ExchangeOptions, 'pages'>,
    ReplayOptions,
    SearchOptions,
    PassthroughOptions,
    Omit<DeleteOptions, 'pages'>,
    SetupOptions {
  readonly log: EventLog;
  /** The root certificate, PEM. */
  readonly caPem: () => string;
}

export function addRoutes(app: FastifyInstance, options: RouteOptions): void {
  const { log, state, caPem, detail, bodies, recall } = options;
  app.get<{ Querystring: ConnectionsQuery }>(
    '/connections',
    { schema: { querystring: ConnectionsQuery, response: { 200: ConnectionList } } },
    async ({ query }, reply) => {
      await countDifferences(state);
      if (query.filter === undefined) return summariesOf(state);
      const filter = ListFilter.from(query.filter, { state, detail, bodies, recall });
      if ('status' in filter) return refuse(reply, filter);
      const found: ConnectionList = [];
      const turn = new Turn();
      for (const connection of state.current().connections.values()) {
        if (await filter.connection(connection)) found.push(summarise(connection));
        if (turn.isOver) await turn.next();
        if (isAbandoned(reply)) break;
      }
      return found;
    },
  );

  app.get<{ Params: ConnectionParams }>(
    '/connections/:id',
    { schema: { params: ConnectionParams } },
    async (request, reply) => {
      const current = state.current();
      const connection = current.connections.get(request.params.id);
      if (connection) {
        const exchanges = [...current.exchangesOf(connection.id)];
        const parts = connectionJson(detailOf(await recall.connection(connection), detail), exchanges);
        const answer = inTurns(parts, (error) => {
          // Before, the server answers it and reports it.
          if (reply.raw.headersSent) options.onError(error);
        });
        return reply.type('application/json; charset=utf-8').send(Readable.from(answer));
      }
      const hint = 'It may have left memory; /api/connections lists those that are here.';
      return refuse(reply, { status: 404, error: `There is no connection ${request.params.id}.`, hint });
    },
  );

  app.get<{ Querystring: EventsQuery }>('/events', { schema: { querystring: EventsQuery } }, async (request, reply) => {
    const since = Math.min(request.query.since, log.last);
    const page = await eventsPage(log.after(since, request.query.limit), since, state.current().capture?.wallClock);
    return reply.type('application/json; charset=utf-8').send(page);
  });

  const pages = new BodyPages();
  app.addHook('onClose', async () => pages.close());
  addDelete(app, { ...options, pages });
  addExchanges(app, { ...options, pages });
  addExport(app, options);
  addMatching(app, { state, detail, bodies, recall });
  addPassthrough(app, options);
  addReplay(app, options);
  addSearch(app, options);
  addSetup(app, options);

  app.get('/live', (_request, reply) => {
    const hint = 'Connect to it with a WebSocket client (ws://).';
    return refuse(reply.header('upgrade', 'websocket'), { status: 426, error: 'This is a WebSocket.', hint });
  });

  app.get('/ca.pem', (_request, reply) => {
    reply.header('content-disposition', 'attachment; filename="tlscope-ca.pem"');
    return reply.type('application/x-pem-file').send(caPem());
  });
}

/** An `EventsPage` as JSON, written event by event so that its size has a bound. */
async function eventsPage({ events, gap }: Reading, since: number, wallClock?: string): Promise<string> {
  const turn = new Turn();
  const parts: string[] = [];
  let size = 0;
  let next = gap?.to ?? since;
  for (const event of events) {
    const json = JSON.stringify(event);
    parts.push(json);
    size += json.length;
    next = event.seq;
    if (size >= PAGE_SIZE) break;
    if (turn.isOver) await turn.next();
  }
  const about = gap ? `"gap":${JSON.stringify(gap)},"wallClock":${JSON.stringify(wallClock ?? null)},` : '';
  return `{"events":[${parts.join(',')}],${about}"next":${next}}`;
}
