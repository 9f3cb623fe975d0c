/**
 * Flow control of one sender (RFC 9113 §5.2, §6.9): what it may still send, and when it has to wait.
 *
 * The other side's WINDOW_UPDATE passes here before it reaches the sender, so a window is never smaller here than the
 * sender knows it, and one that is used up here is used up there. Whether the sender has more to send nobody says: it
 * counts as waiting when a DATA frame that is not its stream's last uses up the window.
 */
import type { TlsRole } from '../../../shared/model.ts';
import { DEFAULT_WINDOW } from './settings.ts';
import type { Half, Stream } from './stream.ts';
import type { Teller } from './teller.ts';

const MAX_WINDOW = 2 ** 31 - 1;

export class Flow {
  readonly #sender: TlsRole;
  readonly #teller: Teller;
  readonly #stalled = new Set<Stream>();
  #connectionStalled = false;
  #connection = DEFAULT_WINDOW;
  /** SETTINGS_INITIAL_WINDOW_SIZE of the other side, as the sender has acknowledged it. */
  #initial = DEFAULT_WINDOW;
  #blind = false;
  #overdrawn = false;

  constructor(sender: TlsRole, teller: Teller) {
    this.#sender = sender;
    this.#teller = teller;
  }

  /** What the other side grants can no longer be seen: nothing more is said. */
  lose(): void {
    this.#blind = true;
    this.#stalled.clear();
  }

  /** A DATA frame of the sender. @param length of its payload, padding included @param last it ended the stream */
  sent(stream: Stream | undefined, length: number, last: boolean): void {
    this.#connection -= length;
    const half = stream?.[this.#sender];
    if (half) half.credit -= length;
    if (this.#blind) return;
    if (this.#connection < 0 && !this.#overdrawn) {
      this.#overdrawn = true;
      this.#overrun(this.#connection, 'the connection');
    }
    if (stream && half && this.#window(half) < 0 && !half.overdrawn) {
      half.overdrawn = true;
      this.#overrun(this.#window(half), 'the stream', stream.id);
    }
    if (last) return;
    if (stream && half && this.#window(half) <= 0 && !this.#stalled.has(stream)) {
      this.#stalled.add(stream);
      this.#tell('stalled', stream.id);
    }
    if (this.#connection <= 0 && !this.#connectionStalled) {
      this.#connectionStalled = true;
      this.#tell('stalled', 0);
    }
  }

  /** WINDOW_UPDATE of the other side for the connection. */
  grantConnection(increment: number): void {
    this.#connection += increment;
    if (this.#connection > MAX_WINDOW) this.#overgrown(0);
    if (this.#connectionStalled && this.#connection > 0) {
      this.#connectionStalled = false;
      if (!this.#blind) this.#tell('resumed', 0);
    }
  }

  /** WINDOW_UPDATE of the other side for a stream. */
  grant(stream: Stream, increment: number): void {
    const half = stream[this.#sender];
    half.credit += increment;
    if (this.#window(half) > MAX_WINDOW) this.#overgrown(stream.id);
    this.#resume(stream);
  }

  /** SETTINGS_INITIAL_WINDOW_SIZE, which moves the windows of all streams, the open ones too (RFC 9113 §6.9.2). */
  setInitial(size: number): void {
    this.#initial = size;
    for (const stream of this.#stalled) this.#resume(stream);
  }

  /** The stream is over. */
  forget(stream: Stream): void {
    this.#stalled.delete(stream);
  }

  #window(half: Half): number {
    return this.#initial + half.credit;
  }

  #resume(stream: Stream): void {
    if (this.#window(stream[this.#sender]) <= 0 || !this.#stalled.delete(stream)) return;
    this.#tell('resumed', stream.id);
  }

  #tell(kind: 'stalled' | 'resumed', stream: number): void {
    this.#teller.fact({ kind, sender: this.#sender, stream });
  }

  #overrun(window: number, what: string, stream?: number): void {
    this.#teller.issue(
      'error',
      `the ${this.#sender} sends ${-window} bytes more than the window of ${what} allows (RFC 9113 §6.9.1)`,
      stream,
    );
  }

  #overgrown(stream: number): void {
    this.#teller.issue(
      'error',
      `a WINDOW_UPDATE makes the ${this.#sender}'s window larger than ${MAX_WINDOW} bytes (RFC 9113 §6.9.1)`,
      stream === 0 ? undefined : stream,
    );
  }
}
