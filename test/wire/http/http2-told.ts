/** A sink that keeps what an HTTP/2 observer tells. */

import type { HeaderPair } from '../../../src/shared/exchange.ts';
import type { Issue, TlsRole } from '../../../src/shared/model.ts';
import { Http2Observer } from '../../../src/wire/http/http2.ts';
import type { Cut, Http2Fact, HttpSink, RequestHead, ResponseHead } from '../../../src/wire/http/observer.ts';

/** Bytes of one side that were read together. */
export interface Piece {
  readonly sender: TlsRole;
  readonly bytes: Uint8Array;
}

export type Told =
  | { readonly what: 'request'; readonly stream: number; readonly head: RequestHead }
  | { readonly what: 'informational'; readonly stream: number; readonly head: ResponseHead }
  | { readonly what: 'response'; readonly stream: number; readonly head: ResponseHead }
  | {
      readonly what: 'ended';
      readonly stream: number;
      readonly sender: TlsRole;
      readonly trailers: readonly HeaderPair[];
      readonly wireBytes: number;
      /** Content bytes up to here. */
      readonly size: number;
    }
  | { readonly what: 'cut'; readonly stream: number; readonly cut: Cut }
  | { readonly what: 'switched'; readonly stream: number; readonly protocol: string }
  | { readonly what: 'fact'; readonly fact: Http2Fact }
  | { readonly what: 'issue'; readonly stream: number | undefined; readonly issue: Issue }
  | { readonly what: 'lost'; readonly sender: TlsRole; readonly offset: number; readonly reason: string };

/** Everything but content is in `told`, in order; how content is cut says nothing, so it is joined. */
export class Listener implements HttpSink {
  readonly told: Told[] = [];
  readonly #bodies = new Map<string, Uint8Array[]>();

  request(stream: number, head: RequestHead): void {
    this.told.push({ what: 'request', stream, head });
  }
  informational(stream: number, head: ResponseHead): void {
    this.told.push({ what: 'informational', stream, head });
  }
  response(stream: number, head: ResponseHead): void {
    this.told.push({ what: 'response', stream, head });
  }
  body(stream: number, sender: TlsRole, bytes: Uint8Array): void {
    const key = `${stream} ${sender}`;
    const parts = this.#bodies.get(key);
    if (parts) parts.push(bytes.slice());
    else this.#bodies.set(key, [bytes.slice()]);
  }
  ended(stream: number, sender: TlsRole, trailers: readonly HeaderPair[], wireBytes: number): void {
    this.told.push({ what: 'ended', stream, sender, trailers, wireBytes, size: this.content(stream, sender).length });
  }
  cut(stream: number, cut: Cut): void {
    this.told.push({ what: 'cut', stream, cut });
  }
  switched(stream: number, protocol: string): void {
    this.told.push({ what: 'switched', stream, protocol });
  }
  connection(fact: Http2Fact): void {
    this.told.push({ what: 'fact', fact });
  }
  issue(issue: Issue, stream: number | undefined): void {
    this.told.push({ what: 'issue', stream, issue });
  }
  lost(sender: TlsRole, offset: number, reason: string): void {
    this.told.push({ what: 'lost', sender, offset, reason });
  }

  /** Content of one side of a stream so far. */
  content(stream: number, sender: TlsRole): Buffer {
    return Buffer.concat(this.#bodies.get(`${stream} ${sender}`) ?? []);
  }

  /** By `STREAM SENDER`. */
  get contents(): Map<string, Buffer> {
    return new Map([...this.#bodies].map(([key, parts]) => [key, Buffer.concat(parts)]));
  }

  all<What extends Told['what']>(what: What): Extract<Told, { what: What }>[] {
    return this.told.filter((each): each is Extract<Told, { what: What }> => each.what === what);
  }

  facts<Kind extends Http2Fact['kind']>(kind: Kind): Extract<Http2Fact, { kind: Kind }>[] {
    return this.all('fact')
      .map(({ fact }) => fact)
      .filter((fact): fact is Extract<Http2Fact, { kind: Kind }> => fact.kind === kind);
  }

  get issues(): string[] {
    return this.all('issue').map(({ issue }) => issue.text);
  }
}

/** What is told of these pieces, and of the end of both sides after them if `ended`. */
export function observe(pieces: readonly Piece[], ended = true): Listener {
  const listener = new Listener();
  const observer = new Http2Observer(listener);
  for (const { sender, bytes } of pieces) observer.feed(sender, bytes, 0);
  if (ended) {
    observer.end('client', true, 0);
    observer.end('server', true, 0);
  }
  return listener;
}
