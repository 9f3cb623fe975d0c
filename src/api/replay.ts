/**
 * `POST /api/exchanges/ID/replay`: sends the request of an exchange again, as it was or edited.
 *
 * It makes this machine send what the caller says to a server that was talked to before, and nowhere else. It stands
 * behind the checks of Host, Origin and token as all routes do, and takes JSON alone, which a form of another page cannot
 * send.
 */
import type { FastifyInstance } from 'fastify';
import type { BodyStore } from '../capture/body-store.ts';
import type { Recall } from '../capture/recall.ts';
import type { LiveState } from '../capture/session-state.ts';
import type { HeaderPair, HttpExchange } from '../shared/exchange.ts';
import type { Connection } from '../shared/model.ts';
import { isAuthorityForm, originForm } from '../shared/origin-form.ts';
import type { Replayed, ReplayOrder } from '../shared/replay.ts';
import { type Refusal, refuse } from './answers.ts';
import { ConnectionParams, ReplayBody } from './schemas.ts';

/** Sends it; rejects with an Error whose message is a sentence for the user. */
export type Replay = (order: ReplayOrder) => Promise<Replayed>;

export interface ReplayOptions {
  readonly state: LiveState;
  readonly bodies: BodyStore;
  readonly recall: Recall;
  /** None where there is no proxy, as with a session that was opened. */
  readonly replay?: Replay | undefined;
}

/** Bytes of a body that is sent again. */
const MAX_BODY = 16 * 1024 * 1024;
/** Of the request to us: base64, and the fields beside it. */
const BODY_LIMIT = Math.ceil((MAX_BODY * 4) / 3) + 1024 * 1024;

export function addReplay(app: FastifyInstance, { state, bodies, recall, replay }: ReplayOptions): void {
  app.post<{ Params: ConnectionParams; Body: ReplayBody }>(
    '/exchanges/:id/replay',
    { schema: { params: ConnectionParams, body: ReplayBody }, bodyLimit: BODY_LIMIT },
    async ({ params, body: edits }, reply) => {
      if (replay === undefined) return refuse(reply, NO_PROXY);
      const current = state.current();
      const listed = current.exchanges.get(params.id);
      if (listed === undefined) return refuse(reply, unknown(params.id));
      const exchange = await recall.exchange(listed);
      if (isAuthorityForm(exchange.request)) return refuse(reply, TUNNEL);
      const connection = current.connections.get(exchange.conn);
      const place = connection && placeOf(exchange, connection);
      if (place === undefined) return refuse(reply, NO_PLACE);
      const body = edits.body === undefined ? await keptBody(bodies, exchange) : Buffer.from(edits.body, 'base64');
      if (body === undefined) return refuse(reply, NOT_WHOLE);
      const method = edits.method ?? exchange.request.method;
      const target = edits.target ?? originForm(exchange.request.target);
      const headers = (edits.headers as readonly HeaderPair[] | undefined) ?? exchange.request.headers;
      const { protocol, authority } = exchange;
      try {
        const replayed = await replay({
          of: exchange.id,
          ...place,
          protocol,
          authority,
          method,
          target,
          headers,
          body,
          ...(ownLength(edits.headers as readonly HeaderPair[] | undefined, exchange) && { keepsLength: true }),
        });
        return reply.code(201).send(replayed);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const hint = 'Its connection, if there was one, is in the list and says more.';
        return refuse(reply, { status: 502, error: error.message, hint });
      }
    },
  );
}

const NO_PROXY: Refusal = {
  status: 409,
  error: 'There is no proxy here to send it through.',
  hint: 'A session that was opened is only looked at; copy the request as a command, or replay it in a running tlscope.',
};

const TUNNEL: Refusal = {
  status: 409,
  error: 'A CONNECT asks a proxy for a tunnel, and no server for anything.',
  hint: 'Replay what was asked inside the tunnel.',
};

const NO_PLACE: Refusal = {
  status: 409,
  error: 'It is not known which server this was sent to.',
  hint: 'Copy the request as a command and complete it.',
};

const NOT_WHOLE: Refusal = {
  status: 409,
  error: 'The body of this request is not kept whole.',
  hint: 'Give a body with the edits, or start tlscope with a larger --max-body.',
};

function unknown(id: number): Refusal {
  const hint = 'It may have left memory; /api/exchanges lists those that are here.';
  return { status: 404, error: `There is no exchange ${id}.`, hint };
}

/** Where the connection led, which is not always what the request says of itself. */
function placeOf(
  { scheme }: HttpExchange,
  { intent }: Connection,
): Pick<ReplayOrder, 'scheme' | 'host' | 'port'> | undefined {
  if (intent === undefined || intent.host === '' || intent.port === 0) return undefined;
  if (scheme !== 'http' && scheme !== 'https') return undefined;
  return { scheme, host: intent.host, port: intent.port };
}

/** Whether a Content-Length was given that is not merely the one that was there before. */
function ownLength(headers: readonly HeaderPair[] | undefined, { request }: HttpExchange): boolean {
  const given = headers && lengthIn(headers);
  return given !== undefined && given !== lengthIn(request.headers);
}

function lengthIn(headers: readonly HeaderPair[]): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
}

async function keptBody(bodies: BodyStore, { id, request }: HttpExchange): Promise<Buffer | undefined> {
  if (request.body.kept < request.body.size || request.body.size > MAX_BODY) return undefined;
  const parts: Uint8Array[] = [];
  for await (const { bytes } of bodies.read(id, 'request')) parts.push(bytes);
  const whole = Buffer.concat(parts);
  return whole.length === request.body.size ? whole : undefined;
}
