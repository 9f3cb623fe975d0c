/** An exchange that goes on: what has been counted of it so far. */
import type { HttpFinished } from '../shared/events.ts';
import type { BodyCounts, ExchangeOutcome, ExchangeTimes, HeaderPair } from '../shared/exchange.ts';
import type { Issue, Millis, TlsRole } from '../shared/model.ts';

/** Ms between two events of progress, and before the first. */
const TELL_EVERY = 250;

class Side {
  size = 0;
  wireBytes = 0;
  kept = 0;
  trailers: readonly HeaderPair[] = NONE;
  ended = false;
  stalledAt: Millis | undefined;
  stalls = 0;
  stalledFor = 0;

  counts(): BodyCounts {
    return { size: this.size, wireBytes: Math.max(this.wireBytes, this.size), kept: this.kept };
  }

  end(): HttpFinished['request'] {
    const { size, wireBytes, kept, trailers } = this;
    if (wireBytes === 0 && size === 0 && trailers.length === 0) return NOTHING;
    return { size, wireBytes: Math.max(wireBytes, size), kept, trailers };
  }
}

// Shared by the many exchanges that have none, so never changed.
const NONE: readonly HeaderPair[] = [];
const NO_ISSUES: readonly Issue[] = [];
const NOTHING: HttpFinished['request'] = { size: 0, wireBytes: 0, kept: 0, trailers: NONE };

export class OpenExchange {
  readonly id: number;
  readonly stream: number;
  /** When its progress was last told, or its last head came. */
  toldAt: Millis;
  /** Bytes of its heads in memory. */
  held: number;
  /** Interim responses (1xx) so far. */
  interim = 0;
  readonly #client = new Side();
  readonly #server = new Side();
  #issues: readonly Issue[];
  #requested: Millis | undefined;
  #responded: Millis | undefined;
  #switchedTo: string | undefined;

  constructor(id: number, stream: number, issues: readonly Issue[], at: Millis, held: number) {
    this.held = held;
    this.id = id;
    this.stream = stream;
    this.toldAt = at;
    this.#issues = issues;
  }

  /** Both messages have been received to their ends. */
  get isWhole(): boolean {
    return this.#client.ended && this.#server.ended;
  }

  /** The response has been received to its end. */
  get isAnswered(): boolean {
    return this.#server.ended;
  }

  get trailers(): readonly HeaderPair[] {
    const sent = this.#client.trailers;
    const received = this.#server.trailers;
    return sent.length === 0 ? received : [...sent, ...received];
  }

  hasEnded(sender: TlsRole): boolean {
    return this.#side(sender).ended;
  }

  /** Whether it has been long enough since its progress was told. */
  isLong(at: Millis): boolean {
    return at - this.toldAt >= TELL_EVERY;
  }

  note(issues: readonly Issue[], max: number): void {
    if (issues.length > 0 && this.#issues.length < max) this.#issues = [...this.#issues, ...issues].slice(0, max);
  }

  noteOnce(issue: Issue, max: number): void {
    if (!this.#issues.includes(issue)) this.note([issue], max);
  }

  answered(at: Millis): void {
    this.#responded = at;
    this.toldAt = Math.max(this.toldAt, at);
  }

  grew(sender: TlsRole, size: number, kept: number): void {
    const side = this.#side(sender);
    side.size += size;
    side.kept += kept;
  }

  ended(sender: TlsRole, trailers: readonly HeaderPair[], wireBytes: number, at: Millis): void {
    const side = this.#side(sender);
    side.ended = true;
    side.trailers = trailers;
    // After a switch it is told once more, of what came since.
    side.wireBytes += wireBytes;
    if (sender === 'client' && this.#switchedTo === undefined) this.#requested = at;
  }

  /** Both sides go on in another protocol. */
  switchTo(protocol: string): void {
    this.#switchedTo = protocol;
    this.#client.ended = false;
    this.#server.ended = false;
  }

  flow(kind: 'stalled' | 'resumed', sender: TlsRole, at: Millis): void {
    const side = this.#side(sender);
    if (kind === 'stalled') side.stalledAt ??= at;
    else resume(side, at);
  }

  /** It ends: so does the waiting. */
  resumeFlow(at: Millis): void {
    resume(this.#client, at);
    resume(this.#server, at);
  }

  progress(): { readonly request: BodyCounts; readonly response?: BodyCounts } {
    const request = this.#client.counts();
    return this.#responded === undefined ? { request } : { request, response: this.#server.counts() };
  }

  /** @param at absent while it goes on in another protocol */
  finished(conn: number, outcome: ExchangeOutcome, at: Millis | undefined): HttpFinished {
    const exchange = this.id;
    const times = this.#times(at);
    const request = this.#client.end();
    const issues = this.#allIssues();
    if (this.#responded === undefined) {
      const fact: HttpFinished = { type: 'http.finished', conn, exchange, outcome, times, request, issues };
      return this.#switchedTo === undefined ? fact : { ...fact, switchedTo: this.#switchedTo };
    }
    const response = this.#server.end();
    const fact: HttpFinished = { type: 'http.finished', conn, exchange, outcome, times, request, response, issues };
    return this.#switchedTo === undefined ? fact : { ...fact, switchedTo: this.#switchedTo };
  }

  #times(ended: Millis | undefined): Omit<ExchangeTimes, 'started'> {
    const requested = this.#requested;
    const responded = this.#responded;
    if (requested !== undefined && responded !== undefined && ended !== undefined)
      return { requested, responded, ended };
    return {
      ...(requested !== undefined && { requested }),
      ...(responded !== undefined && { responded }),
      ...(ended !== undefined && { ended }),
    };
  }

  #allIssues(): readonly Issue[] {
    if (this.#client.stalls + this.#server.stalls > 0)
      return [...this.#issues, ...stalls('client', this.#client), ...stalls('server', this.#server)];
    return this.#issues.length > 0 ? this.#issues : NO_ISSUES;
  }

  #side(sender: TlsRole): Side {
    return sender === 'client' ? this.#client : this.#server;
  }
}

function resume(side: Side, at: Millis): void {
  if (side.stalledAt === undefined) return;
  side.stalls++;
  side.stalledFor += at - side.stalledAt;
  side.stalledAt = undefined;
}

function stalls(sender: TlsRole, { stalls, stalledFor }: Side): Issue[] {
  if (stalls === 0) return [];
  const times = stalls === 1 ? 'once' : `${stalls} times`;
  const text = `The ${sender} had no flow-control window left ${times}, for ${Math.round(stalledFor)} ms in all (RFC 9113 §5.2).`;
  return [{ severity: 'note', text }];
}
