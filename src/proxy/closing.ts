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
  /** What the script says goes before what the sockets show. */
  #verdict: ConnectionEnd | undefined;
  #observed: ConnectionEnd | undefined;

  constructor(connection: ConnectionRecorder) {
    this.#connection = connection;
  }

  /** Names who ended the connection. Only the first call counts. */
  blame(by: ConnectionEnd['by'], cause: ConnectionEnd['cause'], text: string): void {
    this.#verdict ??= { by, cause, text };
  }

  /** This peer closed in order, by FIN or close_notify. */
  closedBy(role: LegRole, tap: Tap): void {
    tap.closedByPeer();
    this.#observed ??= { by: role, cause: 'finished', text: `The ${role} closed the connection.` };
  }

  /** Watches a leg from now on. */
  leg(role: LegRole, tap: Tap, recorder: LegRecorder): void {
    this.#open++;
    tap.once('fin', () => this.closedBy(role, tap));
    const closed = () => {
      const { by, how, at } = tap.ending!;
      this.#observed ??=
        by === 'peer' && how !== 'fin'
          ? { by: role, cause: 'reset', text: `The ${role} reset the connection.` }
          : { by: 'proxy', cause: 'finished', text: 'tlscope closed the connection.' };
      recorder.closed({ sent: tap.socket.bytesWritten, received: tap.socket.bytesRead }, { at, by, how });
      // A peer may refuse the handshake after it; only the leg's end shows it.
      const { failure } = recorder;
      if (failure !== undefined) this.blame(role, 'failed', failure.text);
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
    if (--this.#open > 0) return;
    this.#connection.closed(this.#verdict ?? this.#observed ?? NEVER_USED);
  }
}

const NEVER_USED: ConnectionEnd = { by: 'proxy', cause: 'finished', text: 'tlscope closed the connection.' };
