/** Issued leaves at hand: bounded, least recently used out first, one issue at a time for each key. */
import type { IssuedLeaf, Leaf } from './leaf.ts';

interface Entry {
  readonly leaf: Leaf;
  readonly renewAt: number;
}

export class LeafCache {
  readonly #limit: number;
  readonly #now: () => number;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  readonly #underway = new Map<string, Promise<Entry>>();

  /** @param now ms since the epoch */
  constructor(limit: number, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  /** The leaf kept under `key`, or what `issue` makes. A failed issue is not kept. */
  async get(key: string, issue: () => Promise<IssuedLeaf>): Promise<Leaf> {
    const kept = this.#fresh(key);
    if (kept) return kept.leaf;
    const underway = this.#underway.get(key);
    if (underway) return (await underway).leaf;
    const issuing = this.#issue(key, issue);
    this.#underway.set(key, issuing);
    try {
      return { ...(await issuing).leaf, cached: false };
    } finally {
      this.#underway.delete(key);
    }
  }

  async #issue(key: string, issue: () => Promise<IssuedLeaf>): Promise<Entry> {
    const issued = await issue();
    const entry = { leaf: { ...issued.leaf, cached: true }, renewAt: issued.renewAt };
    this.#entries.set(key, entry);
    if (this.#entries.size > this.#limit) this.#dropOldest();
    return entry;
  }

  #fresh(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (entry.renewAt <= this.#now()) return undefined;
    this.#entries.set(key, entry);
    return entry;
  }

  #dropOldest(): void {
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }
}
