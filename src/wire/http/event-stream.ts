/** Server-Sent Events (WHATWG HTML §9.2): the content of a `text/event-stream` response in, its events out. */
import type { Issue, Millis } from '../../shared/model.ts';
import { Joined, type Piece } from './pieces.ts';

export interface StreamEvent {
  /** `message` when the block names none. */
  readonly type: string;
  readonly data: string;
  /** The last event ID as it is then; blocks keep that of earlier ones. */
  readonly id: string;
  /** The reconnection time that this block sets, ms. */
  readonly retry?: number;
  /** A block without data sets what it sets, and is given to no listener. */
  readonly dispatched: boolean;
  /** The empty line that ends it was there. */
  readonly at: Millis;
}

export interface EventStream {
  readonly events: readonly StreamEvent[];
  /** Lines that are comments, such as those that keep a connection alive. */
  readonly comments: number;
  readonly issues: readonly Issue[];
}

const MAX_EVENTS = 10_000;
const LF = 0x0a;
const CR = 0x0d;
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Never throws. @param maxEvents beyond which the rest is not shown */
export function decodeEventStream(pieces: readonly Piece[], maxEvents = MAX_EVENTS): EventStream {
  const joined = new Joined(pieces);
  const { bytes } = joined;
  const parser = new Parser();
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let at = hasMark ? 3 : 0;
  while (at < bytes.length) {
    if (parser.events.length >= maxEvents) {
      parser.say('note', `more than ${maxEvents} events; the ${bytes.length - at} bytes from ${at} are not shown`);
      return parser;
    }
    let end = at;
    while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++;
    if (end === bytes.length) break;
    if (end === at) parser.dispatch(joined.timeAt(end));
    else parser.line(UTF8.decode(bytes.subarray(at, end)));
    at = end + (bytes[end] === CR && bytes[end + 1] === LF ? 2 : 1);
  }
  if (at < bytes.length || parser.inBlock)
    parser.say('warning', 'the last event has no empty line after it, and so counts for nothing');
  return parser;
}

class Parser implements EventStream {
  readonly events: StreamEvent[] = [];
  readonly issues: Issue[] = [];
  comments = 0;
  /** Lines of an event have come since the last empty one. */
  inBlock = false;
  #type = '';
  #data: string[] = [];
  #id = '';
  #retry: number | undefined;

  line(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) {
      this.comments++;
      return;
    }
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') this.#type = value;
    else if (name === 'data') this.#data.push(value);
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d{1,15}$/.test(value)) this.#retry = Number(value);
    else return;
    this.inBlock = true;
  }

  dispatch(at: Millis): void {
    if (!this.inBlock) return;
    this.events.push({
      type: this.#type || 'message',
      data: this.#data.join('\n'),
      id: this.#id,
      ...(this.#retry === undefined ? {} : { retry: this.#retry }),
      dispatched: this.#data.length > 0,
      at,
    });
    this.inBlock = false;
    this.#type = '';
    this.#data = [];
    this.#retry = undefined;
  }

  say(severity: Issue['severity'], text: string): void {
    this.issues.push({ severity, text });
  }
}
