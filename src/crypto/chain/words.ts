/** How the sentences about a chain call its certificates and spans of time. */
import type { Member } from './member.ts';

/** For the beginning of a sentence. */
export function the(member: Member, index: number): string {
  return index === 0 ? 'The server’s certificate' : `The certificate of «${member.certificate.subject}»`;
}

/** For within one. */
export function of(member: Member, index: number): string {
  return index === 0 ? 'the server’s certificate' : `«${member.certificate.subject}»`;
}

/** `1, 3 and 2`. */
export function list(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** The largest unit of which there is one at least, rounded down: `12 days`. @param millis positive */
export function howLong(millis: number): string {
  const [unit, size] = UNITS.find(([, size]) => millis >= size) ?? UNITS[3];
  const count = Math.floor(millis / size);
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}
