/**
 * What a handshake rests on, as a line of JSON that says what follows, and the secrets and the tape one after the other.
 */
import type { Evidence, TapePiece } from '../../shared/evidence.ts';
import type { Millis, TlsRole } from '../../shared/model.ts';
import type { EvidenceRecord } from './batch.ts';

interface Contents {
  readonly secrets: readonly (readonly [label: string, size: number])[];
  readonly tape: readonly (readonly [sender: TlsRole, size: number, at: Millis])[];
}

/** Nothing is copied. */
export function evidenceRecord({ secrets, tape }: Evidence): EvidenceRecord {
  const contents: Contents = {
    secrets: Array.from(secrets, ([label, { length }]) => [label, length] as const),
    tape: tape.map(({ sender, bytes, at }) => [sender, bytes.length, at] as const),
  };
  const parts = [...secrets.values(), ...tape.map(({ bytes }) => bytes)];
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  return { contents: JSON.stringify(contents), parts, size };
}

/** Evidence as it was stored: taken apart each time somebody looks, as live evidence is. */
export class StoredEvidence implements Evidence {
  readonly #contents: string;
  readonly #bytes: Uint8Array;

  /**
   * @param contents empty when there is no evidence
   * @param bytes Kept, not copied.
   */
  constructor(contents: string, bytes: Uint8Array) {
    this.#contents = contents;
    this.#bytes = bytes;
  }

  /** Bytes that it keeps alive. */
  get weight(): number {
    return this.#contents.length + this.#bytes.length;
  }

  get secrets(): ReadonlyMap<string, Uint8Array> {
    return this.#read().secrets;
  }

  get tape(): readonly TapePiece[] {
    return this.#read().tape;
  }

  #read(): Evidence {
    if (this.#contents === '') return { secrets: new Map(), tape: [] };
    const contents = JSON.parse(this.#contents) as Contents;
    let position = 0;
    const take = (size: number) => {
      position += size;
      return this.#bytes.subarray(position - size, position);
    };
    return {
      secrets: new Map(contents.secrets.map(([label, size]) => [label, take(size)])),
      tape: contents.tape.map(([sender, size, at]) => ({ sender, bytes: take(size), at })),
    };
  }
}
