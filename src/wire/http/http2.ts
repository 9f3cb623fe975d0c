/**
 * Follows an HTTP/2 connection (RFC 9113) by the decrypted bytes of both sides: over TLS, or in the clear by prior
 * knowledge.
 *
 * Held are: a header block up to 256 KiB and a control frame up to 64 KiB for each direction, their header tables up to
 * 1 MiB, and the open streams up to 10,000. Content is never held: DATA comes to `body` as views of the bytes fed, as
 * they come. When one side is lost, the other is still followed.
 */
import type { Millis, TlsRole } from '../../shared/model.ts';
import { Connection } from './http2/connection.ts';
import { Direction } from './http2/direction.ts';
import type { HttpObserver, HttpSink } from './observer.ts';

export class Http2Observer implements HttpObserver {
  readonly #connection: Connection;
  readonly #sides: Readonly<Record<TlsRole, Direction>>;
  readonly #ended: Record<TlsRole, boolean> = { client: false, server: false };

  constructor(sink: HttpSink) {
    this.#connection = new Connection(sink);
    this.#sides = {
      client: new Direction('client', this.#connection),
      server: new Direction('server', this.#connection),
    };
  }

  feed(sender: TlsRole, bytes: Uint8Array, at: Millis): void {
    if (this.#ended[sender]) return;
    this.#connection.teller.at = at;
    this.#sides[sender].feed(bytes);
  }

  end(sender: TlsRole, orderly: boolean, at: Millis): void {
    if (this.#ended[sender]) return;
    this.#ended[sender] = true;
    this.#connection.teller.at = at;
    this.#sides[sender].end(orderly);
  }
}
