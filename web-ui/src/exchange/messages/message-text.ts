/** What a message says, in one line for a list and as a whole for who opens it. */
import type { ExchangeMessage } from '../../../../src/shared/exchange-messages.ts';
import type { ProtoField } from '../../../../src/wire/http/protobuf.ts';
import { parsedAsWritten } from '../body/as-written.ts';
import { fieldsLine } from '../body/proto-words.ts';

/** What a list shows of a message, besides its text. */
export function aside(message: ExchangeMessage): string {
  const { close, eventId, compressed } = message;
  const parts = [
    ...(eventId ? [`id ${eventId}`] : []),
    ...(close ? [`${close.code} ${close.name}`] : []),
    ...(compressed ? ['compressed'] : []),
  ];
  return parts.join(', ');
}

/** Characters of the line; the rest is seen on opening. */
const MAX_LINE = 400;

export function lineOf({ text, bytes, protobuf }: ExchangeMessage): string {
  if (protobuf) return fieldsLine(protobuf as readonly ProtoField[], MAX_LINE);
  return (text ?? bytes ?? '').slice(0, MAX_LINE);
}

/** The text of a message, indented where it is JSON; its digits stay. */
export function wholeText(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  const value = parsedAsWritten(text);
  return value === undefined ? text : JSON.stringify(value, undefined, 2);
}
