/** ALPS: what a client and a server of HTTP/2 would tell each other first, told within the handshake. */
import { frameName, settingName } from '../../http/http2/names.ts';
import type { Reader } from '../../reader.ts';
import { printable } from '../../x509/printable.ts';
import { byteCount, type ExtensionDecoder, latin1 } from './facts.ts';
import { protocolWords, readProtocols } from './names.ts';

const FRAME_HEADER = 9;
const SETTINGS = 0x4;
/** draft-davidben-http-client-hint-reliability §4.1. */
const ACCEPT_CH = 0x89;

/** draft-vvv-tls-alps §3: protocols in the ClientHello, the settings of the one chosen in EncryptedExtensions. */
export const applicationSettings: ExtensionDecoder = (reader, _facts, place) => {
  if (place === 'ClientHello') {
    const protocols = reader.vector16('supported_protocols', readProtocols);
    return reader.tracing ? protocols.map(protocolWords).join(', ') : undefined;
  }
  const settings = reader.peek();
  if (settings.length === 0) return 'no settings';
  // Which protocol was chosen may stand behind; but nothing else looks like frames of HTTP/2 to the last byte.
  if (!isFrames(settings)) return `${byteCount(reader.rest('settings'))} of settings`;
  const names: string[] = [];
  while (reader.more) names.push(reader.group('frame', readFrame, 'RFC 9113 §4.1'));
  return `${byteCount(settings)} of settings: ${names.join(', ')}`;
};

function isFrames(bytes: Uint8Array): boolean {
  let at = 0;
  while (at + FRAME_HEADER <= bytes.length) {
    at += FRAME_HEADER + ((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!);
  }
  return at === bytes.length;
}

function readFrame(reader: Reader): string {
  const length = reader.u24('length', (size) => (size === 1 ? '1 byte' : `${size} bytes`));
  const type = reader.u8('type', name);
  reader.u8('flags');
  reader.u32('stream_id');
  if (type === SETTINGS && length % 6 === 0) readSettings(reader, length);
  else if (type === ACCEPT_CH) reader.bytes('payload', length, acceptWords);
  else if (length > 0) reader.bytes('payload', length);
  reader.describe(name(type));
  return name(type);
}

function readSettings(reader: Reader, length: number): void {
  for (let left = length; left > 0; left -= 6) {
    reader.group('setting', () => {
      const id = reader.u16('identifier', settingName);
      const value = reader.u32('value');
      if (reader.tracing) reader.describe(`${settingName(id)} ${value}`);
    });
  }
}

/** Pairs of an origin and the hints that it wants, each behind its length of two bytes. */
function acceptWords(payload: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at + 2 <= payload.length; ) {
    const end = at + 2 + ((payload[at]! << 8) | payload[at + 1]!);
    parts.push(printable(latin1(payload.subarray(at + 2, end))) || 'this origin');
    at = end;
  }
  return parts.map((part, n) => (n % 2 === 0 ? `${n > 0 ? '; ' : ''}${part}: ` : part)).join('');
}

function name(type: number): string {
  return type === ACCEPT_CH ? 'ACCEPT_CH' : frameName(type);
}
