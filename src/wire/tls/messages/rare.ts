/** Messages that few peers send: by URL, by the side, or before there was ALPN. */
import type { Reader } from '../../reader.ts';
import { printable } from '../../x509/printable.ts';
import { byteCount, latin1 } from '../extensions/facts.ts';
import { extensionName, namer } from '../registries.ts';
import { count, line, type MessageRow } from './row.ts';

/** The URLs, in the order of the chain. */
export const certificateUrl: MessageRow<readonly string[]> = {
  name: 'CertificateURL',
  spec: 'RFC 6066 §5',
  decode(reader) {
    reader.u8('type', chainTypeName);
    return reader.vector16('url_and_hash_list', () => {
      const urls: string[] = [];
      while (reader.more) urls.push(reader.group('url_and_hash', readUrl));
      return urls;
    });
  },
  summary: (urls) => line('certificates by URL', ...urls),
};

export const supplementalData: MessageRow<readonly number[]> = {
  name: 'SupplementalData',
  spec: 'RFC 4680 §2',
  decode: (reader) =>
    reader.vector24('supp_data', () => {
      const types: number[] = [];
      while (reader.more) types.push(reader.group('supplemental_data_entry', readSupplement));
      return types;
    }),
  summary: (types) => line(count(types.length, 'entry', 'entries'), ...types.map(supplementName)),
};

export const nextProtocol: MessageRow<string> = {
  name: 'NextProtocol',
  spec: 'draft-agl-tls-nextprotoneg §4',
  decode(reader) {
    const protocol = latin1(reader.opaque8('selected_protocol', (bytes) => printable(latin1(bytes))));
    reader.opaque8('padding', byteCount);
    return protocol;
  },
  summary: (protocol) => line(protocol || 'no protocol', 'chosen by the client (NPN, before ALPN)'),
};

/** Not TLS 1.3's: an older message of the same name that carries extensions before the client's Finished. */
export const encryptedExtensionsOf12: MessageRow<readonly number[]> = {
  name: 'EncryptedExtensions (Channel ID)',
  spec: 'draft-balfanz-tls-channelid §4',
  decode(reader) {
    const types: number[] = [];
    while (reader.more) types.push(reader.group('extension', readExtension));
    return types;
  },
  summary: (types) => line(...types.map(extensionName)),
};

function readUrl(reader: Reader): string {
  const url = printable(latin1(reader.opaque16('url', (bytes) => printable(latin1(bytes)))));
  reader.u8('padding');
  reader.bytes('sha1_hash', 20);
  reader.describe(url);
  return url;
}

function readSupplement(reader: Reader): number {
  const type = reader.u16('supp_data_type', supplementName);
  reader.opaque16('data');
  reader.describe(supplementName(type));
  return type;
}

const CHANNEL_ID = 0x7550;

/** A Channel ID is a P-256 key and a signature by it, four numbers of 32 bytes. */
function readExtension(reader: Reader): number {
  const type = reader.u16('extension_type', extensionName);
  reader.vector16('extension_data', () => {
    if (type === CHANNEL_ID) for (const name of ['x', 'y', 'r', 's']) reader.bytes(name, 32);
    else if (reader.more) reader.rest('data');
  });
  reader.describe(extensionName(type));
  return type;
}

const chainTypeName = namer(
  [
    [0, 'individual_certs'],
    [1, 'pkipath'],
  ],
  2,
);
/** IANA's registry of TLS Supplemental Data Formats. */
const supplementName = namer(
  [
    [0, 'user_mapping_data'],
    [16386, 'authz_data'],
  ],
  4,
);
