/** Small wordings that the steps share. */
import type { Hex, Step } from '../shared/model.ts';
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

/** `32 bytes, 5f3a9c01…`: enough to find a value again, in the message or on the other leg. */
export function marked(value: Hex): string {
  const size = counted(value.length / 2, 'byte');
  return value.length > 8 ? `${size}, ${value.slice(0, 8)}…` : value === '' ? size : `${size}, ${value}`;
}

/** `0.4 ms`, `12 ms`. */
export function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** `90 seconds`, `2 hours`, `7 days`: exact where that is short, else rounded. @param seconds more than 0 */
export function timespan(seconds: number): string {
  const [size, noun] = UNITS.find(([size]) => seconds >= 2 * size || seconds === size) ?? [1, 'second'];
  return counted(Math.round(seconds / size), noun);
}

const UNITS: readonly (readonly [seconds: number, noun: string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
];

export function withoutGrease(values: readonly number[]): number[] {
  return values.filter((value) => !isGrease(value));
}

/** A sentence of its own as the end of another: its first word small, unless it is a name. */
export function continued(text: string): string {
  return /^(The|They|An?|No|It) /.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** Sentences with a space between; empty ones vanish. */
export function sentences(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}
