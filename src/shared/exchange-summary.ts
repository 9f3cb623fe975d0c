/** An exchange's line in a list: the exchange without its headers, trailers and bodies. */
import type { BodyFacts, ExchangeOutcome, ExchangeTimes, HeaderPair, HttpExchange, HttpResponse } from './exchange.ts';

/** What `GET /api/exchanges` lists. */
export interface ExchangeSummary {
  readonly id: number;
  readonly conn: number;
  readonly stream: number;
  readonly protocol: string;
  readonly scheme: string;
  readonly authority: string;
  readonly method: string;
  /** Beyond `MAX_TARGET` characters only its beginning. */
  readonly target: string;
  readonly request: BodyFacts;
  /** `grpcStatus`: the code that a gRPC call ended with; absent while it goes on, and of all else. */
  readonly response?: BodyFacts & { readonly status: number; readonly grpcStatus?: number };
  readonly at: ExchangeTimes;
  readonly outcome: ExchangeOutcome;
  readonly switchedTo?: string;
  readonly replayOf?: number;
}

/** Characters of a target that a list shows; `data:` in a query makes some of them very long. */
export const MAX_TARGET = 2048;

/** Shares nothing with the exchange that changes later. */
export function summariseExchange(exchange: HttpExchange): ExchangeSummary {
  const { id, conn, stream, protocol, scheme, authority, request, response, at, outcome } = exchange;
  const { switchedTo, replayOf } = exchange;
  const { method, target } = request;
  return {
    id,
    conn,
    stream,
    protocol,
    scheme,
    authority,
    method,
    target: target.length > MAX_TARGET ? target.slice(0, MAX_TARGET) : target,
    request: { ...request.body },
    ...(response && { response: { status: response.status, ...response.body, ...grpcStatusOf(response) } }),
    at: { ...at },
    outcome,
    ...(switchedTo !== undefined && { switchedTo }),
    ...(replayOf !== undefined && { replayOf }),
  };
}

/** An exchange that knows no more than its summary. */
export function fromExchangeSummary(summary: ExchangeSummary): HttpExchange {
  const { id, conn, stream, protocol, scheme, authority, method, target, at, outcome, switchedTo, replayOf } = summary;
  const nothing = { headers: [], trailers: [], headBytes: 0 };
  const exchange: HttpExchange = {
    ...{ id, conn, stream, protocol, scheme, authority },
    request: { method, target, ...nothing, body: { ...summary.request } },
    informational: [],
    at: { ...at },
    outcome,
    issues: [],
    ...(switchedTo !== undefined && { switchedTo }),
    ...(replayOf !== undefined && { replayOf }),
  };
  if (summary.response) {
    const { status, grpcStatus, ...body } = summary.response;
    const trailers = grpcStatus === undefined ? [] : [grpcStatusField(grpcStatus)];
    exchange.response = { status, ...nothing, trailers, body };
  }
  return exchange;
}

const GRPC_STATUS = 'grpc-status';

/** Looks only into what says that it is gRPC; a call that failed at once says so in its headers. */
export function grpcStatusOf(response: Pick<HttpResponse, 'headers' | 'trailers' | 'body'>): {
  readonly grpcStatus?: number;
} {
  const { headers, trailers, body } = response;
  if (!/^application\/grpc/i.test(body.type)) return {};
  const isStatus = ([name]: HeaderPair) => name.toLowerCase() === GRPC_STATUS;
  const value = (trailers.find(isStatus) ?? headers.find(isStatus))?.[1].trim() ?? '';
  return /^\d{1,9}$/.test(value) ? { grpcStatus: Number(value) } : {};
}

/** The field of which `grpcStatusOf` reads this. */
export function grpcStatusField(grpcStatus: number): HeaderPair {
  return [GRPC_STATUS, String(grpcStatus)];
}
