/** What a server says of the size of records, in its messages. */
import type { WireMessage } from '../wire/tls/message.ts';
import { readEncryptedExtensions, readServerHello } from '../wire/tls/messages/table.ts';

const RECORD_SIZE_LIMIT = 28;

/** RFC 8449 §4: less is illegal, and says nothing. */
const LEAST = 64;

/** Bytes of content that the server takes in a record, where it said so (RFC 8449 §4); TLS 1.3's type byte is one of them. */
export function recordSizeLimitOf(messages: readonly WireMessage[]): number | undefined {
  const limit = saidBy(messages);
  return limit !== undefined && limit >= LEAST ? limit : undefined;
}

function saidBy(messages: readonly WireMessage[]): number | undefined {
  const named = (name: string) => messages.find(({ type, sender }) => sender === 'server' && type.name === name);
  const extensions = named('EncryptedExtensions');
  if (extensions) return readEncryptedExtensions(extensions.bytes).recordSizeLimit;
  const hello = named('ServerHello');
  const data = hello && readServerHello(hello.bytes).extensions.find(({ type }) => type === RECORD_SIZE_LIMIT)?.data;
  return data?.length === 2 ? (data[0]! << 8) | data[1]! : undefined;
}
