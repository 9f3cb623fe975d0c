/**
 * The exchanges of plain HTTP, as node:http reads them for both sides: the request as the client wrote it, the response
 * as the server did. Framing is not seen there, so bodies weigh on the wire what their content does.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ExchangeRecorder } from '../capture/traffic-exchanges.ts';
import type { ExchangeOutcome, HeaderPair } from '../shared/exchange.ts';
import type { ConnectionEnd, TlsRole } from '../shared/model.ts';

/** The exchanges of one client connection. */
export class PlainTraffic {
  readonly #recorder: ExchangeRecorder;
  readonly #now: () => number;
  #requests = 0;

  constructor(recorder: ExchangeRecorder, now: () => number) {
    this.#recorder = recorder;
    this.#now = now;
  }

  /** A request's head is whole. */
  begin(request: IncomingMessage, authority: string): PlainExchange {
    return new PlainExchange(++this.#requests, request, authority, this.#recorder, this.#now);
  }

  /** The client connection is gone. @param by who ended it */
  close(by: ConnectionEnd['by']): void {
    this.#recorder.blame = by;
    this.#recorder.close(this.#now());
  }
}

/** To be told of each step in the turn of the event loop in which it happens: what is listened for does not wait. */
export class PlainExchange {
  readonly #stream: number;
  readonly #request: IncomingMessage;
  readonly #recorder: ExchangeRecorder;
  readonly #now: () => number;

  constructor(
    stream: number,
    request: IncomingMessage,
    authority: string,
    recorder: ExchangeRecorder,
    now: () => number,
  ) {
    this.#stream = stream;
    this.#request = request;
    this.#recorder = recorder;
    this.#now = now;
    const { method = '', url: target = '' } = request;
    recorder.request(
      stream,
      { method, target, authority, ...headOf(request, `${method} ${target} HTTP/1.1\r\n`.length) },
      now(),
    );
  }

  /** The request's content is about to be read. */
  sending(): void {
    this.#content('client', this.#request);
  }

  /** The request has no content. */
  sent(): void {
    this.#recorder.ended(this.#stream, 'client', [], 0, this.#now());
  }

  /** Where 1xx responses come in. */
  asking(out: ClientRequest): void {
    out.on('information', ({ httpVersion, statusCode, statusMessage, rawHeaders }) => {
      const head = headOf({ httpVersion, rawHeaders }, statusLineLength(statusMessage));
      this.#recorder.informational(this.#stream, { status: statusCode, reason: statusMessage, ...head }, this.#now());
    });
  }

  /** The final response's head is whole, and its content about to be read. */
  answered(incoming: IncomingMessage): void {
    this.#head(incoming);
    this.#content('server', incoming);
  }

  /** Both sides are about to go on in another protocol, on these sockets. */
  switched(incoming: IncomingMessage, client: Duplex, server: Duplex): void {
    this.#head(incoming);
    this.#recorder.switched(this.#stream, incoming.headers.upgrade ?? 'unknown', this.#now());
    this.#onward('client', client);
    this.#onward('server', server);
  }

  /** It ends without a response of the server's. */
  over(outcome: ExchangeOutcome): void {
    this.#recorder.over(this.#stream, outcome, this.#now());
  }

  #head(incoming: IncomingMessage): void {
    const { statusCode: status = 0, statusMessage: reason = '' } = incoming;
    this.#recorder.response(
      this.#stream,
      { status, reason, ...headOf(incoming, statusLineLength(reason)) },
      this.#now(),
    );
  }

  #content(sender: TlsRole, message: IncomingMessage): void {
    let size = 0;
    message.on('data', (bytes: Buffer) => {
      size += bytes.length;
      this.#recorder.body(this.#stream, sender, bytes, this.#now());
    });
    message.once('end', () => {
      this.#recorder.ended(this.#stream, sender, pairsOf(message.rawTrailers), size, this.#now());
    });
    message.once('close', () => {
      if (!message.complete) this.#cut(this.#request.socket.destroyed ? 'client' : sender);
    });
  }

  #onward(sender: TlsRole, socket: Duplex): void {
    let size = 0;
    // Not before everybody listens who must not miss a byte.
    process.nextTick(() => {
      socket.on('data', (bytes: Buffer) => {
        size += bytes.length;
        this.#recorder.body(this.#stream, sender, bytes, this.#now());
      });
    });
    socket.once('end', () => this.#recorder.ended(this.#stream, sender, [], size, this.#now()));
    socket.once('close', () => {
      if (!(socket as Socket).readableEnded) this.#cut(sender);
    });
  }

  #cut(by: TlsRole): void {
    this.#recorder.cut(this.#stream, { by, how: 'closed' }, this.#now());
  }
}

interface HeadSource {
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
}

function headOf({ httpVersion, rawHeaders }: HeadSource, startLine: number) {
  const headers = pairsOf(rawHeaders);
  let wireBytes = startLine + 2;
  for (const [name, value] of headers) wireBytes += name.length + value.length + 4;
  return { version: `HTTP/${httpVersion}`, headers, wireBytes, issues: [] };
}

function statusLineLength(reason: string): number {
  return 'HTTP/1.1 200 \r\n'.length + reason.length;
}

function pairsOf(raw: readonly string[]): HeaderPair[] {
  const pairs: HeaderPair[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i]!, raw[i + 1]!]);
  return pairs;
}
