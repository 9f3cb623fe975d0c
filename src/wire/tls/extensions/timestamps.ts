/** Signed certificate timestamps, of both versions of Certificate Transparency. */
import { toHex } from '../../hex.ts';
import type { Reader } from '../../reader.ts';
import { namer, signatureSchemeName } from '../registries.ts';
import { byteCount, type ExtensionDecoder } from './facts.ts';

/** RFC 6962 §3.3: asked for with an empty body, answered with a list. */
export const signedCertificateTimestamps: ExtensionDecoder = (reader) => {
  if (!reader.more) return undefined;
  return readList(reader, 'sct_list', 'sct', readTimestamp, 'timestamp');
};

/** RFC 9162 §6.5: asked for with an empty body, answered with a list of what logs said. */
export const transparencyInfo: ExtensionDecoder = (reader) => {
  if (!reader.more) return undefined;
  return readList(reader, 'trans_item_list', 'trans_item', readItem, 'item');
};

function readList(reader: Reader, list: string, item: string, read: (reader: Reader) => void, noun: string): string {
  let count = 0;
  reader.vector16(list, () => {
    for (; reader.more; count++) reader.vector16(item, read);
  });
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** RFC 6962 §3.2. */
function readTimestamp(reader: Reader): void {
  reader.u8('version', (id) => (id === 0 ? 'v1' : `unknown (${id})`));
  const log = reader.bytes('log_id', 32);
  const timestamp = reader.bytes('timestamp', 8, dateOf);
  reader.opaque16('extensions');
  reader.u16('algorithm', signatureSchemeName);
  reader.opaque16('signature', byteCount);
  if (reader.tracing) reader.describe(`log ${toHex(log.subarray(0, 8))}…, ${dateOf(timestamp)}`, 'RFC 6962 §3.2');
}

/** RFC 9162 §4.5: of its items those that a server has reason to send are opened. */
function readItem(reader: Reader): void {
  const type = reader.u16('versioned_type', itemName);
  if (reader.tracing) reader.describe(itemName(type), 'RFC 9162 §4.5');
  if (type === X509_SCT_V2 || type === PRECERT_SCT_V2) readTimestampV2(reader);
  else if (type === SIGNED_TREE_HEAD_V2) readTreeHead(reader);
  else if (type === INCLUSION_PROOF_V2) readInclusionProof(reader);
  else if (reader.more) reader.rest('data');
}

/** RFC 9162 §4.8. */
function readTimestampV2(reader: Reader): void {
  const log = reader.opaque8('log_id');
  const timestamp = reader.bytes('timestamp', 8, dateOf);
  reader.opaque16('sct_extensions');
  reader.opaque16('signature', byteCount);
  if (reader.tracing) reader.describe(`log ${toHex(log.subarray(0, 8))}…, ${dateOf(timestamp)}`, 'RFC 9162 §4.8');
}

/** RFC 9162 §4.10. */
function readTreeHead(reader: Reader): void {
  reader.opaque8('log_id');
  reader.bytes('timestamp', 8, dateOf);
  reader.bytes('tree_size', 8, numberOf);
  reader.opaque8('root_hash');
  reader.opaque16('sth_extensions');
  reader.opaque16('signature', byteCount);
}

/** RFC 9162 §4.12. */
function readInclusionProof(reader: Reader): void {
  reader.opaque8('log_id');
  reader.bytes('tree_size', 8, numberOf);
  reader.bytes('leaf_index', 8, numberOf);
  reader.vector16('inclusion_path', () => {
    while (reader.more) reader.opaque8('node_hash');
  });
}

const X509_SCT_V2 = 0x0102;
const PRECERT_SCT_V2 = 0x0103;
const SIGNED_TREE_HEAD_V2 = 0x0104;
const INCLUSION_PROOF_V2 = 0x0106;

const itemName = namer(
  [
    [0x0100, 'x509_entry_v2'],
    [0x0101, 'precert_entry_v2'],
    [X509_SCT_V2, 'x509_sct_v2'],
    [PRECERT_SCT_V2, 'precert_sct_v2'],
    [SIGNED_TREE_HEAD_V2, 'signed_tree_head_v2'],
    [0x0105, 'consistency_proof_v2'],
    [INCLUSION_PROOF_V2, 'inclusion_proof_v2'],
  ],
  4,
);

/** Milliseconds since 1970 in eight bytes, as ISO 8601 where a date can hold it. */
function dateOf(bytes: Uint8Array): string {
  const ms = Number(numberOf(bytes));
  return ms <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`;
}

function numberOf(bytes: Uint8Array): string {
  return BigInt(`0x0${toHex(bytes)}`).toString();
}
