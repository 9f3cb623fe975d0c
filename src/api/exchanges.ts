/**
 * `GET /api/exchanges…`: HTTP exchanges, their bodies, and the messages in them.
 *
 * Bodies are what hostile peers sent. They go out as bytes without a type, as attachments, into a sandbox.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { BodyStore } from '../capture/body-store.ts';
import { DecodedContent } from '../capture/content-coding.ts';
import { messagesOf, type ProtoSchema } from '../capture/exchange-messages.ts';
import type { Recall } from '../capture/recall.ts';
import { bodyFileName } from '../export/content.ts';
import { BODY_MORE, BODY_NOTE, type ExchangesPage } from '../shared/api.ts';
import type { BodyFacts, HttpExchange } from '../shared/exchange.ts';
import { type ExchangeSummary, summariseExchange } from '../shared/exchange-summary.ts';
import { isAbandoned, refuse } from './answers.ts';
import type { BodyPages } from './body-pages.ts';
import { type FilterSources, ListFilter } from './filtering.ts';
import { BodyQuery, ConnectionParams, ExchangesQuery } from './schemas.ts';
import { Turn } from './turns.ts';

export interface ExchangeOptions extends FilterSources {
  readonly recall: Recall;
  /** Of their bodies. */
  readonly pages: BodyPages;
  /** Names of what is in gRPC messages. */
  readonly schema?: ProtoSchema | undefined;
}

export function addExchanges(app: FastifyInstance, sources: ExchangeOptions): void {
  const { state, bodies, recall, pages, schema } = sources;
  app.addHook('onClose', async () => pages.close());
  app.get<{ Querystring: ExchangesQuery }>(
    '/exchanges',
    { schema: { querystring: ExchangesQuery } },
    async ({ query }, reply): Promise<ExchangesPage | FastifyReply> => {
      const filter = query.filter === undefined ? undefined : ListFilter.from(query.filter, sources);
      if (filter !== undefined && 'status' in filter) return refuse(reply, filter);
      const exchanges: ExchangeSummary[] = [];
      const turn = new Turn();
      let next = query.since;
      // A Map may change while it is walked.
      for (const exchange of state.current().exchanges.values()) {
        if (exchange.id <= query.since) continue;
        if (filter === undefined || (await filter.exchange(exchange))) exchanges.push(summariseExchange(exchange));
        next = exchange.id;
        if (exchanges.length === query.limit) break;
        if (turn.isOver) await turn.next();
        if (isAbandoned(reply)) break;
      }
      return { exchanges, next };
    },
  );

  app.get<{ Params: ConnectionParams }>(
    '/exchanges/:id',
    { schema: { params: ConnectionParams } },
    async ({ params }, reply) => {
      const exchange = state.current().exchanges.get(params.id);
      return exchange ? recall.exchange(exchange) : unknown(reply, params.id);
    },
  );

  app.get<{ Params: ConnectionParams }>(
    '/exchanges/:id/messages',
    { schema: { params: ConnectionParams } },
    async ({ params }, reply) => {
      const exchange = state.current().exchanges.get(params.id);
      return exchange ? messagesOf(await recall.exchange(exchange), bodies, schema) : unknown(reply, params.id);
    },
  );

  app.get<{ Params: ConnectionParams; Querystring: BodyQuery }>(
    '/exchanges/:id/body',
    { schema: { params: ConnectionParams, querystring: BodyQuery } },
    async ({ params, query }, reply) => {
      const exchange = state.current().exchanges.get(params.id);
      if (!exchange) return unknown(reply, params.id);
      const facts = bodyOf(exchange, query.side);
      const notes = keptNotes(facts);
      reply.headers({
        'content-security-policy': "sandbox; default-src 'none'",
        'content-disposition': `attachment; filename="${bodyFileName(exchange, query.side, facts)}"`,
      });
      reply.type('application/octet-stream');
      const parts = () => bytesOf(bodies, params.id, query.side);
      const encoding = query.decoded === '1' ? (facts?.encoding ?? '') : '';
      if (encoding === '' && query.range === undefined) return noted(reply, notes).send(Readable.from(parts()));
      const { from, to } = rangeOf(query.range);
      // While more of it comes, what was read before is not all of it.
      const key = `${params.id} ${query.side} ${encoding} ${facts?.kept ?? 0}`;
      const gone = () => isAbandoned(reply);
      let page = await pages.page(key, () => DecodedContent.of(parts(), encoding), from, to, gone);
      if (page === undefined) {
        notes.push('It has a content coding that tlscope does not know, and is given as it was sent.');
        page = await pages.page(`${key} as sent`, () => DecodedContent.of(parts(), ''), from, to, gone);
      }
      if (page?.problem !== undefined) notes.push(page.problem);
      if (page?.more) reply.header(BODY_MORE, '1');
      return noted(reply, notes).send(page?.bytes);
    },
  );
}

function unknown(reply: FastifyReply, id: number): FastifyReply {
  const hint = 'It may have left memory; /api/exchanges lists those that are here.';
  return refuse(reply, { status: 404, error: `There is no exchange ${id}.`, hint });
}

function bodyOf(exchange: HttpExchange, side: BodyQuery['side']): BodyFacts | undefined {
  return side === 'request' ? exchange.request.body : exchange.response?.body;
}

function keptNotes(facts: BodyFacts | undefined): string[] {
  if (!facts || facts.kept >= facts.size) return [];
  return [`Only the first ${facts.kept} of ${facts.size} bytes are kept.`];
}

function noted(reply: FastifyReply, notes: readonly string[]): FastifyReply {
  return notes.length > 0 ? reply.header(BODY_NOTE, notes.join(' ')) : reply;
}

async function* bytesOf(bodies: BodyStore, id: number, side: BodyQuery['side']): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of bodies.read(id, side)) yield bytes;
}

/** Half-open. */
interface ByteRange {
  readonly from: number;
  readonly to: number;
}

function rangeOf(text: string | undefined): ByteRange {
  if (text === undefined) return { from: 0, to: Number.POSITIVE_INFINITY };
  const [from = '', to = ''] = text.split('-');
  return { from: Number(from), to: to === '' ? Number.POSITIVE_INFINITY : Number(to) + 1 };
}
