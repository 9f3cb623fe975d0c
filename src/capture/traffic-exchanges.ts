/**
 * What an observer tells of one connection, as facts in the log: each exchange with an id of the capture, its bodies in
 * their store.
 */
import type { Fact } from '../shared/events.ts';
import type { ExchangeOutcome, HeaderPair, HttpExchange } from '../shared/exchange.ts';
import type { Issue, Millis, TlsRole } from '../shared/model.ts';
import type { Cut, Http2Fact, HttpSink, RequestHead, ResponseHead } from '../wire/http/observer.ts';
import type { BodyStore } from './body-store.ts';
import type { EventLog } from './event-log.ts';
import { OpenExchange } from './traffic-exchange.ts';
import { Heads, NO_FIELDS } from './traffic-heads.ts';
import { goawayIssue, Http2Opening } from './traffic-http2.ts';
import { outcomeOf } from './traffic-message.ts';
import { NOT_HELD, OpenHeads, withoutFields } from './traffic-open-heads.ts';
import { exchangeWeight, fieldsWeight, issuesWeight, settingsWeight } from './traffic-weight.ts';

/** Where a connection's traffic goes, and what all connections share. */
export interface TrafficDesk {
  readonly log: EventLog;
  readonly bodies: BodyStore;
  readonly nextId: () => number;
  readonly mayTellProgress: (at: Millis) => boolean;
  /** The exchange that the next one on this connection repeats; told once. */
  readonly takeReplay: (conn: number) => number | undefined;
}

/** The connection that the traffic is of. */
export interface TrafficPlace {
  readonly conn: number;
  readonly scheme: 'http' | 'https';
  /** What the client connected to: for requests that do not say whom they are for. */
  readonly host: string;
  readonly port: number;
  readonly alpn?: string | undefined;
  /** Traffic that is not HTTP is not recorded. */
  readonly httpOnly?: boolean;
}

/** Issues of one exchange that are kept, and notes on the connection. */
const MAX_ISSUES = 50;

/** Interim responses (1xx) of one exchange that are told: who holds it holds all of them, and a server may send them for ever. */
const MAX_INTERIM = 100;

// What most exchanges have; shared by them all, so never changed.
const NO_ISSUES: readonly Issue[] = [];
const NONE: HttpExchange['informational'] = [];
const OPEN: ExchangeOutcome = { state: 'open' };
const FINISHED: ExchangeOutcome = { state: 'finished' };

export class ExchangeRecorder implements HttpSink {
  /** Who ended the connection before its time, where it is known better than the observer can know it. */
  blame: TlsRole | 'proxy' | undefined;
  readonly #place: TrafficPlace;
  readonly #desk: TrafficDesk;
  readonly #open = new Map<number, OpenExchange>();
  readonly #heads = new Heads();
  readonly #openHeads = new OpenHeads();
  #protocol = 'unknown';
  #opening: Http2Opening | undefined;
  readonly #lost: Partial<Record<TlsRole, { readonly reason: string; readonly offset: number }>> = {};
  #notes = 0;

  constructor(place: TrafficPlace, desk: TrafficDesk) {
    this.#place = place;
    this.#desk = desk;
  }

  /** Says what is spoken from here on. */
  connected(protocol: string): void {
    this.#protocol = protocol;
    if (protocol === 'HTTP/2') this.#opening = new Http2Opening();
    this.#append({ type: 'http.connected', conn: this.#place.conn, protocol });
  }

