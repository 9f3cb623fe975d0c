/** Extensions about names and protocols: who is asked for, and what will be spoken. */
import type { Reader } from '../../reader.ts';
import { printable } from '../../x509/printable.ts';
import { isGrease } from '../registries.ts';
import { type ExtensionDecoder, latin1 } from './facts.ts';

/** RFC 6066 §3: a list in the ClientHello, empty in the server's answer. */
export const serverName: ExtensionDecoder = (reader, facts, place) => {
  if (place !== 'ClientHello') return undefined;
  reader.vector16('server_name_list', () => {
    while (reader.more) {
      reader.group('server_name', () => {
        const type = reader.u8('name_type', (id) => (id === 0 ? 'host_name' : `unknown (${id})`));
        const name = latin1(reader.opaque16('host_name', words));
        if (type === 0) facts.serverName ??= name;
      });
    }
  });
  return reader.tracing && facts.serverName !== undefined ? printable(facts.serverName) : undefined;
};

/** RFC 7301 §3.1. */
export const protocolNames: ExtensionDecoder = (reader, facts) => {
  facts.alpn = reader.vector16('protocol_name_list', readProtocols);
  return reader.tracing ? facts.alpn.map(protocolWords).join(', ') : undefined;
};

/** draft-agl-tls-nextprotoneg §3: empty in the ClientHello, the server's protocols in the answer. */
export const nextProtocolNegotiation: ExtensionDecoder = (reader, _facts, place) => {
  if (place === 'ClientHello') return undefined;
  const protocols = readProtocols(reader);
  return reader.tracing ? protocols.map(protocolWords).join(', ') : undefined;
};

function words(bytes: Uint8Array): string {
  return printable(latin1(bytes));
}

/** The names that are left of the structure at hand, each behind its length of one byte. */
export function readProtocols(reader: Reader): string[] {
  const protocols: string[] = [];
  while (reader.more) {
    protocols.push(latin1(reader.opaque8('protocol_name', (bytes) => protocolWords(latin1(bytes)))));
  }
  return protocols;
}

/** An ALPN name as people may see it; RFC 8701 §2 reserves two-byte names for GREASE. */
export function protocolWords(name: string): string {
  const id = (name.charCodeAt(0) << 8) | name.charCodeAt(1);
  return name.length === 2 && isGrease(id) ? `GREASE (0x${id.toString(16).padStart(4, '0')})` : printable(name);
}
