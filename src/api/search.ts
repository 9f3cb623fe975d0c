/** `GET /api/search?q=WORDS&limit=N`: heads and text bodies with all of the words, for as long as the client waits. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { LiveState } from '../capture/session-state.ts';
import type { TextSearch } from '../capture/store/search.ts';
import type { SearchHit } from '../shared/api.ts';
import { type Refusal, refuse } from './answers.ts';
import { SearchQuery } from './schemas.ts';

export interface SearchOptions {
  readonly state: LiveState;
  readonly text?: TextSearch | undefined;
}

const NOTHING_STORED: Refusal = {
  status: 409,
  error: 'Nothing is stored that words could be looked for in.',
  hint: 'Start tlscope as a proxy, or open a session.',
};

export function addSearch(app: FastifyInstance, { state, text }: SearchOptions): void {
  app.get<{ Querystring: SearchQuery }>(
    '/search',
    { schema: { querystring: SearchQuery } },
    async ({ query, raw }, reply): Promise<SearchHit[] | FastifyReply> => {
      if (text === undefined) return refuse(reply, NOTHING_STORED);
      const gone = new AbortController();
      const leave = () => gone.abort();
      raw.socket.once('close', leave);
      const hits: SearchHit[] = [];
      try {
        for await (const hit of text.search(query.q, gone.signal)) {
          // What left memory can no longer be looked at.
          if (!state.current().exchanges.has(hit.exchange)) continue;
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
