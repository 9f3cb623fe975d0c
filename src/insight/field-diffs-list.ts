/** Two lists beside each other: which items both have, which moved, which stand on one side alone. */

export interface Item {
  /** What makes two items the same. */
  readonly key: string;
  /** Its name in the path. */
  readonly label: string;
  /** What is shown of it. */
  readonly value: string;
  /** Code point, where it has one. */
  readonly id?: number;
}

export interface Placed<T extends Item> {
  readonly item: T;
  /** From 0, in its list. */
  readonly position: number;
}

export interface Pairing<T extends Item> {
  /** `label`, with a number from the second of the same name on. */
  readonly label: string;
  readonly client?: Placed<T>;
  readonly server?: Placed<T>;
  /** Both lists have it, but among what they share it changed its place. */
  readonly moved: boolean;
}

/**
 * Pairs the items of both lists, the n-th of a key with the n-th of the same key. In the client's order; what the server
 * side alone has stands at the end.
 */
export function paired<T extends Item>(client: readonly T[], server: readonly T[]): Pairing<T>[] {
  const waiting = new Map<string, Placed<T>[]>();
  for (const [position, item] of server.entries()) {
    const same = waiting.get(item.key);
    if (same) same.push({ item, position });
    else waiting.set(item.key, [{ item, position }]);
  }
  // Taken from the end, where that is cheap.
  for (const same of waiting.values()) same.reverse();
  const rows = client.map((item, position) => ({ client: { item, position }, server: waiting.get(item.key)?.pop() }));
  const common = rows.flatMap(({ server }) => (server === undefined ? [] : [server.position]));
  const still = longestAscending(common);
  const left = [...waiting.values()].flat().sort((a, b) => a.position - b.position);
  const named = labels();
  return [
    ...rows.map(({ client, server }) => ({
      label: named(client.item.label),
      client,
      ...(server !== undefined && { server }),
      moved: server !== undefined && !still.has(server.position),
    })),
    ...left.map((server) => ({ label: named(server.item.label), server, moved: false })),
  ];
}

function labels(): (label: string) => string {
  const seen = new Map<string, number>();
  return (label) => {
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return count === 1 ? label : `${label} (${count})`;
  };
}

/** The items that kept their order: a longest ascending subsequence, so that as few as can be count as moved. */
function longestAscending(values: readonly number[]): ReadonlySet<number> {
  /** By length: where in `values` the ascending run of that length with the lowest end ends. */
  const ends: number[] = [];
  const before: number[] = [];
  for (const [at, value] of values.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[ends[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    before.push(low === 0 ? -1 : ends[low - 1]!);
    ends[low] = at;
  }
  const chosen = new Set<number>();
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]!) chosen.add(values[at]!);
  return chosen;
}
