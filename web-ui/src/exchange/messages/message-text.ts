/** What a message says, in one line for a list and as a whole for who opens it. */
import type { ExchangeMessage } from '../../../../src/shared/exchange-messages.ts';
import { fromHex } from '../../../../src/wire/hex.ts';
import type { ProtoField } from '../../../../src/wire/http/protobuf.ts';
import { isSimple } from '../../text/visible.ts';
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

export function lineOf(message: ExchangeMessage): string {
  if (message.protobuf) return fieldsLine(message.protobuf as readonly ProtoField[], MAX_LINE);
  return (textOf(message) ?? message.bytes ?? '').slice(0, MAX_LINE);
}

/** The text of a message. A ping’s and a pong’s payload may be any bytes (RFC 6455 §5.5.2): text is what is printable. */
export function textOf({ text, bytes, type }: ExchangeMessage): string | undefined {
  if (text !== undefined || !bytes || !(type === 'ping' || type === 'pong')) return text;
  const payload = String.fromCharCode(...fromHex(bytes.slice(0, 2 * MAX_CONTROL)));
  return isSimple(payload) ? payload : undefined;
}

/** Bytes that a control frame holds at most (RFC 6455 §5.5). */
const MAX_CONTROL = 125;

/** The text of a message, indented where it is JSON; its digits stay. */
export function wholeText(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  const value = parsedAsWritten(text);
  return value === undefined ? text : JSON.stringify(value, undefined, 2);
}
