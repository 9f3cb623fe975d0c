/** What a step took: bytes of records on the wire, and milliseconds. */
import type { HandshakeMessage, Millis, Range, TlsRole } from '../shared/model.ts';

/** Bytes of the records that carried the messages, headers included. A record with several of them counts once. */
export function recordBytes(messages: readonly HandshakeMessage[]): number {
  return (['client', 'server'] as const).reduce((sum, sender) => sum + covered(spansOf(messages, sender)), 0);
}

/** How many records they came in; records beyond what a message keeps apart count as one. */
export function recordCount(messages: readonly HandshakeMessage[]): number {
  const places = messages.flatMap(({ sender, spans }) => spans.map(([start]) => `${sender}${start}`));
  return new Set(places).size;
}

/** From the first message to the last, ms. */
export function durationOf(messages: readonly HandshakeMessage[]): Millis {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { at } of messages) {
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  return messages.length === 0 ? 0 : last - first;
}

function spansOf(messages: readonly HandshakeMessage[], sender: TlsRole): Range[] {
  return messages.filter((message) => message.sender === sender).flatMap(({ spans }) => spans);
}

/** Length of the union of the ranges. */
function covered(ranges: readonly Range[]): number {
  let total = 0;
  let reached = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    total += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return total;
}
