/**
 * Evidence that was stored and may still grow: of handshakes whose last secrets or messages come after they are settled.
 * It is looked at again until it is packed; nearly all is at once, or is by the first record of data.
 */
import type { LegRole } from '../../shared/model.ts';
import { Tape } from '../tape.ts';
import { evidenceRecord } from './evidence-record.ts';
import { LEG } from './schema.ts';

interface Entry {
  readonly conn: number;
  readonly leg: LegRole;
  readonly tape: Tape;
  size: number;
}

export class UnpackedEvidence {
  readonly #entries = new Map<string, Entry>();

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** @param evidence just stored */
  stored(conn: number, leg: LegRole, evidence: unknown): void {
    const key = `${leg} ${conn}`;
    if (evidence instanceof Tape && !evidence.isPacked)
      this.#entries.set(key, { conn, leg, tape: evidence, size: evidence.size });
    else this.#entries.delete(key);
  }

  /** Stores again what has changed. */
  storeChanged(store: (conn: number, leg: number, record: readonly Uint8Array[]) => void): void {
    for (const [key, entry] of this.#entries) {
      const { conn, leg, tape } = entry;
      // Packing changes nothing that the size does not show.
      if (tape.size !== entry.size) store(conn, LEG[leg], evidenceRecord(tape));
      entry.size = tape.size;
      if (tape.isPacked) this.#entries.delete(key);
    }
  }
}
