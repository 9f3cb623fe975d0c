/**
 * `POST /api/delete`: takes recorded connections and exchanges away, out of memory and out of the session's file.
 *
 * Like a replay it takes JSON alone, which a form of another page cannot send.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Deleted, DeleteOrder } from '../shared/api.ts';
import { type Refusal, refuse } from './answers.ts';
import type { BodyPages } from './body-pages.ts';
import { DeleteBody } from './schemas.ts';

export interface DeleteOptions {
  /**
   * Deletes what is over. None for what is only looked at, as with a session that was opened.
   * @throws Error when the session's file could not be written to
   */
  readonly remove?: ((order: DeleteOrder) => Promise<Deleted>) | undefined;
  /** Hold parts of bodies. */
  readonly pages: BodyPages;
  readonly onError: (error: unknown) => void;
}

/** Of the request: the most ids that a list can show. */
const BODY_LIMIT = 4 * 1024 * 1024;

export function addDelete(app: FastifyInstance, { remove, pages, onError }: DeleteOptions): void {
  app.post<{ Body: DeleteBody }>(
    '/delete',
    { schema: { body: DeleteBody }, bodyLimit: BODY_LIMIT },
    async ({ body }, reply): Promise<Deleted | FastifyReply> => {
      if (remove === undefined) return refuse(reply, ONLY_LOOKED_AT);
      if (!body.all && body.connections.length + body.exchanges.length === 0) return refuse(reply, NOTHING_NAMED);
      try {
        return await remove(body);
      } catch (error) {
        onError(error);
        return refuse(reply, NOT_IN_FILE);
      } finally {
        pages.forget();
      }
    },
  );
}

const ONLY_LOOKED_AT: Refusal = {
  status: 409,
  error: 'This session was opened for reading, and its file stays as it is.',
  hint: 'Delete in the tlscope that records it, or delete the whole file.',
};

const NOTHING_NAMED: Refusal = {
  status: 400,
  error: 'Nothing to delete is named.',
  hint: 'Give ids as {"connections": [1, 2], "exchanges": [7]}, or {"all": true}.',
};

const NOT_IN_FILE: Refusal = {
  status: 507,
  error: 'It was deleted from memory, but could not be from the session’s file.',
  hint: 'Its log has the reason. Check the disk, or delete the whole file once tlscope has stopped.',
};
