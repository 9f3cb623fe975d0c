/**
 * Who ended a connection, said exactly once: the first close takes the blame, each leg reports its own end, and the
 * connection is closed when its last leg is and the script that runs it is through.
 */
import type { ConnectionRecorder, LegRecorder } from '../capture/recorder.ts';
import type { Tap } from '../net/tap.ts';
import type { ConnectionEnd, LegRole } from '../shared/model.ts';

export class Ends {
  readonly #connection: ConnectionRecorder;
  #open = 1;
  #end: ConnectionEnd | undefined;

  constructor(connection: ConnectionRecorder) {
    this.#connection = connection;
  }

  /** Names who ended the connection. Only the first call counts, whether it comes from here or from a socket. */
  blame(by: ConnectionEnd['by'], cause: ConnectionEnd['cause'], text: string): void {
    this.#end ??= { by, cause, text };
  }

  /** This peer closed in order, by FIN or close_notify. */
  closedBy(role: LegRole, tap: Tap): void {
    tap.closedByPeer();
    this.blame(role, 'finished', `The ${role} closed the connection.`);
  }

  /** Watches a leg from now on. */
  leg(role: LegRole, tap: Tap, recorder: LegRecorder): void {
    this.#open++;
    tap.once('fin', () => this.closedBy(role, tap));
    const closed = () => {
      const { by, how, at } = tap.ending!;
      if (by === 'peer' && how !== 'fin') this.blame(role, 'reset', `The ${role} reset the connection.`);
      else this.blame('proxy', 'finished', 'tlscope closed the connection.');
      recorder.closed({ sent: tap.socket.bytesWritten, received: tap.socket.bytesRead }, { at, by, how });
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
    if (--this.#open === 0)
      this.#connection.closed(this.#end ?? { by: 'proxy', cause: 'finished', text: 'tlscope closed the connection.' });
  }
}
