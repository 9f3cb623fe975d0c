/** Makes the picture of the counts. */
import { LEG_VALUES, type LegValue } from './facts.ts';
import { bytesByHost, failuresByHost, slowestHosts } from './host-panels.ts';
import { handshakes, values } from './leg-panels.ts';
import type { PairedPanel, Picture } from './picture.ts';
import { places, type Stand } from './places.ts';
import { statuses } from './status-panel.ts';
import type { Tally } from './tally.ts';

/** Draws the counts again and again; remembers only which name stands where. */
export class Painter {
  readonly #places = new Map<string, readonly string[]>();
  readonly #stand: Stand = (panel, sizes, top) => {
    const names = places(this.#places.get(panel) ?? [], sizes, top);
    this.#places.set(panel, names);
    return names;
  };

  /** All at once. */
  paint(tally: Tally): Picture {
    const steps = this.painting(tally);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  /** In steps, each short, between which the page may do something else; the counts must stay as they are meanwhile. */
  *painting(tally: Tally): Generator<undefined, Picture> {
    const { connections, exchanges, failedConnections: failed } = tally;
    const timeline = tally.timeline.stretches();
    yield;
    const paired: Partial<Record<LegValue | 'handshake', PairedPanel>> = { handshake: handshakes(tally) };
    for (const value of LEG_VALUES) {
      paired[value] = values(tally, value, this.#stand);
      yield;
    }
    const [status, failures] = [statuses(tally), failuresByHost(tally, this.#stand)];
    yield;
    const bytes = bytesByHost(tally, this.#stand);
    yield;
    const slowest = yield* slowestHosts(tally, this.#stand);
    return {
      connections,
      failed,
      exchanges,
      timeline,
      paired: paired as Picture['paired'],
      single: { status, failures, bytes, slowest },
    };
  }
}
