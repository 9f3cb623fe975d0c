/** The streams of a connection as exchanges (RFC 9113 §5.1, §8): heads, content, trailers, and how each one ends. */
import type { TlsRole } from '../../../shared/model.ts';
import type { HeaderList } from '../hpack/decoder.ts';
import type { Cut, RequestHead, ResponseHead } from '../observer.ts';
import type { Flow } from './flow.ts';
import { HeadReader, readRequest, readResponse, trailerIssues } from './heads.ts';
import { errorCode } from './names.ts';
import type { SideSettings } from './settings.ts';
import { type Half, newStream, type Stream } from './stream.ts';
import { otherSide, type Teller } from './teller.ts';

/** Open streams that are followed at once. */
const MAX_OPEN = 10_000;

/** The other half may stay open for long, and what was told is kept by whoever wants it. */
const NO_TRAILERS: Half['trailers'] = [];

/** What `switched` names after a CONNECT without a protocol: bytes to and from another host (RFC 9113 §8.5). */
const TUNNEL = 'tunnel';

export class Streams {
  readonly #teller: Teller;
  readonly #flows: Readonly<Record<TlsRole, Flow>>;
  readonly #settings: Readonly<Record<TlsRole, SideSettings>>;
  readonly #open = new Map<number, Stream>();
  readonly #requests = new HeadReader<RequestHead>(readRequest);
  readonly #responses = new HeadReader<ResponseHead>(readResponse);
  /** Highest stream that each side has opened. */
  readonly #last = { client: 0, server: 0 };
  /** What each side's GOAWAY says it will not go beyond, in streams of the other. */
  readonly #goaway: Record<TlsRole, { readonly last: number; readonly code: number } | undefined> = {
    client: undefined,
    server: undefined,
  };
  readonly #lost = { client: false, server: false };
  #firstEnd: TlsRole | undefined;
  #full = false;

  constructor(
    teller: Teller,
    flows: Readonly<Record<TlsRole, Flow>>,
    settings: Readonly<Record<TlsRole, SideSettings>>,
  ) {
    this.#teller = teller;
    this.#flows = flows;
    this.#settings = settings;
  }

  /** An open stream that is followed. */
  get(id: number): Stream | undefined {
    return this.#open.get(id);
  }

  /** The header list of HEADERS and its CONTINUATIONs. @param last it has END_STREAM */
  headers(sender: TlsRole, id: number, list: HeaderList, last: boolean, wireBytes: number): void {
    const stream = this.#open.get(id);
    if (stream === undefined) {
      if (sender === 'client' && id % 2 === 1 && id > this.#last.client) this.#request(id, list, last, wireBytes);
      else this.checkKnown(sender, id, 'HEADERS');
      return;
    }
    const half = stream[sender];
    if (half.state === 'ended') {
      this.#teller.issue('error', `HEADERS of the ${sender} behind the end of its message (RFC 9113 §5.1)`, id);
    } else if (half.state === 'body') {
      this.#trailers(sender, stream, half, list, last, wireBytes);
    } else {
      this.#response(stream, list, last, wireBytes);
    }
  }

  /** PUSH_PROMISE: a request that the server makes in the client's place (RFC 9113 §8.4). */
  promise(on: number, promised: number, list: HeaderList, wireBytes: number): void {
    this.#teller.fact({ kind: 'push-promise', sender: 'server', stream: on, promised });
    if (!this.#settings.client.enablePush) this.#teller.issue('error', 'a push, which the client has turned off', on);
    if (promised % 2 === 1 || promised <= this.#last.server) {
      this.#teller.issue(
        'error',
        `a push promises stream ${promised}, which cannot be a new one (RFC 9113 §5.1.1)`,
        on,
      );
      return;
    }
    this.#last.server = promised;
    const { head } = readRequest(list, wireBytes);
    const stream = this.#add(promised, head.method, undefined);
    if (stream === undefined) return;
    this.#teller.sink.request(promised, head, this.#teller.at);
    this.#finish('client', stream);
    this.#refuse('client', stream);
  }

  /** The stream that a DATA frame of `sender` belongs to; undefined when its content is nobody's. */
  content(sender: TlsRole, id: number): Stream | undefined {
    const stream = this.#open.get(id);
    if (stream === undefined) {
      this.checkKnown(sender, id, 'DATA');
      return undefined;
    }
    const { state } = stream[sender];
    if (state === 'body') return stream;
    const where = state === 'head' ? 'before the head' : 'behind the end';
    this.#teller.issue('error', `DATA of the ${sender} ${where} of its message (RFC 9113 §8.1)`, id);
    return undefined;
  }

  body(sender: TlsRole, stream: Stream, bytes: Uint8Array): void {
    if (stream.gone) return;
    stream[sender].content += bytes.length;
    this.#teller.sink.body(stream.id, sender, bytes, this.#teller.at);
  }

  /** A DATA frame is whole. @param wireBytes its own */
  contentEnd(sender: TlsRole, stream: Stream, last: boolean, wireBytes: number): void {
    if (stream.gone) return;
    stream[sender].wireBytes += wireBytes;
    if (last) this.#finish(sender, stream);
  }

  reset(sender: TlsRole, id: number, code: number): void {
    const stream = this.#open.get(id);
    if (stream) this.#cut(stream, { by: sender, how: 'reset', code: errorCode(code) });
    else this.checkKnown(sender, id, 'RST_STREAM');
  }

  /** GOAWAY: the other side's streams above `last` were not and will not be processed (RFC 9113 §6.8). */
  goaway(sender: TlsRole, last: number, code: number): void {
    const limit = Math.min(last, this.#goaway[sender]?.last ?? last);
    this.#goaway[sender] = { last: limit, code };
    for (const stream of this.#open.values()) this.#refuse(sender, stream);
  }

  /** What `sender` says is not followed any more. */
  lose(sender: TlsRole): void {
    this.#lost[sender] = true;
  }

  /** `sender` says no more. What it has not said to its end is cut, and at a cut of the connection everything. */
  end(sender: TlsRole, orderly: boolean): void {
    const by = this.#firstEnd ?? sender;
    this.#firstEnd ??= sender;
    const other = otherSide(sender);
    for (const stream of this.#open.values()) {
      const unfinished = this.#unfinished(sender, stream) || (!orderly && this.#unfinished(other, stream));
      if (unfinished) this.#cut(stream, { by, how: 'closed' });
    }
  }

  /** Of a side that is lost nobody knows. */
  #unfinished(side: TlsRole, stream: Stream): boolean {
    return !this.#lost[side] && stream[side].state !== 'ended';
  }

  #request(id: number, list: HeaderList, last: boolean, wireBytes: number): void {
    this.#last.client = id;
    const { head, protocol, contentLength } = this.#requests.read(list, wireBytes);
    if (protocol !== undefined && !this.#settings.server.enableConnectProtocol && !this.#lost.server)
      this.#teller.issue('warning', ':protocol, which the server has not allowed (RFC 8441 §3)', id);
    const stream = this.#add(id, head.method, head.method === 'CONNECT' ? (protocol ?? TUNNEL) : undefined);
    if (stream === undefined) return;
    stream.client.state = 'body';
    stream.client.contentLength = contentLength;
    this.#teller.sink.request(id, head, this.#teller.at);
    if (last) this.#finish('client', stream);
    this.#refuse('server', stream);
  }

  #response(stream: Stream, list: HeaderList, last: boolean, wireBytes: number): void {
    const { head, contentLength } = this.#responses.read(list, wireBytes);
    const { status } = head;
    if (status >= 100 && status < 200) {
      if (status === 101) this.#teller.issue('error', '101 does not exist in HTTP/2 (RFC 9113 §8.6)', stream.id);
      this.#teller.sink.informational(stream.id, head, this.#teller.at);
      if (!last) return;
      this.#teller.issue(
        'error',
        'the stream ends with a response that is not the final one (RFC 9113 §8.1)',
        stream.id,
      );
      this.#finish('server', stream);
      return;
    }
    const half = stream.server;
    half.state = 'body';
    if (stream.method !== 'HEAD' && status !== 204 && status !== 304) half.contentLength = contentLength;
    this.#teller.sink.response(stream.id, head, this.#teller.at);
    if (stream.tunnel !== undefined && status >= 200 && status < 300) {
      half.contentLength = undefined;
      stream.client.contentLength = undefined;
      this.#teller.sink.switched(stream.id, stream.tunnel, this.#teller.at);
    }
    if (last) this.#finish('server', stream);
  }

  #trailers(sender: TlsRole, stream: Stream, half: Half, list: HeaderList, last: boolean, wireBytes: number): void {
    half.wireBytes += wireBytes;
    half.trailers = list.pairs;
    for (const { severity, text } of trailerIssues(list)) this.#teller.issue(severity, `trailers: ${text}`, stream.id);
    if (last) this.#finish(sender, stream);
    else this.#teller.issue('error', 'trailers that do not end the stream (RFC 9113 §8.1)', stream.id);
  }

  #add(id: number, method: string, tunnel: string | undefined): Stream | undefined {
    if (this.#open.size >= MAX_OPEN) {
      if (!this.#full) this.#teller.issue('warning', `more than ${MAX_OPEN} open streams: some are not followed`, id);
      this.#full = true;
      return undefined;
    }
    const stream = newStream(id, method, tunnel);
    this.#open.set(id, stream);
    return stream;
  }

  #finish(sender: TlsRole, stream: Stream): void {
    const half = stream[sender];
    half.state = 'ended';
    const { contentLength, content } = half;
    if (contentLength !== undefined && contentLength !== content)
      this.#teller.issue(
        'error',
        `content-length of the ${sender} is ${contentLength}, the content has ${content} bytes`,
        stream.id,
      );
    this.#teller.sink.ended(stream.id, sender, half.trailers, half.wireBytes, this.#teller.at);
    half.trailers = NO_TRAILERS;
    if (stream[otherSide(sender)].state === 'ended') this.#forget(stream);
  }

  #refuse(by: TlsRole, stream: Stream): void {
    const goaway = this.#goaway[by];
    const isOthers = stream.id % 2 === (by === 'server' ? 1 : 0);
    if (goaway === undefined || !isOthers || stream.id <= goaway.last || stream.gone) return;
    this.#cut(stream, { by, how: 'refused', code: errorCode(goaway.code) });
  }

  #cut(stream: Stream, cut: Cut): void {
    this.#forget(stream);
    this.#teller.sink.cut(stream.id, cut, this.#teller.at);
  }

  #forget(stream: Stream): void {
    stream.gone = true;
    this.#open.delete(stream.id);
    this.#flows.client.forget(stream);
    this.#flows.server.forget(stream);
  }

  /** A frame for a stream that is over is late, for one that never was it is wrong. */
  checkKnown(sender: TlsRole, id: number, frame: string): void {
    const opener: TlsRole = id % 2 === 1 ? 'client' : 'server';
    if (id <= this.#last[opener] || (this.#lost[opener] && opener !== sender)) return;
    this.#teller.issue('error', `${frame} of the ${sender} for a stream that nobody has opened (RFC 9113 §5.1)`, id);
  }
}
