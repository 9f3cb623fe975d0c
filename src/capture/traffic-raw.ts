/**
 * A protocol that tlscope does not read: one exchange without a head whose bodies are the bytes of both directions, kept
 * as far as bodies are.
 */
import type { Millis, TlsRole } from '../shared/model.ts';
import type { HttpObserver, HttpSink } from '../wire/http/observer.ts';

const STREAM = 1;
const NO_HEAD = { version: 'unknown', headers: [], wireBytes: 0, issues: [] };

export class RawObserver implements HttpObserver {
  readonly #sink: HttpSink;
  readonly #bytes = { client: 0, server: 0 };
  #isOpen = false;

  constructor(sink: HttpSink) {
    this.#sink = sink;
  }

  feed(sender: TlsRole, bytes: Uint8Array, at: Millis): void {
    this.#open(at);
    this.#bytes[sender] += bytes.length;
    this.#sink.body(STREAM, sender, bytes, at);
  }

  end(sender: TlsRole, orderly: boolean, at: Millis): void {
    if (!this.#isOpen) return;
    if (orderly) this.#sink.ended(STREAM, sender, [], this.#bytes[sender], at);
    else this.#sink.cut(STREAM, { by: sender, how: 'closed' }, at);
  }

  #open(at: Millis): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#sink.request(STREAM, { ...NO_HEAD, method: '', target: '' }, at);
    this.#sink.response(STREAM, { ...NO_HEAD, status: 0 }, at);
  }
}
