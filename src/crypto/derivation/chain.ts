/** Steps that refer to each other by name: a value is computed where all it is made from is at hand. */
import type { DerivationStep } from '../../shared/model.ts';
import { toHex } from '../../wire/hex.ts';

/** `bytes` counts as long as the value is not at hand; 0 where only the peers can tell. */
export interface Link extends Pick<DerivationStep, 'name' | 'from' | 'how' | 'spec' | 'bytes'> {
  /** The value as the TLS library logged it. */
  readonly logged?: Uint8Array | undefined;
  /** Makes it of the values of `from`, in that order. */
  readonly make?: (...inputs: Uint8Array[]) => Uint8Array;
}

export class DerivationChain {
  readonly steps: DerivationStep[] = [];
  readonly #values = new Map<string, Uint8Array>();

  /** Something that steps start from and that is no step itself, e.g. a random. */
  give(name: string, value: Uint8Array | undefined): void {
    if (value) this.#values.set(name, value);
  }

  add({ logged, make, ...step }: Link): void {
    const value = logged ?? this.#made(step.from, make);
    this.give(step.name, value);
    this.steps.push({
      ...step,
      known: value !== undefined,
      ...(value && { bytes: value.length, value: toHex(value) }),
    });
  }

  #made(from: readonly string[], make: Link['make']): Uint8Array | undefined {
    const inputs = from.map((name) => this.#values.get(name)).filter((value) => value !== undefined);
    return make && inputs.length === from.length ? make(...inputs) : undefined;
  }
}
