/**
 * Who ended a connection, said exactly once: the first close takes the blame, each leg reports its own end, and the
 * connection is closed when its last leg is and the script that runs it is through.
 */
import type { ConnectionRecorder, LegRecorder } from '../capture/recorder.ts';
import type { Tap, TapEnd } from '../net/tap.ts';
import type { ConnectionEnd, LegRole } from '../shared/model.ts';

export class Ends {
  readonly #connection: ConnectionRecorder;
  readonly #lifecycle: { readonly cutting: boolean };
  /** The script, and each leg that is open. */
  #open = 1;
  /** What the script says goes before what the sockets show. */
  #verdict: ConnectionEnd | undefined;
  #broken: ConnectionEnd | undefined;
  #first: (TapEnd & { readonly role: LegRole }) | undefined;

  constructor(connection: ConnectionRecorder, lifecycle: { readonly cutting: boolean }) {
    this.#connection = connection;
    this.#lifecycle = lifecycle;
  }

  /** Names who ended the connection. Only the first call counts. */
  blame(by: ConnectionEnd['by'], cause: ConnectionEnd['cause'], text: string): void {
    this.#verdict ??= { by, cause, text };
  }

  /**
   * TLS broke on a leg. It is the connection's end unless a leg failed or a peer closed its socket before. Only the first
   * call counts.
   */
  broke(end: ConnectionEnd): void {
    this.#broken ??= end;
  }

  /** Watches a leg from now on. */
  leg(role: LegRole, tap: Tap, recorder: LegRecorder): void {
    this.#open++;
    const closed = () => {
      const { by, how, at } = tap.ending!;
      // A leg that was cut because of the other may be closed before it.
      if (this.#first === undefined || at < this.#first.at) this.#first = { role, by, how, at };
      recorder.closed({ sent: tap.socket.bytesWritten, received: tap.socket.bytesRead }, { at, by, how });
      // A peer may refuse the handshake after it; only the leg's end shows it.
      if (recorder.failure !== undefined) this.blame(role, 'failed', recorder.failure.text);
      this.#release();
    };
    if (tap.closed) closed();
    else tap.once('close', closed);
  }

  /** The script is through; the sockets end the rest. */
  scriptDone(): void {
    this.#release();
  }

  #release(): void {
    if (--this.#open === 0) this.#connection.closed(this.#verdict ?? this.#observed());
  }

  #observed(): ConnectionEnd {
    const first = this.#first;
    if (first === undefined || first.by === 'proxy') {
      if (this.#lifecycle.cutting) return { by: 'proxy', cause: 'shutdown', text: 'tlscope stopped.' };
      if (this.#broken !== undefined) return this.#broken;
      return { by: 'proxy', cause: 'finished', text: 'tlscope closed the connection.' };
    }
    const { role } = first;
    return first.how === 'fin'
      ? { by: role, cause: 'finished', text: `The ${role} closed the connection.` }
      : { by: role, cause: 'reset', text: `The ${role} reset the connection.` };
  }
}
