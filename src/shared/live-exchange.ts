/**
 * Events of exchanges in the form that the live stream sends: heads of a bounded size. A cookie of 100 KiB is looked at
 * in one exchange, not in a list.
 */
import type { CaptureEvent, HttpFinished, HttpRequested, HttpResponded } from './events.ts';
import type { HeaderPair } from './exchange.ts';

/** Characters of a value, and of a whole section, that the live stream sends. */
const MAX_VALUE = 4096;
const MAX_SECTION = 16_384;

/** On an event whose fields were shortened. */
export interface Shortened {
  readonly shortened?: true;
}

/** The events that hold header or trailer fields. */
export type WithFields = Extract<CaptureEvent, HttpRequested | HttpResponded | HttpFinished>;

/** The event itself when nothing is too long. */
export function withShortFields(event: WithFields): WithFields & Shortened {
  switch (event.type) {
    case 'http.requested': {
      const { exchange } = event;
      const headers = short(exchange.request.headers);
      const target = shortText(exchange.request.target, MAX_SECTION);
      if (headers === exchange.request.headers && target === exchange.request.target) return event;
      return {
        ...event,
        exchange: { ...exchange, request: { ...exchange.request, headers, target } },
        shortened: true,
      };
    }
    case 'http.responded': {
      const { response, informational } = event;
      const headers = response && short(response.headers);
      const early = informational && short(informational.headers);
      if (headers === response?.headers && early === informational?.headers) return event;
      return {
        ...event,
        ...(response && headers && { response: { ...response, headers } }),
        ...(informational && early && { informational: { ...informational, headers: early } }),
        shortened: true,
      };
    }
    case 'http.finished': {
      const { request, response } = event;
      const sent = short(request.trailers);
      const received = response && short(response.trailers);
      if (sent === request.trailers && received === response?.trailers) return event;
      return {
        ...event,
        request: { ...request, trailers: sent },
        ...(response && received && { response: { ...response, trailers: received } }),
        shortened: true,
      };
    }
  }
}

/** The same list when nothing of it is too long. */
function short(fields: readonly HeaderPair[]): readonly HeaderPair[] {
  let left = MAX_SECTION;
  for (const [name, value] of fields) left -= value.length > MAX_VALUE ? MAX_SECTION + 1 : name.length + value.length;
  if (left >= 0) return fields;
  const kept: HeaderPair[] = [];
  left = MAX_SECTION;
  for (const [name, value] of fields) {
    const pair = [shortText(name, MAX_VALUE), shortText(value, MAX_VALUE)] as const;
    left -= pair[0].length + pair[1].length;
    if (left < 0) break;
    kept.push(pair);
  }
  return kept;
}

function shortText(text: string, max: number): string {
  return text.length > max ? text.slice(0, max) : text;
}
