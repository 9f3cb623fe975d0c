/** What a NewSessionTicket says of itself, RFC 5077 §3.3 and RFC 8446 §4.6.1. */
import type { HandshakeMessage } from '../shared/model.ts';
import type { DecodeContext } from '../wire/tls/values.ts';
import { fieldNamed, treeOf } from './field-tree.ts';

/** Seconds that the ticket may be used for; undefined where it cannot be read. */
export function ticketLifetime(ticket: HandshakeMessage, context: DecodeContext): number | undefined {
  const fields = treeOf(ticket, context);
  const value = (fieldNamed(fields, 'ticket_lifetime') ?? fieldNamed(fields, 'ticket_lifetime_hint'))?.value;
  return typeof value === 'number' ? value : undefined;
}
