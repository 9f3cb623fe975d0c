/** Numbers in their dresses: `404`, `4xx`, `10kb`, `2MiB`, `200ms`, `1s`, `1.3`. Read for the parser, written for the normal form. */
import type { FieldKind } from './fields.ts';

/** Both ends included, in the kind's unit. */
export interface NumberRange {
  readonly low: number;
  readonly high: number;
}

/** Bytes, the largest that divides a size first. `kb` is 1,000, `KiB` 1,024 (IEC 80000-13). */
const SIZES: readonly (readonly [name: string, bytes: number])[] = [
  ['GiB', 2 ** 30],
  ['GB', 1e9],
  ['MiB', 2 ** 20],
  ['MB', 1e6],
  ['KiB', 2 ** 10],
  ['kB', 1e3],
  ['B', 1],
];
const ALSO_SIZES: readonly (readonly [name: string, bytes: number])[] = [
  ['g', 1e9],
  ['m', 1e6],
  ['k', 1e3],
];
/** Milliseconds. */
const DURATIONS: readonly (readonly [name: string, ms: number])[] = [
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
];
const ALSO_DURATIONS: readonly (readonly [name: string, ms: number])[] = [['m', 60_000]];
const VERSIONS: ReadonlyMap<string, number> = new Map([
  ['ssl 2.0', 2],
  ['ssl 3.0', 0x300],
  ['tls 1.0', 0x301],
  ['tls 1.1', 0x302],
  ['tls 1.2', 0x303],
  ['tls 1.3', 0x304],
]);

/** What a kind takes, for the message about what it does not take. */
export const WANTED: Readonly<Record<Exclude<FieldKind, 'text' | 'flag'>, string>> = {
  number: 'a number such as 8',
  status: 'a status such as 404, or a class such as 4xx',
  size: 'a size such as 500, 10kb or 2MiB',
  duration: 'a duration such as 200ms, 1.5s or 2min',
  version: 'a version such as 1.2, TLS1.3 or SSL3',
};

/** @returns undefined when `text` is none of the kind's */
export function readNumber(kind: FieldKind, text: string): NumberRange | undefined {
  switch (kind) {
    case 'number':
      return plain(withUnit(text, []));
    case 'status': {
      const hundreds = /^([1-9])xx$/i.exec(text);
      if (hundreds) return { low: Number(hundreds[1]) * 100, high: Number(hundreds[1]) * 100 + 99 };
      return plain(withUnit(text, []));
    }
    case 'size':
      return plain(withUnit(text, [...SIZES, ...ALSO_SIZES]));
    case 'duration':
      return plain(withUnit(text, [...DURATIONS, ...ALSO_DURATIONS]));
    case 'version':
      return plain(versionRank(text));
    default:
      return undefined;
  }
}

/** As the normal form writes it; `readNumber` reads the same from it. */
export function writeNumber(kind: FieldKind, { low, high }: NumberRange): string {
  if (low !== high) return `${Math.floor(low / 100)}xx`;
  switch (kind) {
    case 'size':
      return withLargest(low, SIZES.slice(0, -1), '');
    case 'duration':
      return withLargest(low, DURATIONS, 'ms');
    case 'version':
      return (
        [...VERSIONS]
          .find(([, rank]) => rank === low)?.[0]
          .replace('tls ', '')
          .replace('ssl ', 'ssl') ?? String(low)
      );
    default:
      return String(low);
  }
}

/** The place of a version in their order, by its name: `TLS 1.3`, `tlsv1.3`, `1.3`; undefined for an unknown one. */
export function versionRank(name: string): number | undefined {
  const parts = /^(tls|ssl)?\s*v?([1-9])(\.[0-9])?$/i.exec(name.trim());
  if (parts === null) return undefined;
  const major = Number(parts[2]);
  const family = parts[1]?.toLowerCase() ?? (major === 1 ? 'tls' : 'ssl');
  return VERSIONS.get(`${family} ${major}${parts[3] ?? '.0'}`);
}

function withUnit(text: string, units: readonly (readonly [string, number])[]): number | undefined {
  const parts = /^([0-9]{1,15}(?:\.[0-9]{1,6})?)([a-z]*)$/i.exec(text);
  if (parts === null) return undefined;
  const unit = parts[2]!.toLowerCase();
  const factor = unit === '' ? 1 : units.find(([name]) => name.toLowerCase() === unit)?.[1];
  if (factor === undefined) return undefined;
  // Six digits are as fine as anybody asks; they keep 1.1kb from being 1100.0000000000002.
  const product = Number(parts[1]) * factor;
  const value = Number.isInteger(product) ? product : Math.round(product * 1e6) / 1e6;
  return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

function withLargest(value: number, units: readonly (readonly [string, number])[], smallest: string): string {
  const unit = value === 0 ? undefined : units.find(([, factor]) => value % factor === 0);
  return unit ? `${value / unit[1]}${unit[0]}` : `${value}${smallest}`;
}

function plain(value: number | undefined): NumberRange | undefined {
  return value === undefined ? undefined : { low: value, high: value };
}
