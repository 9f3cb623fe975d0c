/**
 * The observer of HTTP/1.0 and 1.1 (RFC 9112), and of what little is left of 0.9: pairs responses with requests in their
 * order.
 *
 *        client: head, content │ head, content │ …      a queue of exchanges that wait for their answers
 *        server: head (1xx)*, head, content │ …         the first of the queue is the one being answered
 *
 * What follows a request to upgrade is the next request or another protocol as its answer says; it is held back until then.
 */
import type { HeaderPair } from '../../shared/exchange.ts';
import type { Issue, Millis, TlsRole } from '../../shared/model.ts';
import { printable } from '../x509/printable.ts';
import { type FieldSection, tokens } from './http1/fields.ts';
import { type Framing, NEXT, REST, requestFraming, responseFraming } from './http1/framing.ts';
import { HeadReader } from './http1/head-reader.ts';
import { type Bounds, type Following, type MessageOwner, MessageReader, type RawHead } from './http1/message-reader.ts';
import { type RequestLine, requestLine, type StatusLine, statusLine } from './http1/start-line.ts';
import type { HttpObserver, HttpSink } from './observer.ts';

export type { Bounds } from './http1/message-reader.ts';

const BOUNDS: Bounds = {
  maxHead: 256 * 1024,
  maxFields: 2000,
  maxChunkLine: 16 * 1024,
  maxWaiting: 1000,
};

interface Exchange {
  readonly stream: number;
  readonly method: string;
  readonly simple: boolean;
  /** The answer decides what the client's next bytes are. */
  asksToSwitch: boolean;
  switched: boolean;
  /** The request is whole. */
  requested: boolean;
  /** Bytes of the request's body when the server switched before it was whole. */
  before: number;
  /** Nothing is told of it any more. */
  cut: boolean;
}

const NO_TRAILERS: readonly HeaderPair[] = [];
const NO_ISSUES: readonly Issue[] = [];

export class Http1Observer implements HttpObserver {
  readonly #sink: HttpSink;
  readonly #bounds: Bounds;
  readonly #client: MessageReader;
  readonly #server: MessageReader;
  readonly #requests: HeadReader<RequestLine>;
  readonly #responses: HeadReader<StatusLine>;
  #streams = 0;
  /** Requests whose final response is not whole, the first being answered. */
  #waiting: Exchange[] = [];
  /** Whose request is, or was last, being received. */
  #requesting: Exchange | undefined;
  /** Whose response's content is being received. */
  #answering: Exchange | undefined;
  #closing = { client: false, server: false };
  /** Who ended first: whatever is cut later is their doing. */
  #endedFirst: TlsRole | undefined;

