/** QUIC's transport parameters (RFC 9000 §18). They have no business in TLS over TCP, and say so where they stand. */
import { addressText } from '../../ip-address.ts';
import type { Reader } from '../../reader.ts';
import { namer } from '../registries.ts';
import type { ExtensionDecoder } from './facts.ts';

/** RFC 9001 §8.2. */
export const quicTransportParameters: ExtensionDecoder = (reader) => {
  let count = 0;
  for (; reader.more; count++) reader.group('parameter', readParameter, 'RFC 9000 §18.2');
  return count === 1 ? '1 parameter' : `${count} parameters`;
};

function readParameter(reader: Reader): void {
  const id = Number(readVarint(reader, 'id', (value) => parameterName(Number(value))));
  const length = Number(readVarint(reader, 'length', (value) => `${value} bytes`));
  reader.rename(parameterName(id));
  if (length === 0) return;
  const read = STRUCTURES.get(id);
  if (read && length <= reader.remaining && read(reader, length)) return;
  const unit = NUMBERS.get(id);
  const words = (bytes: Uint8Array) => (unit === undefined ? undefined : numberText(bytes, unit));
  const value = reader.bytes('value', length, words);
  if (reader.tracing) reader.describe(words(value));
}

/** Reads a value of `length` bytes, all of which are there. @returns false, and nothing is read, where it has not its form */
type StructureReader = (reader: Reader, length: number) => boolean;

/** IPv4 address and port, IPv6 address and port, the length of the connection id; and behind that the token; bytes. */
const BEFORE_ID = 4 + 2 + 16 + 2 + 1;
const TOKEN = 16;

/** RFC 9000 §18.2. */
const readPreferredAddress: StructureReader = (reader, length) => {
  const idLength = length - BEFORE_ID - TOKEN;
  if (reader.peek()[BEFORE_ID - 1] !== idLength) return false;
  const addresses = [4, 16].map((size) => {
    const address = reader.bytes(size === 4 ? 'ipv4_address' : 'ipv6_address', size, addressText);
    const port = reader.u16(size === 4 ? 'ipv4_port' : 'ipv6_port');
    return size === 4 ? `${addressText(address)}:${port}` : `[${addressText(address)}]:${port}`;
  });
  reader.opaque8('connection_id');
  reader.bytes('stateless_reset_token', TOKEN);
  reader.describe(addresses.join(', '));
  return true;
};

/** RFC 9368 §3. */
const readVersionInformation: StructureReader = (reader, length) => {
  if (length % 4 !== 0) return false;
  const chosen = reader.u32('chosen_version', versionWords);
  const available: number[] = [];
  for (let left = length - 4; left > 0; left -= 4) available.push(reader.u32('available_version', versionWords));
  reader.describe(`chosen ${versionWords(chosen)}; available ${available.map(versionWords).join(', ') || 'none'}`);
  return true;
};

const STRUCTURES: ReadonlyMap<number, StructureReader> = new Map([
  [0x0d, readPreferredAddress],
  [0x11, readVersionInformation],
]);

/** RFC 9000 §15 reserves versions of the form 0x?a?a?a?a. */
function versionWords(version: number): string {
  if (version === 1) return 'QUIC v1';
  if (version === 0x6b3343cf) return 'QUIC v2';
  const hex = `0x${version.toString(16).padStart(8, '0')}`;
  return /^0x(.a){4}$/.test(hex) ? `GREASE (${hex})` : `unknown (${hex})`;
}

/** RFC 9000 §16: the first two bits say how many bytes the number has. */
function readVarint(reader: Reader, name: string, words: (value: bigint) => string): bigint {
  const size = 1 << ((reader.peek()[0] ?? 0) >> 6);
  return varint(reader.bytes(name, size, (bytes) => words(varint(bytes))));
}

function varint(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const [n, byte] of bytes.entries()) value = value * 256n + BigInt(n === 0 ? byte & 0x3f : byte);
  return value;
}

/** Nothing where the bytes are not one number. */
function numberText(bytes: Uint8Array, unit: string): string | undefined {
  if (bytes.length === 0 || bytes.length !== 1 << (bytes[0]! >> 6)) return undefined;
  return `${varint(bytes)}${unit}`;
}

function parameterName(id: number): string {
  return id % 31 === 27 ? `GREASE (${id})` : registeredName(id);
}

/** IANA's registry of QUIC Transport Parameters. */
const registeredName = namer(
  [
    [0x00, 'original_destination_connection_id'],
    [0x01, 'max_idle_timeout'],
    [0x02, 'stateless_reset_token'],
    [0x03, 'max_udp_payload_size'],
    [0x04, 'initial_max_data'],
    [0x05, 'initial_max_stream_data_bidi_local'],
    [0x06, 'initial_max_stream_data_bidi_remote'],
    [0x07, 'initial_max_stream_data_uni'],
    [0x08, 'initial_max_streams_bidi'],
    [0x09, 'initial_max_streams_uni'],
    [0x0a, 'ack_delay_exponent'],
    [0x0b, 'max_ack_delay'],
    [0x0c, 'disable_active_migration'],
    [0x0d, 'preferred_address'],
    [0x0e, 'active_connection_id_limit'],
    [0x0f, 'initial_source_connection_id'],
    [0x10, 'retry_source_connection_id'],
    [0x11, 'version_information'],
    [0x20, 'max_datagram_frame_size'],
    [0x173e, 'discard'],
    [0x26ab, 'google_handshake_message'],
    [0x2ab2, 'grease_quic_bit'],
    [0x3127, 'initial_rtt'],
    [0x3128, 'google_connection_options'],
    [0x3129, 'user_agent'],
    [0x4752, 'google_version'],
    [0xff04de1b, 'min_ack_delay'],
  ],
  2,
);

/** Parameters whose value is one number, and its unit. */
const NUMBERS: ReadonlyMap<number, string> = new Map([
  [0x01, ' ms'],
  [0x03, ' bytes'],
  [0x04, ' bytes'],
  [0x05, ' bytes'],
  [0x06, ' bytes'],
  [0x07, ' bytes'],
  [0x08, ''],
  [0x09, ''],
  [0x0a, ''],
  [0x0b, ' ms'],
  [0x0e, ''],
  [0x20, ' bytes'],
  [0x3127, ' µs'],
  [0xff04de1b, ' µs'],
]);
