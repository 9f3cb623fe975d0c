/**
 * The API server: HTTP for what is known, a WebSocket for what happens, and the dashboard's files.
 *
 * Every request passes, in this order: security headers, Host and Origin, and under `/api` the token. The token check
 * hangs on the group of routes, not on the spelling of the path, so no encoding of a path gets around it.
 */
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { BodyStore } from '../capture/body-store.ts';
import type { DetailOptions } from '../capture/detail.ts';
import type { EventLog } from '../capture/event-log.ts';
import type { ProtoSchema } from '../capture/exchange-messages.ts';
import { Recall } from '../capture/recall.ts';
import type { LiveState } from '../capture/session-state.ts';
import type { TextSearch } from '../capture/store/search.ts';
import { UserError } from '../errors.ts';
import type { Deleted, DeleteOrder, Health, Setup } from '../shared/api.ts';
import { FORMAT_VERSION } from '../shared/events.ts';
import { Access } from './access.ts';
import { answerError, type Refusal, refuse, securityHeaders } from './answers.ts';
import { answerClientError, MAX_HEADER_SIZE } from './client-error.ts';
import { addDashboard } from './dashboard.ts';
import { Live } from './live.ts';
import type { PassthroughDesk } from './passthrough.ts';
import type { Replay } from './replay.ts';
import { addRoutes } from './routes.ts';
import { validatorOf } from './validation.ts';

export interface ApiConfig {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly token: string;
  /** The root certificate, PEM. */
  readonly caPem: () => string;
  /** tlscope's own version. */
  readonly version: string;
  /** Where clients reach the proxy; asked for each time, as its port may be chosen by the system. None for an old session. */
  readonly proxy?: () => { readonly host: string; readonly port: number };
  /** How far a session's file was read, until it is whole. */
  readonly loading?: () => Health['loading'];
  /** The built dashboard: a folder with index.html. It may be missing. */
  readonly uiDir: string;
  /** ms between pings of live readers; 30,000 unless given. */
  readonly pingEvery?: number;
}

export interface ApiOptions {
  readonly log: EventLog;
  readonly state: LiveState;
  /** The bodies of the exchanges. */
  readonly bodies: BodyStore;
  /** Sends requests again; none where there is no proxy. */
  readonly replay?: Replay;
  /** Says and changes which hosts are not intercepted; none where there is no proxy. */
  readonly passthrough?: PassthroughDesk;
  /** Deletes what is over; none where nothing may be. */
  readonly remove?: (order: DeleteOrder) => Promise<Deleted>;
  /** What a client is set up with; none where there is no proxy. */
  readonly setup?: () => Promise<Setup>;
  /** Names of what is in gRPC messages; they are shown by number without it. */
  readonly schema?: ProtoSchema;
  /** Makes connections and exchanges whole; what the state holds is given without it. */
  readonly recall?: Recall;
  /** Finds words in what is stored; none where nothing is. */
  readonly text?: TextSearch;
  /** What connections are looked at with. */
  readonly detail: DetailOptions;
  readonly config: ApiConfig;
  /** Told of our own faults. What it gets holds no token. */
  readonly onError: (error: unknown) => void;
}

export interface Api {
  /** Starts listening. @throws UserError when the address or port cannot be had */
  listen(): Promise<{ readonly host: string; readonly port: number }>;
  /** Sends the live readers the newest events, ends all connections and stops. */
  close(): Promise<void>;
}

const NOT_FOUND: Refusal = {
  status: 404,
  error: 'There is nothing here.',
  hint: 'The dashboard is at /, the API under /api.',
};

/** Makes the server; it listens when told to. */
export async function createApi({
  log,
  state,
  bodies,
  replay,
  passthrough,
  setup,
  remove,
  recall = new Recall(state),
  text,
  schema,
  detail,
  config,
  onError,
}: ApiOptions): Promise<Api> {
  const app = fastify({
    bodyLimit: 1024,
    forceCloseConnections: true,
    // `curl --http2` asks every server for an upgrade to h2c, and means to go on without one.
    http: {
      maxHeaderSize: MAX_HEADER_SIZE,
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    clientErrorHandler: answerClientError,
    // A path that cannot be decoded comes here and past the hooks.
    frameworkErrors: (error, _request, reply) => {
      reply.headers(securityHeaders());
      if (answerError(error, reply)) onError(error);
    },
  });
  const port = () => (app.server.address() as AddressInfo | null)?.port ?? config.port;
  const access = new Access({ host: config.host, port, token: config.token });
  const live = new Live({
    log,
    state,
    access,
    onError,
    ...(config.pingEvery !== undefined && { pingEvery: config.pingEvery }),
  });
  live.attach(app.server);

  app.addHook('onRequest', async (request, reply) => {
    const refusal = access.refusePlace(request.headers);
    reply.headers(securityHeaders(refusal ? undefined : request.headers.host));
    if (refusal) return refuse(reply, refusal);
  });
  app.setValidatorCompiler(validatorOf);
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    if (answerError(error, reply)) onError(error);
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, NOT_FOUND));

  app.get('/api/health', (): Health => {
    const loading = config.loading?.();
    return {
      status: 'ok',
      version: config.version,
      format: FORMAT_VERSION,
      ...(config.proxy && { proxy: config.proxy() }),
      ...(loading && { loading }),
    };
  });
  await app.register(
    async (routes: FastifyInstance) => {
      routes.addHook('onRequest', async (request, reply) => {
        const refusal = access.refuseStranger(request.headers);
        if (refusal) return refuse(reply, refusal);
      });
      const { caPem, version } = config;
      addRoutes(routes, {
        log,
        state,
        bodies,
        replay,
        passthrough,
        setup,
        remove,
        recall,
        text,
        schema,
        caPem,
        detail,
        version,
        onError,
      });
    },
    { prefix: '/api' },
  );
  await app.register((files: FastifyInstance) => addDashboard(files, config.uiDir, access));

  return {
    async listen() {
      try {
        await app.listen({ host: config.host, port: config.port });
      } catch (error) {
        await app.close();
        throw listenError(error, config);
      }
      return { host: config.host, port: port() };
    },
    async close() {
      await live.close();
      await app.close();
    },
  };
}

function listenError(error: unknown, { host, port }: ApiConfig): unknown {
  const purpose = 'dashboard';
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new UserError('port-taken', { port, host, purpose, flag: '--ui-port' });
    case 'EACCES':
      return new UserError('port-denied', { port, host, purpose, flag: '--ui-port' });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new UserError('address-unavailable', { host, purpose, flag: '--ui-host' });
    default:
      return error;
  }
}
