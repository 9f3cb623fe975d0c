/** The shape of a row in the table of handshake messages. */
import type { Reader } from '../../reader.ts';
import { printable } from '../../x509/printable.ts';
import type { DecodeContext } from '../values.ts';

export interface MessageRow<T = unknown> {
  /** The RFC's struct name. */
  readonly name: string;
  readonly spec: string;
  /** Reads the body, without the four bytes of header. */
  decode(reader: Reader, context: DecodeContext): T;
  /** One line for a list. */
  summary(value: T, context: DecodeContext): string;
}

/** Joins what is there of a summary; names from the wire cannot play tricks with the reader's screen. */
export function line(...parts: readonly (string | undefined | false)[]): string {
  return printable(parts.filter(Boolean).join(' · '));
}

/** `1 certificate`, `3 certificates`. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}
