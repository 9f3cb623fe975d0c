/** How the room is shared between a list and what is opened of it; kept in this browser. */
import { keep, kept, members } from '../text/kept.ts';

/** The list's part, in hundredths. */
const LEAST = 15;
const MOST = 85;
/** px of the page from which both have room beside each other. */
const WIDE = 1600;

interface Kept {
  readonly beside: boolean;
  readonly above: number;
  readonly left: number;
}

const USUAL: Kept = { beside: false, above: 34, left: 50 };

export class Split {
  #kept = $state.raw<Kept>(kept('split', read) ?? USUAL);
  /** px of the page. */
  width = $state(0);

  /** Whether they stand side by side. */
  get beside(): boolean {
    return this.#kept.beside && this.canBeBeside;
  }

  get canBeBeside(): boolean {
    return this.width >= WIDE;
  }

  /** The list's part, in hundredths. */
  get share(): number {
    return this.beside ? this.#kept.left : this.#kept.above;
  }

  set share(hundredths: number) {
    const share = Math.min(MOST, Math.max(LEAST, hundredths));
    this.#set({ ...this.#kept, [this.beside ? 'left' : 'above']: share });
  }

  turn(): void {
    this.#set({ ...this.#kept, beside: !this.#kept.beside });
  }

  reset(): void {
    this.#set({ ...USUAL, beside: this.#kept.beside });
  }

  #set(value: Kept): void {
    this.#kept = value;
    keep('split', value);
  }
}

function read(value: unknown): Kept | undefined {
  const { beside, above, left } = members(value) ?? {};
  const isShare = (part: unknown): part is number => typeof part === 'number' && part >= LEAST && part <= MOST;
  return typeof beside === 'boolean' && isShare(above) && isShare(left) ? { beside, above, left } : undefined;
}
