/** Small wordings that the steps share. */
import type { Step } from '../shared/model.ts';
import { isGrease } from '../wire/tls/registries.ts';

export type Decided = Step['decided'][number];

/** A row of what a step settled, or nothing where there is nothing to say. */
export function decided(...rows: readonly (readonly [label: string, value: string | undefined])[]): Decided[] {
  return rows.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [{ label, value }]));
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], word = 'and'): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}

/** `1 suite`, `3 suites`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function withoutGrease(values: readonly number[]): number[] {
  return values.filter((value) => !isGrease(value));
}

/** Sentences with a space between; empty ones vanish. */
export function sentences(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}
