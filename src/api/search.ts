/**
 * `GET /api/search?q=WORDS&limit=N`: heads and text bodies with all of the words, for as long as the client waits.
 *
 * What is stored is indexed when somebody searches for the first time, which takes seconds for a hundred thousand
 * exchanges; with `steps=1` what is found is told meanwhile, and how much was looked through.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { LiveState } from '../capture/session-state.ts';
import type { TextSearch } from '../capture/store/search.ts';
import type { SearchHit } from '../shared/api.ts';
import { type Refusal, refuse } from './answers.ts';
import { SearchQuery } from './schemas.ts';

export interface SearchOptions {
  readonly state: LiveState;
  readonly text?: TextSearch | undefined;
  /** Told of a fault that breaks an answer off. */
  readonly onError: (error: unknown) => void;
}

const NOTHING_STORED: Refusal = {
  status: 409,
  error: 'Nothing is stored that words could be looked for in.',
  hint: 'Start tlscope as a proxy, or open a session.',
};

export function addSearch(app: FastifyInstance, options: SearchOptions): void {
  const { state, text } = options;
  // What left memory can no longer be looked at.
  const isHere = (exchange: number) => state.current().exchanges.has(exchange);
  app.get<{ Querystring: SearchQuery }>(
    '/search',
    { schema: { querystring: SearchQuery } },
    async ({ query, raw }, reply): Promise<SearchHit[] | FastifyReply> => {
      if (text === undefined) return refuse(reply, NOTHING_STORED);
      const gone = new AbortController();
      const leave = () => gone.abort();
      raw.socket.once('close', leave);
      if (query.steps === '1') {
        reply.raw.once('close', () => {
          raw.socket.off('close', leave);
          leave();
        });
        reply.type('application/x-ndjson; charset=utf-8');
        return reply.send(Readable.from(stepLines(text, query, isHere, gone.signal, options.onError)));
      }
      const hits: SearchHit[] = [];
      try {
        for await (const hit of text.search(query.q, gone.signal)) {
          if (!isHere(hit.exchange)) continue;
          hits.push(hit);
          if (hits.length === query.limit) break;
        }
      } catch (error) {
        if (!gone.signal.aborted) throw error;
      } finally {
        raw.socket.off('close', leave);
      }
      return hits;
    },
  );
}

async function* stepLines(
  text: TextSearch,
  { q, limit }: SearchQuery,
  isHere: (exchange: number) => boolean,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): AsyncGenerator<string, void> {
  try {
    for await (const step of text.searchSteps(q, { limit, isHere, signal })) yield `${JSON.stringify(step)}\n`;
  } catch (error) {
    if (signal.aborted) return;
    onError(error);
    throw error;
  }
}
