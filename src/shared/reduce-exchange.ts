/**
 * One event folded into the exchange it is about.
 *
 *     open ──http.finished──> switched ──http.finished──> finished, aborted, reset, refused, lost
 *       └──────────────────────http.finished──────────────┘
 *
 * The last state is final.
 */

import type { CaptureEvent } from './events.ts';
import type { BodyCounts, HeaderPair, HttpExchange, HttpResponse } from './exchange.ts';
import { countsOf } from './exchange-summary.ts';

/** The events that change an exchange after it is there. */
export type ExchangeEvent = Extract<CaptureEvent, { readonly exchange: number }>;

/** The exchange as its first event tells it; the event's own stays as it is. */
export function openExchange({ exchange }: Extract<CaptureEvent, { readonly type: 'http.requested' }>): HttpExchange {
  const { request, response } = exchange;
  return {
    ...exchange,
    request: { ...request, body: { ...request.body } },
    ...(response && { response: ownResponse(response) }),
    informational: [...exchange.informational],
    at: { ...exchange.at },
    issues: [...exchange.issues],
  };
}

/** Changes `exchange` by `event`. @returns false when the event told nothing new */
export function reduceExchange(exchange: HttpExchange, event: ExchangeEvent): boolean {
  if (isOver(exchange)) return false;
  switch (event.type) {
    case 'http.responded':
      if (event.informational) exchange.informational.push(event.informational);
      if (event.response) {
        exchange.response = ownResponse(event.response);
        exchange.at.responded = event.at;
      }
      return true;
    case 'http.progressed':
      Object.assign(exchange.request.body, countsOf(event.request));
      if (exchange.response && event.response) Object.assign(exchange.response.body, countsOf(event.response));
      return true;
    case 'http.finished': {
      exchange.outcome = event.outcome;
      Object.assign(exchange.at, event.times);
      conclude(exchange.request, event.request);
      if (exchange.response && event.response) conclude(exchange.response, event.response);
      if (event.switchedTo !== undefined) exchange.switchedTo = event.switchedTo;
      exchange.issues = [...event.issues];
      return true;
    }
    default:
      return false;
  }
}

/** Whether nothing more can happen to it. */
export function isOver({ outcome }: HttpExchange): boolean {
  return outcome.state !== 'open' && outcome.state !== 'switched';
}

function ownResponse(response: HttpResponse): HttpResponse {
  return { ...response, body: { ...response.body } };
}

function conclude(
  message: { trailers: readonly HeaderPair[]; readonly body: BodyCounts },
  end: BodyCounts & { readonly trailers: readonly HeaderPair[] },
): void {
  message.trailers = end.trailers;
  Object.assign(message.body, countsOf(end));
}
