/**
 * `GET` and `POST /api/passthrough`: which hosts are not intercepted, beside `--passthrough`, until tlscope stops.
 *
 * Like a replay it takes JSON alone, which a form of another page cannot send.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { UserError } from '../errors.ts';
import type { PassthroughChange, PassthroughHosts } from '../shared/api.ts';
import { type Refusal, refuse } from './answers.ts';
import { PassthroughBody } from './schemas.ts';

/** What the proxy lets the API do. */
export interface PassthroughDesk {
  hosts(): PassthroughHosts;
  /** For new connections. @throws UserError for what is no host glob; nothing is changed then */
  change(change: PassthroughChange): void;
}

export interface PassthroughOptions {
  /** None where there is no proxy, as with a session that was opened. */
  readonly passthrough?: PassthroughDesk | undefined;
}

/** Hosts that may be added. */
const MAX_ADDED = 1000;
/** Of the request: that many names of the greatest length. */
const BODY_LIMIT = 1024 * 1024;

export function addPassthrough(app: FastifyInstance, { passthrough }: PassthroughOptions): void {
  app.get('/passthrough', (_request, reply): PassthroughHosts | FastifyReply =>
    passthrough === undefined ? refuse(reply, NO_PROXY) : passthrough.hosts(),
  );

  app.post<{ Body: PassthroughBody }>(
    '/passthrough',
    { schema: { body: PassthroughBody }, bodyLimit: BODY_LIMIT },
    ({ body: { add, remove } }, reply): PassthroughHosts | FastifyReply => {
      if (passthrough === undefined) return refuse(reply, NO_PROXY);
      const { configured, added } = passthrough.hosts();
      if (remove.some((glob) => configured.includes(glob))) return refuse(reply, CONFIGURED);
      if (added.length + add.length > MAX_ADDED) return refuse(reply, TOO_MANY);
      try {
        passthrough.change({ add, remove });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return refuse(reply, { status: 400, error: error.message, hint: error.hint });
      }
      return passthrough.hosts();
    },
  );
}

const NO_PROXY: Refusal = {
  status: 409,
  error: 'There is no proxy here that could let hosts pass.',
  hint: 'A session that was opened is only looked at; start tlscope as a proxy.',
};

const CONFIGURED: Refusal = {
  status: 409,
  error: 'What --passthrough names cannot be removed while tlscope runs.',
  hint: 'Start tlscope anew without it.',
};

const TOO_MANY: Refusal = {
  status: 409,
  error: `No more than ${MAX_ADDED} hosts can be added.`,
  hint: 'Let one glob stand for many of them, e.g. "*.example.com".',
};
