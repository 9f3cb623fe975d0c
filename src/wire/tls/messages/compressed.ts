/** The Certificate message of TLS 1.3 in compressed form, RFC 8879. */

import { Reader } from '../../reader.ts';
import { byteCount } from '../extensions/facts.ts';
import { certificateCompressionName } from '../registries.ts';
import type { DecodeContext } from '../values.ts';
import { type Certificates, certificate } from './certificates.ts';
import { count, line, type MessageRow } from './row.ts';

/** More is not decompressed, bytes: the longest chains seen are a tenth of it, and a peer may declare 16 MiB. */
const MAX_LENGTH = 1 << 20;

export interface CompressedCertificate {
  readonly algorithm: number;
  /** Size that the message declares for its certificates, bytes. */
  readonly length: number;
  /** What it holds; undefined where it was not opened. */
  readonly opened?: Certificates;
}

export const compressedCertificate: MessageRow<CompressedCertificate> = {
  name: 'CompressedCertificate',
  spec: 'RFC 8879 §4',
  decode(reader, context) {
    const algorithm = reader.u16('algorithm', certificateCompressionName);
    const length = reader.u24('uncompressed_length', (bytes) => `${bytes} bytes`);
    const sealed = reader.opaque24('compressed_certificate_message', byteCount);
    const body = decompress(reader, algorithm, length, sealed, context);
    return { algorithm, length, ...(body && { opened: readCertificate(reader, body, context) }) };
  },
  summary: ({ algorithm, length, opened }) =>
    line(
      certificateCompressionName(algorithm),
      opened && (opened.rawKey === undefined ? count(opened.chain.length, 'certificate') : 'raw public key'),
      `${length} bytes uncompressed`,
    ),
};

/** Undefined, and said, where a receiver would have to refuse it (RFC 8879 §4). */
function decompress(
  reader: Reader,
  algorithm: number,
  length: number,
  sealed: Uint8Array,
  context: DecodeContext,
): Uint8Array | undefined {
  if (!context.decompress) return undefined;
  if (length > MAX_LENGTH) {
    reader.note(
      'warning',
      `not decompressed: ${length} bytes are declared, and more than ${MAX_LENGTH} are not opened`,
    );
    return undefined;
  }
  const body = context.decompress(algorithm, sealed, length);
  if (body === undefined) {
    const name = certificateCompressionName(algorithm);
    reader.note(
      'error',
      `not decompressed: the bytes are not ${name} of ${length} bytes, or nobody here knows ${name}`,
    );
  } else if (body.length !== length) {
    reader.note('error', `decompresses to ${body.length} bytes and declares ${length}`);
    return undefined;
  }
  return body;
}

function readCertificate(reader: Reader, body: Uint8Array, context: DecodeContext): Certificates {
  const inner = new Reader(body, certificate.name, { trace: reader.tracing });
  // Only TLS 1.3 has this message, and so its form of Certificate.
  const opened = certificate.decode(inner, { ...context, version: 0x0304 });
  inner.finish();
  reader.issues.push(...inner.issues);
  if (reader.tracing) reader.unfold(body, inner.fields);
  return opened;
}