  constructor(sink: HttpSink, bounds: Partial<Bounds> = {}) {
    this.#sink = sink;
    this.#bounds = { ...BOUNDS, ...bounds };
    const owner: MessageOwner = {
      head: (sender, head) => (sender === 'client' ? this.#request(head) : this.#response(head)),
      noHead: (sender, emptyBytes, at) => this.#noHead(sender, emptyBytes, at),
      body: (sender, bytes, at) => this.#body(sender, bytes, at),
      ended: (sender, trailers, wireBytes, at) => this.#ended(sender, trailers, wireBytes, at),
      issue: (sender, issue, at) => sink.issue(issue, this.#at(sender)?.stream, at),
      lost: (sender, offset, reason, at) => sink.lost(sender, offset, reason, at),
    };
    this.#client = new MessageReader('client', owner, this.#bounds);
    this.#server = new MessageReader('server', owner, this.#bounds);
    this.#requests = new HeadReader(requestLine, this.#bounds.maxFields);
    this.#responses = new HeadReader(statusLine, this.#bounds.maxFields);
  }

  feed(sender: TlsRole, bytes: Uint8Array, at: Millis): void {
    (sender === 'client' ? this.#client : this.#server).feed(bytes, at);
  }

  end(sender: TlsRole, orderly: boolean, at: Millis): void {
    this.#endedFirst ??= sender;
    const reader = sender === 'client' ? this.#client : this.#server;
    const standing = reader.end(orderly, at);
    if (sender === 'server' && this.#client.heldBytes > 0) {
      const text = `${this.#client.heldBytes} bytes follow a request to switch protocols that was never answered`;
      this.#sink.issue({ severity: 'warning', text }, undefined, at);
    }
    if (standing === 'lost') return;
    const exchange = this.#at(sender);
    if (standing === 'in-body' || standing === 'in-rest') this.#cut(exchange, at);
    else if (standing === 'in-head' && (sender === 'client' || this.#waiting.length === 0))
      this.#sink.issue({ severity: 'warning', text: `the ${sender}'s bytes end inside a head` }, undefined, at);
    else if (standing === 'between' && reader.emptyBytes > 0) {
      const text = `the ${sender} sent ${reader.emptyBytes} bytes of empty lines at its end (RFC 9112 §2.2)`;
      this.#sink.issue({ severity: 'note', text }, undefined, at);
    }
    if (sender === 'client') return;
    for (const each of this.#waiting) this.#cut(each, at);
    this.#waiting = [];
  }

  /** The exchange that the message of `sender` at hand belongs to. */
  #at(sender: TlsRole): Exchange | undefined {
    return sender === 'client' ? this.#requesting : this.#answering;
  }

  #cut(exchange: Exchange | undefined, at: Millis): void {
    if (!exchange || exchange.cut) return;
    exchange.cut = true;
    this.#sink.cut(exchange.stream, { by: this.#endedFirst!, how: 'closed' }, at);
  }

  #request({ bytes, emptyBytes, startedAt, at }: RawHead): Framing {
    const issues: Issue[] = [];
    if (emptyBytes > 0) note(issues, `${emptyBytes} bytes of empty lines come before the request line (RFC 9112 §2.2)`);
    const { line, fields } = this.#requests.read(bytes, issues);
    if (typeof line === 'string' || line.method === 'PRI') {
      this.#client.lose(typeof line === 'string' ? line : 'HTTP/2 is spoken, though ALPN did not choose it', at);
      return NEXT;
    }
    const { method, target, version } = line;
    const simple = version === 'HTTP/0.9';
    if (!this.#mayRequest(fields, at)) return NEXT;
    const authority = authorityOf(line, fields, issues);
    const framing = requestFraming(fields, version, issues);
    if (this.#closing.client) warn(issues, 'the client goes on after it said Connection: close (RFC 9112 §9.6)');
    this.#closing.client = fields.closes;
    const upgrades = fields.upgrade !== '' && fields.connection.includes('upgrade') && version !== 'HTTP/1.0';
    const exchange: Exchange = {
      stream: ++this.#streams,
      method,
      simple,
      asksToSwitch: upgrades || method === 'CONNECT',
      switched: false,
      requested: false,
      before: 0,
      cut: false,
    };
    this.#waiting.push(exchange);
    this.#requesting = exchange;
    const rest = { headers: fields.headers, wireBytes: emptyBytes + bytes.length, issues: listed(issues), startedAt };
    this.#sink.request(
      exchange.stream,
      authority === undefined ? { version, method, target, ...rest } : { version, method, target, authority, ...rest },
      at,
    );
    return framing;
  }

  #mayRequest(fields: FieldSection, at: Millis): boolean {
    const { maxFields, maxWaiting } = this.#bounds;
    if (fields.headers.length > maxFields) this.#client.lose(`a head has more than ${maxFields} fields`, at);
    else if (this.#waiting.length >= maxWaiting)
      this.#client.lose(`more than ${maxWaiting} requests wait for answers`, at);
    return !this.#client.lost;
  }

  #response({ bytes, emptyBytes, startedAt, at }: RawHead): Framing {
    const issues: Issue[] = [];
    if (emptyBytes > 0) warn(issues, `${emptyBytes} bytes of empty lines come before the status line (RFC 9112 §4)`);
    const { line, fields } = this.#responses.read(bytes, issues);
    if (typeof line === 'string' || fields.headers.length > this.#bounds.maxFields) {
      const reason = typeof line === 'string' ? line : `a head has more than ${this.#bounds.maxFields} fields`;
      this.#server.lose(reason, at);
      return NEXT;
    }
    const { version, status, reason } = line;
    if (this.#closing.server) warn(issues, 'the server goes on after it said Connection: close (RFC 9112 §9.6)');
    const head = { version, status, reason, headers: fields.headers, wireBytes: emptyBytes + bytes.length, startedAt };
    const exchange = this.#waiting[0];
    if (!exchange) return this.#unsolicited(fields, version, status, issues, at);
    if (status >= 100 && status < 200 && status !== 101) {
      if (!exchange.cut) this.#sink.informational(exchange.stream, { ...head, issues: listed(issues) }, at);
      return NEXT;
    }
    this.#closing.server = fields.closes;
    this.#answering = exchange;
    const protocol = switchesTo(exchange, status, fields);
    if (protocol !== undefined) return this.#switch(exchange, protocol, { ...head, issues }, at);
    const framing = responseFraming(fields, version, exchange.method, status, issues);
    if (!exchange.cut) this.#sink.response(exchange.stream, { ...head, issues: listed(issues) }, at);
    if (exchange.asksToSwitch) {
      exchange.asksToSwitch = false;
      this.#client.release('head');
    }
    return framing;
  }

  #switch(
    exchange: Exchange,
    protocol: string,
    head: Parameters<HttpSink['response']>[1] & { issues: Issue[] },
    at: Millis,
  ): Framing {
    const asked = exchange.asksToSwitch;
    if (!asked)
      error(head.issues, 'the server switches protocols, for which the request did not ask (RFC 9110 §15.2.2)');
    exchange.switched = true;
    exchange.asksToSwitch = false;
    if (!exchange.cut) {
      this.#sink.response(exchange.stream, head, at);
      this.#sink.switched(exchange.stream, protocol, at);
    }
    if (asked) this.#client.release('rest');
    else this.#client.lose('the server switched protocols at a point of the client’s stream that nobody can tell', at);
    return REST;
  }

  /** A response that answers no request, e.g. 408: told in one sentence, its content skipped. */
  #unsolicited(fields: FieldSection, version: string, status: number, issues: Issue[], at: Millis): Framing {
    if (this.#client.lost) {
      this.#server.lose('the requests that these responses belong to are not followed any more', at);
      return NEXT;
    }
    this.#answering = undefined;
    this.#closing.server = fields.closes;
    const text = `the server sends a response with status ${status} that no request waits for`;
    this.#sink.issue({ severity: 'warning', text }, undefined, at);
    for (const issue of issues) this.#sink.issue(issue, undefined, at);
    return status < 200 ? NEXT : responseFraming(fields, version, 'GET', status, []);
  }

  #noHead(sender: TlsRole, emptyBytes: number, at: Millis): Framing {
    const exchange = this.#waiting[0];
    if (sender === 'server' && exchange?.simple) {
      const issues: Issue[] = [];
      note(issues, 'content without a head, as HTTP/0.9 answers');
      if (emptyBytes > 0) note(issues, `${emptyBytes} bytes of line ends at its start are left out`);
      this.#answering = exchange;
      this.#sink.response(
        exchange.stream,
        { version: 'HTTP/0.9', status: 0, headers: [], wireBytes: emptyBytes, issues, startedAt: at },
        at,
      );
      return REST;
    }
    const what = sender === 'client' ? 'request' : 'response';
    (sender === 'client' ? this.#client : this.#server).lose(`these bytes do not start as an HTTP/1 ${what}`, at);
    return NEXT;
  }

  #body(sender: TlsRole, bytes: Uint8Array, at: Millis): void {
    const exchange = this.#at(sender);
    if (exchange && !exchange.cut) this.#sink.body(exchange.stream, sender, bytes, at);
  }

