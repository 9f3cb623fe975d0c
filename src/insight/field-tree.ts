/** Values taken out of a message's field tree by the RFC's name of the field, for what no typed value holds. */
import type { Field, HandshakeMessage } from '../shared/model.ts';
import { fromHex } from '../wire/hex.ts';
import { decodeMessage } from '../wire/tls/messages/table.ts';
import type { DecodeContext } from '../wire/tls/values.ts';

/** The fields of a handshake message, read again from its bytes: its own may be missing in what came as JSON. */
export function treeOf(message: HandshakeMessage, context: DecodeContext = {}): readonly Field[] {
  return decodeMessage(fromHex(message.raw), context, true).fields;
}

/** Every field called `name` in the trees, in wire order; what stands inside one that is found is not searched. */
export function fieldsNamed(fields: readonly Field[], name: string): Field[] {
  return fields.flatMap((field) => (field.name === name ? [field] : fieldsNamed(field.children ?? [], name)));
}

/** The first of them. */
export function fieldNamed(fields: readonly Field[], name: string): Field | undefined {
  for (const field of fields) {
    const found = field.name === name ? field : fieldNamed(field.children ?? [], name);
    if (found !== undefined) return found;
  }
  return undefined;
}
