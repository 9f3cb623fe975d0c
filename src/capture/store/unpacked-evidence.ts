/**
 * Evidence that was stored and may still grow: of handshakes whose last secrets or messages come after they are settled.
 * It is looked at again until it is packed; nearly all is at once, or is by the first record of data.
 */
import type { LegRole } from '../../shared/model.ts';
import { Tape } from '../tape.ts';
import type { EvidenceRecord } from './batch.ts';
import { evidenceRecord } from './evidence-record.ts';
import { LEG } from './schema.ts';

interface Entry {
  readonly conn: number;
  readonly leg: LegRole;
  /** When it was stored. */
  size: number;
}

export class UnpackedEvidence {
  readonly #entries = new Map<Tape, Entry>();

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** @param evidence just stored */
  stored(conn: number, leg: LegRole, evidence: unknown): void {
    if (evidence instanceof Tape && !evidence.isPacked) this.#entries.set(evidence, { conn, leg, size: evidence.size });
  }

  /** Nothing more of these connections is stored. */
  forget(isMeant: (conn: number) => boolean): void {
    for (const [tape, { conn }] of this.#entries) if (isMeant(conn)) this.#entries.delete(tape);
  }

  /** Stores again what has changed. */
  storeChanged(store: (conn: number, leg: number, record: EvidenceRecord) => void): void {
    for (const [tape, entry] of this.#entries) {
      // Packing changes nothing that the size does not show.
      if (tape.size !== entry.size) store(entry.conn, LEG[entry.leg], evidenceRecord(tape));
      entry.size = tape.size;
      if (tape.isPacked) this.#entries.delete(tape);
    }
  }
}
