/** Where `tlscope show` and `tlscope replay` have connections and exchanges from: a session's file, or a running tlscope. */
import { buffer, text } from 'node:stream/consumers';
import { ListFilter } from '../api/filtering.ts';
import { type DetailOptions, detailOf } from '../capture/detail.ts';
import { graphqlOf } from '../capture/exchange-graphql.ts';
import { LiveState } from '../capture/session-state.ts';
import { bodyText } from '../capture/store/search-text.ts';
import { rootsOfMeta } from '../capture/store/session-roots.ts';
import { TrustStore } from '../crypto/trust-store.ts';
import { UserError } from '../errors.ts';
import { Roots, readRoots } from '../proxy/roots.ts';
import type { EventsPage, ExchangesPage } from '../shared/api.ts';
import type { BodyFacts, HttpExchange } from '../shared/exchange.ts';
import type { ExchangeMessages, GraphqlOperation } from '../shared/exchange-messages.ts';
import { type ExchangeSummary, fromExchangeSummary, summariseExchange } from '../shared/exchange-summary.ts';
import type { Connection, ConnectionSummary } from '../shared/model.ts';
import { summarise } from '../shared/summary.ts';
import type { BodyText } from '../terminal/exchange-view.ts';
import { mayBeGraphql } from '../wire/http/graphql.ts';
import { askApi, readUiAddress } from './running-api.ts';
import { readSession } from './session.ts';

/** Bytes of a body that are shown. */
const SHOWN = 64 * 1024;
const PAGE = 1000;

type Side = 'request' | 'response';

export interface RecordedSource {
  /** The wall-clock moment of the capture's t = 0. */
  readonly startedAt: Date;
  connections(filter: string | undefined): AsyncIterable<ConnectionSummary>;
  exchanges(filter: string | undefined): AsyncIterable<HttpExchange>;
  /** With all that is derived, and the numbers of its exchanges. @throws UserError when there is none */
  connection(id: number): Promise<{ readonly connection: Connection; readonly exchanges: readonly number[] }>;
  /** @throws UserError when there is none */
  exchange(id: number): Promise<HttpExchange>;
  /** Its beginning; undefined when it is no text. */
  body(exchange: HttpExchange, side: Side): Promise<BodyText | undefined>;
  /** Undefined when it is no GraphQL request. */
  graphql(exchange: HttpExchange): Promise<readonly GraphqlOperation[] | undefined>;
  close(): Promise<void>;
}

/** @throws UserError for a file that is no session, and for roots that cannot be read */
export async function sourceOfFile(path: string, upstreamCa: readonly string[]): Promise<RecordedSource> {
  const added = readRoots(upstreamCa);
  const session = await readSession(path, 'tlscope show');
  const roots = new Roots([...rootsOfMeta(session.meta), ...added]);
  const state = new LiveState(session.log);
  const { connections, exchanges, capture } = state.current();
  const { root = '' } = session.meta;
  const detail: DetailOptions = {
    roots: new TrustStore(() => roots.all()),
    ownRoot: new TrustStore(() => [root]),
    startedAt: new Date(capture?.wallClock ?? 0),
  };
  const filterOf = (filter: string | undefined) => {
    const found = filter === undefined ? undefined : ListFilter.from(filter, { state, detail, bodies: session.bodies });
    return found !== undefined && 'status' in found ? undefined : found;
  };
  const none = (what: string, id: number) => new UserError('not-recorded', { what, id, path });
  return {
    startedAt: detail.startedAt,
    async *connections(text) {
      const filter = filterOf(text);
      for (const each of connections.values()) if ((await filter?.connection(each)) ?? true) yield summarise(each);
    },
    async *exchanges(text) {
      const filter = filterOf(text);
      for (const each of exchanges.values()) if ((await filter?.exchange(each)) ?? true) yield each;
    },
    async connection(id) {
      const connection = connections.get(id);
      if (connection === undefined) throw none('connection', id);
      const own = Array.from(state.current().exchangesOf(id), ({ id }) => id);
      return { connection: detailOf(connection, detail), exchanges: own };
    },
    async exchange(id) {
      const exchange = exchanges.get(id);
      if (exchange === undefined) throw none('exchange', id);
      return exchange;
    },
    async body(exchange, side) {
      const parts: Uint8Array[] = [];
      let size = 0;
      for await (const { bytes } of session.bodies.read(exchange.id, side)) {
        parts.push(bytes);
        size += bytes.length;
        if (size > SHOWN) break;
      }
      return shown(Buffer.concat(parts), factsOf(exchange, side));
    },
    graphql: (exchange) => graphqlOf(exchange, session.bodies),
    async close() {
      state.close();
      await session.close();
    },
  };
}

/** @throws UserError `option-invalid`, `api-not-running`, `token-refused` */
export async function sourceOfProxy(ui: string, token: string): Promise<RecordedSource> {
  const base = readUiAddress(ui);
  const get = (path: string, query: Record<string, string | number | undefined> = {}, type = 'application/json') => {
    const url = new URL(base);
    url.pathname = `/api/${path}`;
    const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]]));
    url.search = new URLSearchParams(given).toString();
    return askApi(url, token, (headers) => headers['content-type']?.startsWith(type) === true);
  };
  const json = async <T>(path: string, query?: Record<string, string | number | undefined>): Promise<T> =>
    JSON.parse(await text(await get(path, query))) as T;
  const { events, wallClock } = await json<EventsPage>('events', { since: 0, limit: 1 });
  const [first] = events;
  const began = first?.type === 'capture.started' ? first.wallClock : wallClock;
  return {
    // Where nobody knows, times count from the start: from local midnight, as they are shown.
    startedAt: new Date(began ?? new Date(0).getTimezoneOffset() * 60_000),
    async *connections(filter) {
      yield* await json<ConnectionSummary[]>('connections', { filter });
    },
    async *exchanges(filter) {
      for (let since = 0; ; ) {
        const page = await json<ExchangesPage>('exchanges', { since, limit: PAGE, filter });
        yield* page.exchanges.map(fromExchangeSummary);
        if (page.exchanges.length < PAGE) return;
        since = page.next;
      }
    },
    async connection(id) {
      type Answer = Connection & { readonly exchanges: readonly ExchangeSummary[] };
      const { exchanges, ...connection } = await json<Answer>(`connections/${id}`);
      return { connection, exchanges: exchanges.map(({ id }) => id) };
    },
    exchange: (id) => json<HttpExchange>(`exchanges/${id}`),
    async body(exchange, side) {
      const query = { side, decoded: 1, range: `0-${SHOWN}` };
      const bytes = await buffer(await get(`exchanges/${exchange.id}/body`, query, 'application/octet-stream'));
      const facts = factsOf(exchange, side);
      return shown(bytes, facts && { ...facts, encoding: '' });
    },
    async graphql({ id, request }) {
      if (!mayBeGraphql({ method: request.method, target: request.target, type: request.body.type })) return undefined;
      return (await json<ExchangeMessages>(`exchanges/${id}/messages`)).graphql;
    },
    async close() {},
  };
}

function factsOf(exchange: HttpExchange, side: Side): BodyFacts | undefined {
  const { request, response } = summariseExchange(exchange);
  return side === 'request' ? request : response;
}

async function shown(bytes: Uint8Array, facts: BodyFacts | undefined): Promise<BodyText | undefined> {
  const text = facts && (await bodyText(bytes, facts));
  if (text === undefined) return undefined;
  return { text: text.slice(0, SHOWN), isCut: bytes.length > SHOWN || text.length > SHOWN };
}