  #ended(sender: TlsRole, trailers: FieldSection | undefined, wireBytes: number, at: Millis): Following {
    const exchange = this.#at(sender);
    if (trailers && trailers.lengths.length + trailers.codings.length + trailers.hosts.length > 0) {
      const text =
        'a trailer section has fields that frame or route a message, which cannot stand there (RFC 9110 §6.5.1)';
      this.#sink.issue({ severity: 'warning', text }, exchange?.stream, at);
    }
    if (exchange && sender === 'client' && !exchange.requested) {
      exchange.requested = true;
      if (exchange.switched) {
        // Its end is told once, with what comes since.
        exchange.before = wireBytes;
        return 'rest';
      }
    }
    if (exchange && !exchange.cut) {
      const all = sender === 'client' ? exchange.before + wireBytes : wireBytes;
      this.#sink.ended(exchange.stream, sender, trailers?.headers ?? NO_TRAILERS, all, at);
    }
    if (sender === 'server') {
      if (exchange) this.#waiting.shift();
      return exchange?.switched ? 'over' : 'head';
    }
    if (exchange?.simple) return 'over';
    if (exchange?.switched) return 'rest';
    return exchange?.asksToSwitch ? 'hold' : 'head';
  }
}

/** The protocol that is spoken after this response, when it switches (RFC 9110 §9.3.6, §15.2.2). */
function switchesTo(exchange: Exchange, status: number, fields: FieldSection): string | undefined {
  if (status === 101) return tokens(fields.upgrade)[0] || 'unknown';
  return exchange.method === 'CONNECT' && status >= 200 && status < 300 ? 'tunnel' : undefined;
}

/** Whom the request is for (RFC 9112 §3.2, RFC 9110 §7.2). */
function authorityOf(
  { method, target, version }: RequestLine,
  fields: FieldSection,
  issues: Issue[],
): string | undefined {
  const [host] = fields.hosts;
  if (fields.hosts.length > 1)
    error(issues, 'Host is there more than once, for which a server must refuse the request');
  else if (host === undefined && version === 'HTTP/1.1')
    error(issues, 'Host is missing, for which a server must refuse the request (RFC 9112 §3.2)');
  if (method === 'CONNECT') return target;
  if (target.startsWith('/') || target === '*') return host;
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]*)/i.exec(target)?.[1];
  if (absolute === undefined) {
    error(issues, `the target "${printable(target)}" is in none of the forms of RFC 9112 §3.2`);
    return host;
  }
  if (host !== undefined && host.toLowerCase() !== absolute.toLowerCase())
    warn(
      issues,
      `the target is for ${printable(absolute)}, Host says ${printable(host)}: the target counts (RFC 9112 §3.2.2)`,
    );
  return absolute;
}

function listed(issues: readonly Issue[]): readonly Issue[] {
  return issues.length > 0 ? issues : NO_ISSUES;
}

const note = (issues: Issue[], text: string) => issues.push({ severity: 'note', text });
const warn = (issues: Issue[], text: string) => issues.push({ severity: 'warning', text });
const error = (issues: Issue[], text: string) => issues.push({ severity: 'error', text });