  /** To be called when the observer has told what it found in a chunk. */
  flush(): void {
    const http2 = this.#opening?.changed();
    if (http2 === undefined) return;
    const fact: Fact = { type: 'http.connected', conn: this.#place.conn, protocol: this.#protocol, http2 };
    this.#append(fact, settingsWeight(http2));
  }

  /**
   * Nothing more comes from either side.
   * @param passed bytes that each has sent, where what was lost of them is to be told
   */
  close(at: Millis, passed?: Readonly<Record<TlsRole, number>>): void {
    for (const [sender, { offset }] of Object.entries(this.#lost) as [TlsRole, { offset: number }][]) {
      const unread = (passed?.[sender] ?? 0) - offset;
      if (unread > 0) this.issue({ severity: 'note', text: unreadText(sender, unread) }, undefined, at);
    }
    for (const exchange of [...this.#open.values()]) this.#finish(exchange, this.#leftOver(exchange), at);
  }

  /** tlscope itself cannot go on. */
  fail(sender: TlsRole, passed: Readonly<Record<TlsRole, number>>, reason: string, at: Millis): void {
    this.lost(sender, passed[sender], reason, at);
    const other = sender === 'client' ? 'server' : 'client';
    this.#lost[other] ??= { reason, offset: passed[other] };
    for (const exchange of [...this.#open.values()]) this.#finish(exchange, { state: 'lost', text: reason }, at);
  }

  /**
   * The exchange on this stream has ended in a way that no byte of it shows.
   * @param wireBytes of a response's body that did not come from the server
   */
  over(stream: number, outcome: ExchangeOutcome, at: Millis, wireBytes = 0): void {
    const exchange = this.#open.get(stream);
    if (!exchange) return;
    if (wireBytes > 0) exchange.ended('server', [], wireBytes, at);
    this.#finish(exchange, outcome, at);
  }

  request(stream: number, head: RequestHead, at: Millis): void {
    // Two messages under one name cannot be told apart: the first is given up.
    const before = this.#open.get(stream);
    if (before) this.#finish(before, { state: 'lost' }, at);
    const { conn, scheme, host, port } = this.#place;
    const id = this.#desk.nextId();
    const replayOf = this.#desk.takeReplay(conn);
    if (this.#opening?.pseudoHeaders === undefined) this.#opening?.firstRequest(head.headers);
    const request = this.#heads.request(head);
    const { requestWeight } = this.#heads;
    const isHeld = this.#openHeads.take(requestWeight);
    const noted = isHeld ? head.issues : [...head.issues, NOT_HELD];
    const issues = noted.length > 0 ? [...noted] : NO_ISSUES;
    const exchange: HttpExchange = {
      id,
      conn,
      stream,
      protocol: head.version,
      scheme: head.scheme ?? scheme,
      authority: head.authority ?? `${host.includes(':') ? `[${host}]` : host}:${port}`,
      request: isHeld ? request : withoutFields(request),
      informational: NONE,
      at: { started: head.startedAt ?? at },
      outcome: OPEN,
      issues,
    };
    if (replayOf !== undefined) exchange.replayOf = replayOf;
    this.#open.set(stream, new OpenExchange(id, stream, noted, at, isHeld ? requestWeight : 0));
    const weight = exchangeWeight(exchange) + (isHeld ? requestWeight : exchange.request.target.length);
    this.#append({ type: 'http.requested', conn, exchange }, weight);
    // RFC 9113 §8.4: only a server opens streams with even numbers.
    if (this.#protocol === 'HTTP/2' && stream % 2 === 0) this.issue(PUSHED, stream, at);
  }

  informational(stream: number, head: ResponseHead, at: Millis): void {
    const exchange = this.#open.get(stream);
    if (!exchange) return;
    exchange.interim++;
    if (exchange.interim > MAX_INTERIM) {
      exchange.noteOnce(MORE_INTERIM, MAX_ISSUES);
      return;
    }
    const { status, headers } = head;
    exchange.note(head.issues, MAX_ISSUES);
    const weight = fieldsWeight(headers);
    const isHeld = this.#holds(exchange, weight);
    const informational = { status, headers: isHeld ? headers : NO_FIELDS, at: head.startedAt ?? at };
    const { conn } = this.#place;
    const fact: Fact = { type: 'http.responded', conn, exchange: exchange.id, informational, at: informational.at };
    this.#append(fact, isHeld ? weight : 0);
  }

  response(stream: number, head: ResponseHead, at: Millis): void {
    const exchange = this.#open.get(stream);
    if (!exchange) return;
    exchange.note(head.issues, MAX_ISSUES);
    exchange.answered(head.startedAt ?? at);
    const whole = this.#heads.response(head);
    const { responseWeight } = this.#heads;
    const isHeld = this.#holds(exchange, responseWeight);
    const response = isHeld ? whole : { ...whole, headers: NO_FIELDS };
    const { conn } = this.#place;
    const fact: Fact = { type: 'http.responded', conn, exchange: exchange.id, response, at: head.startedAt ?? at };
    this.#append(fact, isHeld ? responseWeight : 0);
  }

  body(stream: number, sender: TlsRole, bytes: Uint8Array, at: Millis): void {
    const exchange = this.#open.get(stream);
    if (!exchange || bytes.length === 0) return;
    const side = sender === 'client' ? 'request' : 'response';
    exchange.grew(sender, bytes.length, this.#desk.bodies.append(exchange.id, side, bytes, at));
    if (!exchange.isLong(at) || !this.#desk.mayTellProgress(at)) return;
    exchange.toldAt = at;
    const { conn } = this.#place;
    this.#append({ type: 'http.progressed', conn, exchange: exchange.id, ...exchange.progress() });
  }

  ended(stream: number, sender: TlsRole, trailers: readonly HeaderPair[], wireBytes: number, at: Millis): void {
    const exchange = this.#open.get(stream);
    if (!exchange) return;
    const isHeld = trailers.length === 0 || this.#holds(exchange, fieldsWeight(trailers));
    exchange.ended(sender, isHeld ? trailers : NO_FIELDS, wireBytes, at);
    const lost = this.#lost[sender === 'client' ? 'server' : 'client']?.reason;
    if (exchange.isWhole) this.#finish(exchange, FINISHED, at);
    else if (lost !== undefined) this.#finish(exchange, { state: 'lost', text: lost }, at);
  }

  cut(stream: number, cut: Cut, at: Millis): void {
    const exchange = this.#open.get(stream);
    if (!exchange) return;
    // RFC 9113 §8.1: a server that has answered may ask the client to send no more.
    const enough = cut.how === 'reset' && cut.by === 'server' && cut.code?.id === 0 && exchange.isAnswered;
    this.#finish(exchange, enough ? { state: 'finished' } : outcomeOf(cut, this.blame), at);
  }

  switched(stream: number, protocol: string, at: Millis): void {
    const exchange = this.#open.get(stream);
    if (!exchange) return;
    exchange.switchTo(protocol);
    this.#append(exchange.finished(this.#place.conn, { state: 'switched' }, undefined));
    exchange.toldAt = at;
  }

  connection(fact: Http2Fact, at: Millis): void {
    if (fact.kind === 'stalled' || fact.kind === 'resumed') {
      this.#open.get(fact.stream)?.flow(fact.kind, fact.sender, at);
    } else if (fact.kind === 'goaway') this.#note(goawayIssue(fact), at);
    else this.#opening?.fact(fact);
  }

  issue(issue: Issue, stream: number | undefined, at: Millis): void {
    const exchange = stream === undefined ? undefined : this.#open.get(stream);
    if (exchange) exchange.note([issue], MAX_ISSUES);
    else this.#note(stream === undefined ? issue : { ...issue, text: `${issue.text} (stream ${stream})` }, at);
  }

  lost(sender: TlsRole, offset: number, reason: string, at: Millis): void {
    this.#lost[sender] ??= { reason, offset };
    this.#append({ type: 'http.lost', conn: this.#place.conn, sender, offset, reason }, 2 * reason.length);
    for (const exchange of [...this.#open.values()]) {
      if (!exchange.hasEnded(sender)) this.#finish(exchange, { state: 'lost', text: reason }, at);
    }
  }

  #leftOver(exchange: OpenExchange): ExchangeOutcome {
    const lost = this.#lost.client ?? this.#lost.server;
    if (lost !== undefined) return { state: 'lost', text: lost.reason };
    if (exchange.isAnswered && this.blame === undefined) return { state: 'finished' };
    const by = this.blame ?? 'proxy';
    return { state: 'aborted', by, text: `The ${by} ended the connection before the exchange was over.` };
  }

  #finish(exchange: OpenExchange, outcome: ExchangeOutcome, at: Millis): void {
    this.#open.delete(exchange.stream);
    this.#openHeads.release(exchange.held);
    exchange.resumeFlow(at);
    const fact = exchange.finished(this.#place.conn, outcome, at);
    this.#append(fact, issuesWeight(fact.issues) + fieldsWeight(exchange.trailers));
  }

  /** Whether there is room for more fields of an open exchange; it says so where there is none. */
  #holds(exchange: OpenExchange, weight: number): boolean {
    if (this.#openHeads.take(weight)) {
      exchange.held += weight;
      return true;
    }
    exchange.noteOnce(NOT_HELD, MAX_ISSUES);
    return false;
  }

  /** A peer can do odd things without end; the first of them are told. */
  #note(issue: Issue, at: Millis): void {
    if (this.#notes === MAX_ISSUES) return;
    this.#notes += 1;
    const last = this.#notes === MAX_ISSUES ? ' More of this connection is not noted.' : '';
    const note = { severity: issue.severity, text: `${issue.text}${last}`, at };
    this.#append({ type: 'http.noted', conn: this.#place.conn, note }, issuesWeight([note]));
  }

  #append(fact: Fact, weight = 0): void {
    this.#desk.log.append(fact, weight);
  }
}

function unreadText(sender: TlsRole, count: number): string {
  return `${count} bytes of the ${sender} were not read: they came after the thread was lost, and are in no exchange.`;
}

const MORE_INTERIM: Issue = {
  severity: 'warning',
  text: `More than ${MAX_INTERIM} interim responses: those that follow are not shown.`,
};
const PUSHED: Issue = { severity: 'note', text: 'The server pushed this without being asked (RFC 9113 §8.4).' };
