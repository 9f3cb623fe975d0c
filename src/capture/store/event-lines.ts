/** What can be told of an event from its stored line. */
import type { CaptureEvent } from '../../shared/events.ts';

/** The id of the exchange that an event is about; 0 for none. */
export function exchangeOf(json: string): number {
  // Most events of a connection without many exchanges are of its handshakes, and long.
  if (!json.slice(0, 100).includes('"type":"http.')) return 0;
  const event = JSON.parse(json) as CaptureEvent;
  if (!('exchange' in event)) return 0;
  return typeof event.exchange === 'number' ? event.exchange : event.exchange.id;
}
