/**
 * What a handshake rests on, as bytes: a line of JSON that says what follows, then the secrets and the tape one after
 * the other.
 */
import type { Evidence, TapePiece } from '../../shared/evidence.ts';
import type { Millis, TlsRole } from '../../shared/model.ts';

interface Contents {
  readonly secrets: readonly (readonly [label: string, size: number])[];
  readonly tape: readonly (readonly [sender: TlsRole, size: number, at: Millis])[];
}

const NEWLINE = 10;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The pieces of the record; together they are it. Nothing is copied. */
export function evidenceRecord({ secrets, tape }: Evidence): readonly Uint8Array[] {
  const contents: Contents = {
    secrets: Array.from(secrets, ([label, { length }]) => [label, length] as const),
    tape: tape.map(({ sender, bytes, at }) => [sender, bytes.length, at] as const),
  };
  const head = encoder.encode(`${JSON.stringify(contents)}\n`);
  return [head, ...secrets.values(), ...tape.map(({ bytes }) => bytes)];
}

/** Evidence as it was stored: taken apart each time somebody looks, as live evidence is. */
export class StoredEvidence implements Evidence {
  readonly #record: Uint8Array;

  /** @param record Kept, not copied. */
  constructor(record: Uint8Array) {
    this.#record = record;
  }

  get secrets(): ReadonlyMap<string, Uint8Array> {
    return this.#read().secrets;
  }

  get tape(): readonly TapePiece[] {
    return this.#read().tape;
  }

  #read(): Evidence {
    if (this.#record.length === 0) return { secrets: new Map(), tape: [] };
    const end = this.#record.indexOf(NEWLINE);
    const contents = JSON.parse(decoder.decode(this.#record.subarray(0, end))) as Contents;
    let position = end + 1;
    const take = (size: number) => {
      position += size;
      return this.#record.subarray(position - size, position);
    };
    return {
      secrets: new Map(contents.secrets.map(([label, size]) => [label, take(size)])),
      tape: contents.tape.map(([sender, size, at]) => ({ sender, bytes: take(size), at })),
    };
  }
}
