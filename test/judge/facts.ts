/**
 * What a decoder says of one leg, in a form that two decoders can be compared in, and its text in the committed answers:
 *
 *     client ClientHello 229
 *       .version 4+2 771
 *       .ciphersuite 73+2 4866 4867 4865
 *     server alert 2 40
 *
 * A message's line has its sender, name and length without the header; an alert's has the code points of its level and
 * description. Below it stands each field by tshark's name (a dot in front stands for `tls.handshake.`), with its offset
 * in the message, its size and its value; values of one field that stand side by side share a line.
 */
import type { TlsRole } from '../../src/shared/model.ts';

export interface Fact {
  /** tshark's name. */
  readonly name: string;
  /** In the message, header included; bytes. */
  readonly offset: number;
  readonly size: number;
  /** A number, hex, a quoted text, a date, as the mapping says; empty where the judge gives none. */
  readonly value: string;
}

export interface Said {
  readonly sender: TlsRole;
  /** `ClientHello 229`, `alert 2 40`, `ChangeCipherSpec`. */
  readonly what: string;
  readonly facts: readonly Fact[];
}

/** What is said of a message or alert that stayed closed. */
export const SEALED = 'sealed';

/** Longer byte strings are cut here: the range beside them tells the rest. */
const MAX_BYTES = 12;

export function bytesValue(hex: string): string {
  return hex.length <= 2 * MAX_BYTES ? hex : `${hex.slice(0, 2 * MAX_BYTES)}…`;
}

/** Text in which what does not belong in a line of text is escaped. */
export function textValue(text: string): string {
  return JSON.stringify(text);
}

/** In the order of the bytes, outer fields before inner ones. */
export function inOrder(facts: readonly Fact[]): Fact[] {
  return facts.toSorted((a, b) => a.offset - b.offset || b.size - a.size || (a.name < b.name ? -1 : 1));
}

export function formatSaid(said: readonly Said[]): string {
  return said.map(formatOne).join('');
}

const PREFIX = /^tls\.handshake\./;

function formatOne({ sender, what, facts }: Said): string {
  const lines = [`${sender} ${what}`];
  let last: Fact | undefined;
  for (const fact of inOrder(facts)) {
    const continues = last?.name === fact.name && last.size === fact.size && last.offset + last.size === fact.offset;
    if (continues) lines[lines.length - 1] += ` ${fact.value}`;
    else lines.push(`  ${fact.name.replace(PREFIX, '.')} ${fact.offset}+${fact.size} ${fact.value}`);
    last = fact;
  }
  return `${lines.join('\n')}\n`;
}
