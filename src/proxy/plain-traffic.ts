/**
 * The exchanges of plain HTTP, as node:http reads them for both sides: the request as the client wrote it, the response
 * as the server did. Framing is not seen there; what chunks weigh follows from the bytes that the socket has read.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ExchangeRecorder } from '../capture/traffic-exchanges.ts';
import type { ExchangeOutcome } from '../shared/exchange.ts';
import type { ConnectionEnd, TlsRole } from '../shared/model.ts';
import { type OwnAnswer, recordOwnAnswer } from './own-answer.ts';

/** The exchanges of one client connection. */
export class PlainTraffic {
  readonly #recorder: ExchangeRecorder;
  readonly #now: () => number;
  #requests = 0;
  /** Bytes read from the client up to the end of the last request, when nothing is known to have come after it. */
  #read: number | undefined = 0;

  constructor(recorder: ExchangeRecorder, now: () => number) {
    this.#recorder = recorder;
    this.#now = now;
  }

  /** A request's head is whole. */
  begin(request: IncomingMessage, authority: string): PlainExchange {
    const { socket } = request;
    const number = ++this.#requests;
    const before = this.#read;
    this.#read = undefined;
    const wire = {
      before,
      /** Bytes up to the end of the request; unknown where another came right behind it. */
      end: () => {
        if (this.#requests > number) return undefined;
        this.#read = socket.bytesRead;
        return this.#read;
      },
    };
    return new PlainExchange(number, request, authority, wire, this.#recorder, this.#now);
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
  readonly #wire: Record<TlsRole, WirePlace | undefined>;
  /** Of the heads. */
  readonly #headBytes = { client: 0, server: 0 };
  #hasAnswer = false;
  /** Its content waits for a 100, and none of it has come. */
  #isHeldBack: boolean;

  constructor(
    stream: number,
    request: IncomingMessage,
    authority: string,
    wire: WirePlace,
    recorder: ExchangeRecorder,
    now: () => number,
  ) {
    this.#stream = stream;
    this.#request = request;
    this.#recorder = recorder;
    this.#now = now;
    this.#wire = { client: wire, server: undefined };
    const { method = '', url: target = '' } = request;
    this.#isHeldBack = request.headers.expect !== undefined;
    const head = headOf(request, `${method} ${target} HTTP/1.1\r\n`.length);
    this.#headBytes.client = head.wireBytes;
    recorder.request(stream, { method, target, authority, ...head }, now());
  }

  /** Whether the server has begun its final response. */
  get hasAnswer(): boolean {
    return this.#hasAnswer;
  }

  /** The request's content is about to be read. */
  sending(): void {
    this.#content('client', this.#request);
  }

  /** The request has no content. */
  sent(): void {
    this.#wire.client?.end();
    this.#recorder.ended(this.#stream, 'client', [], 0, this.#now());
  }

  /** It goes out on `socket`, where nothing but its responses comes in; 1xx responses among them. */
  asking(out: ClientRequest, socket: Socket): void {
    this.#wire.server = { before: socket.bytesRead, end: () => socket.bytesRead };
    out.on('information', ({ httpVersion, statusCode, statusMessage, rawHeaders }) => {
      const head = headOf({ httpVersion, rawHeaders }, statusLineLength(statusMessage));
      this.#headBytes.server += head.wireBytes;
      if (statusCode === 100) this.#isHeldBack = false;
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

  /** tlscope answers in the server's place, which is how it ends. */
  answeredHere(answer: OwnAnswer, outcome: ExchangeOutcome): void {
    recordOwnAnswer(this.#recorder, this.#stream, answer, outcome, this.#now());
  }

  /** It ends without a response of the server's. */
  over(outcome: ExchangeOutcome): void {
    this.#recorder.over(this.#stream, outcome, this.#now());
  }

  #head(incoming: IncomingMessage): void {
    const { statusCode: status = 0, statusMessage: reason = '' } = incoming;
    this.#hasAnswer = true;
    const head = headOf(incoming, statusLineLength(reason));
    this.#headBytes.server += head.wireBytes;
    this.#recorder.response(this.#stream, { status, reason, ...head }, this.#now());
  }

  #content(sender: TlsRole, message: IncomingMessage): void {
    let size = 0;
    // Whoever passes it on may take the field away.
    const isChunked = message.headers['transfer-encoding'] !== undefined;
    message.on('data', (bytes: Buffer) => {
      size += bytes.length;
      if (sender === 'client') this.#isHeldBack = false;
      this.#recorder.body(this.#stream, sender, bytes, this.#now());
    });
    message.once('end', () => {
      const read = this.#readOf(sender);
      const wireBytes = isChunked && read !== undefined ? Math.max(size, read - this.#headBytes[sender]) : size;
      this.#recorder.ended(this.#stream, sender, pairsOf(message.rawTrailers), wireBytes, this.#now());
      // It wanted none of the content, and the client keeps it to itself (RFC 9110 §10.1.1).
      if (sender === 'server' && this.#isHeldBack) this.sent();
    });
    message.once('close', () => {
      if (!message.complete) this.#cut(this.#request.socket.destroyed ? 'client' : sender);
    });
  }

  /** Bytes of a whole message that its socket has read; undefined where it is not known. */
  #readOf(sender: TlsRole): number | undefined {
    const end = this.#wire[sender]?.end();
    const before = this.#wire[sender]?.before;
    return end === undefined || before === undefined ? undefined : end - before;
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

/** Of a message among the bytes that its socket reads. */
interface WirePlace {
  /** Bytes read before its head; undefined where that is not known. */
  readonly before: number | undefined;
  /** Bytes read at its end. */
  end(): number | undefined;
}

interface HeadSource {
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
}

/** @param startLine bytes of the first line, its end included */
export function headOf({ httpVersion, rawHeaders }: HeadSource, startLine: number) {
  const headers = pairsOf(rawHeaders);
  let wireBytes = startLine + 2;
  for (const [name, value] of headers) wireBytes += name.length + value.length + 4;
  return { version: `HTTP/${httpVersion}`, headers, wireBytes, issues: [] };
}

function statusLineLength(reason: string): number {
  return 'HTTP/1.1 200 \r\n'.length + reason.length;
}

/** Names and values one after the other, as Node gives them, in pairs. */
export function pairsOf(raw: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i]!, raw[i + 1]!]);
  return pairs;
}
