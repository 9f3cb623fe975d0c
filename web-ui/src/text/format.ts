/** Numbers and addresses as the dashboard writes them: one form for each, everywhere. */
import type { Endpoint, Millis } from '../../../src/shared/model.ts';

/** Made once: `toLocaleString` makes one each time, which is most of the cost of a list's numbers. */
const FIGURES = new Intl.NumberFormat('en');

/** A whole number, thousands set apart: `12,345`. */
export function figures(n: number): string {
  return FIGURES.format(n);
}

/** `+12.34 ms`: how long after `from` something happened. */
export function since(at: Millis, from: Millis): string {
  const delta = at - from;
  return `${delta < 0 ? '−' : '+'}${Math.abs(delta).toFixed(2)} ms`;
}

/** A duration: `12.34 ms`, `1.52 s`, `4 min 05 s`. */
export function duration(ms: Millis): string {
  if (ms < 1000) return `${ms.toFixed(2)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** Exact up to 9,999 bytes, then three figures in powers of 1000: `517 B`, `12.3 kB`. */
export function bytes(count: number): string {
  if (count < 10_000) return `${figures(count)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = count / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(value < 99.95 ? 1 : 0)} ${units[unit]}`;
}

/**
 * The local time of day of `t`, `14:03:07.123`, when the wall clock of t = 0 is known (ISO 8601); else `+7.123 s` since
 * the capture started.
 */
export function timeOfDay(t: Millis, wallClock: string | undefined): string {
  const zero = wallClock === undefined ? Number.NaN : Date.parse(wallClock);
  if (Number.isNaN(zero)) return `+${(t / 1000).toFixed(3)} s`;
  const date = new Date(zero + t);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** `host:port`, an IPv6 address in brackets; without the port when it is 0. */
export function hostPort(host: string, port: number): string {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return port === 0 ? name : `${name}:${port}`;
}

/** `address:port`, or a dash when the end is not known. */
export function endpoint(end: Endpoint | undefined): string {
  return end === undefined ? '–' : hostPort(end.address, end.port);
}

/** `1 difference`, `2 differences`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${figures(n)} ${n === 1 ? one : many}`;
}
