/** The way to the sink for all parts of one connection's observer: it knows the time, and limits what is only odd. */
import type { Issue, Millis, TlsRole } from '../../../shared/model.ts';
import type { Http2Fact, HttpSink } from '../observer.ts';

/** Issues of a connection that are told one by one. Whoever sends more than this does so on purpose. */
const MAX_ISSUES = 200;

export class Teller {
  readonly sink: HttpSink;
  /** When the bytes at hand came. */
  at: Millis = 0;
  #issues = 0;

  constructor(sink: HttpSink) {
    this.sink = sink;
  }

  fact(fact: Http2Fact): void {
    this.sink.connection?.(fact, this.at);
  }

  issue(severity: Issue['severity'], text: string, stream?: number): void {
    if (this.#issues >= MAX_ISSUES) return;
    this.#issues++;
    this.sink.issue({ severity, text }, stream, this.at);
    if (this.#issues === MAX_ISSUES)
      this.sink.issue(
        { severity: 'note', text: 'further oddities of this connection are not told' },
        undefined,
        this.at,
      );
  }
}

export function otherSide(side: TlsRole): TlsRole {
  return side === 'client' ? 'server' : 'client';
}
