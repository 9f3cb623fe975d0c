/** The messages that say little: extensions after the hello, tickets, the end of each flight. */
import { byteCount, noFacts } from '../extensions/facts.ts';
import { readExtensions } from '../extensions/table.ts';
import { extensionName } from '../registries.ts';
import { count, line, type MessageRow } from './row.ts';

/** RFC 8446 §4.3.1. */
export interface EncryptedExtensions {
  readonly alpn?: string;
  readonly acceptsEarlyData: boolean;
  readonly types: readonly number[];
  /** record_size_limit (RFC 8449), bytes. */
  readonly recordSizeLimit?: number;
}

export const encryptedExtensions: MessageRow<EncryptedExtensions> = {
  name: 'EncryptedExtensions',
  spec: 'RFC 8446 §4.3.1',
  decode(reader) {
    const facts = noFacts();
    const types = readExtensions(reader, facts, 'EncryptedExtensions').map(({ type }) => type);
    const [alpn] = facts.alpn;
    return {
      types,
      acceptsEarlyData: facts.hasEarlyData,
      ...(alpn !== undefined && { alpn }),
      ...(facts.recordSizeLimit !== undefined && { recordSizeLimit: facts.recordSizeLimit }),
    };
  },
  summary: ({ alpn, types }) => line(alpn, types.length === 0 ? 'no extensions' : types.map(extensionName).join(', ')),
};

export const finished: MessageRow<number> = {
  name: 'Finished',
  spec: 'RFC 8446 §4.4.4',
  decode: (reader) => reader.rest('verify_data').length,
  summary: (length) => `verify_data of ${length} bytes over the whole handshake so far`,
};

/**
 * @property lifetime in words
 * @property earlyData bytes that a resumption may send with its first flight; absent where the ticket allows none
 */
interface Ticket {
  readonly lifetime: string;
  readonly length: number;
  readonly earlyData?: number;
}

export const newSessionTicket: MessageRow<Ticket> = {
  name: 'NewSessionTicket',
  spec: 'RFC 8446 §4.6.1',
  decode(reader, { version = 0x0303 }) {
    if (version < 0x0304) {
      const seconds = reader.u32('ticket_lifetime_hint', (s) => (s === 0 ? '0 s: not specified' : `${s} s`));
      // RFC 5077 §3.3: no hint; the client goes by a policy of its own.
      const lifetime = seconds === 0 ? 'valid for a time that is not specified' : `valid for ${seconds} s`;
      return { lifetime, length: reader.opaque16('ticket', byteCount).length };
    }
    const seconds = reader.u32('ticket_lifetime', (s) => (s === 0 ? '0 s: to be discarded at once' : `${s} s`));
    const lifetime = seconds === 0 ? 'to be discarded at once' : `valid for ${seconds} s`;
    reader.u32('ticket_age_add', (ms) => `${ms} ms, added to the ticket's age when it is used`);
    reader.opaque8('ticket_nonce');
    const length = reader.opaque16('ticket', byteCount).length;
    const facts = noFacts();
    readExtensions(reader, facts, 'NewSessionTicket');
    return { lifetime, length, ...(facts.maxEarlyData !== undefined && { earlyData: facts.maxEarlyData }) };
  },
  summary: ({ lifetime, length, earlyData }) =>
    line(`${length} bytes`, lifetime, earlyData !== undefined && `${earlyData} bytes of early data`),
};

export const keyUpdate: MessageRow<number> = {
  name: 'KeyUpdate',
  spec: 'RFC 8446 §4.6.3',
  decode: (reader) => reader.u8('request_update', updateWords),
  summary: updateWords,
};

/** A message whose body is empty. */
export function emptyMessage(name: string, spec: string, summary: string): MessageRow<undefined> {
  return { name, spec, decode: () => undefined, summary: () => summary };
}

/** A message without a decoder: its bytes, kept. */
export function opaqueMessage(name: string): MessageRow<number> {
  return {
    name,
    spec: '',
    decode: (reader) => (reader.more ? reader.rest('body').length : 0),
    summary: (length) => count(length, 'byte'),
  };
}

/** Not a handshake message: a content type of its own, of one byte (RFC 5246 §7.1). */
export const changeCipherSpec: MessageRow<number> = {
  name: 'ChangeCipherSpec',
  spec: 'RFC 5246 §7.1',
  decode: (reader) => reader.u8('type', (id) => (id === 1 ? 'change_cipher_spec' : `unknown (${id})`)),
  // One before the ServerHello can only be a client's that sends early data.
  summary: (_type, { version = 0x0304 }) =>
    version >= 0x0304
      ? 'for middleboxes only; TLS 1.3 switches keys without it'
      : 'everything after this is under the new keys',
};

function updateWords(id: number): string {
  return id === 0 ? 'update_not_requested' : id === 1 ? 'update_requested' : `unknown (${id})`;
}
