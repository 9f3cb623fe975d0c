/**
 * One event folded into the exchange it is about.
 *
 *     open ──http.finished──> switched ──http.finished──> finished, aborted, reset, refused, lost
 *       └──────────────────────http.finished──────────────┘
 *
 * The last state is final. What an event holds is taken over as it is and never changed: there are many exchanges, and
 * what they share with their events is not kept twice.
 */

import type { CaptureEvent } from './events.ts';
import type { BodyCounts, BodyFacts, ExchangeTimes, HeaderPair, HttpExchange } from './exchange.ts';
import type { Millis } from './model.ts';

/** The events that change an exchange after it is there. */
export type ExchangeEvent = Extract<CaptureEvent, { readonly exchange: number }>;

/** The exchange as its first event tells it; the event's own stays as it is. */
export function openExchange({ exchange }: Extract<CaptureEvent, { readonly type: 'http.requested' }>): HttpExchange {
  return { ...exchange };
}

/** Changes `exchange` by `event`. @returns false when the event told nothing new */
export function reduceExchange(exchange: HttpExchange, event: ExchangeEvent): boolean {
  if (isOver(exchange)) return false;
  switch (event.type) {
    case 'http.responded':
      if (event.informational) exchange.informational = [...exchange.informational, event.informational];
      if (event.response) {
        exchange.response = event.response;
        const { at } = exchange;
        exchange.at = times(at.started, at.requested, event.at, at.ended);
      }
      return true;
    case 'http.progressed':
      exchange.request = counted(exchange.request, event.request);
      if (exchange.response && event.response) exchange.response = counted(exchange.response, event.response);
      return true;
    case 'http.finished': {
      exchange.outcome = event.outcome;
      const { started, requested, responded, ended } = exchange.at;
      const now = event.times;
      exchange.at = times(started, now.requested ?? requested, now.responded ?? responded, now.ended ?? ended);
      exchange.request = concluded(exchange.request, event.request);
      if (exchange.response && event.response) exchange.response = concluded(exchange.response, event.response);
      if (event.switchedTo !== undefined) exchange.switchedTo = event.switchedTo;
      exchange.issues = event.issues;
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

/** Written out: a spread of two objects costs many times that, for each exchange. */
function times(
  started: Millis,
  requested: Millis | undefined,
  responded: Millis | undefined,
  ended: Millis | undefined,
): ExchangeTimes {
  if (requested !== undefined && responded !== undefined && ended !== undefined)
    return { started, requested, responded, ended };
  const known: ExchangeTimes = { started };
  if (requested !== undefined) known.requested = requested;
  if (responded !== undefined) known.responded = responded;
  if (ended !== undefined) known.ended = ended;
  return known;
}

/** The message with a body of so much; itself when it has. */
function counted<Message extends { readonly body: BodyFacts }>(message: Message, counts: BodyCounts): Message {
  const { body } = message;
  const { size, wireBytes, kept } = counts;
  if (body.size === size && body.wireBytes === wireBytes && body.kept === kept) return message;
  return { ...message, body: { size, wireBytes, kept, type: body.type, encoding: body.encoding } };
}

function concluded<Message extends { readonly body: BodyFacts; trailers: readonly HeaderPair[] }>(
  message: Message,
  end: BodyCounts & { readonly trailers: readonly HeaderPair[] },
): Message {
  const whole = counted(message, end);
  return end.trailers === whole.trailers || (end.trailers.length === 0 && whole.trailers.length === 0)
    ? whole
    : { ...whole, trailers: end.trailers };
}
