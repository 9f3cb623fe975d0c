/** Signed certificate timestamps inside a certificate, RFC 6962 §3.3: a TLS-encoded list in an OCTET STRING. */
import type { Field, Range } from '../../shared/model.ts';
import type { DerElement } from '../der.ts';
import { toHex } from '../hex.ts';
import { type ExtensionValue, fieldOver, type Source } from './tree.ts';

/** Timestamps in the list that fills `range`, its own length included; the bytes of an extension's OCTET STRING. */
export function countTimestamps(bytes: Uint8Array, range: Range): number {
  const [start, limit] = range;
  const end = Math.min(limit, start + 2 + uint(bytes, start, 2, limit));
  let count = 0;
  for (let at = start + 2; at < end; count++) at += 2 + uint(bytes, at, 2, end);
  return count;
}

/** Real certificates carry two to five. */
const MAX_SHOWN = 50;

export function sctListFields(source: Source, value: DerElement): ExtensionValue {
  const { bytes } = source;
  const [start, limit] = value.body;
  const end = Math.min(limit, start + 2 + uint(bytes, start, 2, limit));
  const children: Field[] = [];
  let count = 0;
  let at = start + 2;
  while (at < end) {
    const next = Math.min(end, at + 2 + uint(bytes, at, 2, end));
    if (count < MAX_SHOWN) children.push(sctField(source, [at, next]));
    count++;
    at = next;
  }
  if (at < limit && count > 0) {
    const issue = { severity: 'warning', text: 'Bytes after the end of the list.' } as const;
    children.push(fieldOver(source, 'trailing', [at, limit], { value: toHex(bytes.subarray(at, limit)), issue }));
  }
  return { text: `${count} timestamp${count === 1 ? '' : 's'}`, children };
}

/** version, log id, timestamp; the extensions and signature stay in one field. */
function sctField(source: Source, range: Range): Field {
  const { bytes } = source;
  const [start, end] = range;
  const from = start + 2;
  if (end - from < 1 + 32 + 8) {
    return fieldOver(source, 'SCT', range, {
      value: toHex(bytes.subarray(start, end)),
      issue: { severity: 'error', text: 'Too short for a signed certificate timestamp.' },
    });
  }
  const version = bytes[from]!;
  const logId = toHex(bytes.subarray(from + 1, from + 33));
  const millis = uint(bytes, from + 33, 8, end);
  // 8.64e15 ms is the last moment a Date can hold.
  const time = millis <= 8.64e15 ? new Date(millis).toISOString() : `${millis} ms`;
  return fieldOver(source, 'SCT', range, {
    text: `log ${logId.slice(0, 16)}…, ${time}`,
    spec: 'RFC 6962 §3.2',
    children: [
      fieldOver(source, 'version', [from, from + 1], { value: version, text: `v${version + 1}` }),
      fieldOver(source, 'logID', [from + 1, from + 33], { value: logId }),
      fieldOver(source, 'timestamp', [from + 33, from + 41], { value: time, text: time }),
      ...sctTail(source, [from + 41, end]),
    ],
  });
}

/** CtExtensions and the digitally-signed struct: two octets of algorithm, then the signature behind its length. */
function sctTail(source: Source, [from, end]: Range): Field[] {
  const { bytes } = source;
  const hex = (name: string, start: number, stop: number, text?: string) =>
    fieldOver(source, name, [start, stop], { value: toHex(bytes.subarray(start, stop)), text });
  const afterExtensions = from + 2 + uint(bytes, from, 2, end);
  const signature = afterExtensions + 4;
  const stop = signature + uint(bytes, afterExtensions + 2, 2, end);
  if (stop !== end) {
    const issue = { severity: 'error', text: 'Its lengths do not add up.' } as const;
    return [{ ...hex('extensionsAndSignature', from, end), issue }];
  }
  const [hash = 0, signer = 0] = bytes.subarray(afterExtensions, afterExtensions + 2);
  const algorithm = `${SIGNERS[signer] ?? `unknown (${signer})`} with ${HASHES[hash] ?? `unknown (${hash})`}`;
  return [
    hex('extensions', from, afterExtensions),
    hex('algorithm', afterExtensions, afterExtensions + 2, algorithm),
    hex('signature', afterExtensions + 2, stop),
  ];
}

/** RFC 5246 §7.4.1.4.1, as far as logs use them. */
const HASHES: Readonly<Record<number, string>> = { 4: 'SHA-256', 5: 'SHA-384', 6: 'SHA-512' };
const SIGNERS: Readonly<Record<number, string>> = { 1: 'RSA', 3: 'ECDSA' };

/** Big-endian; what lies past `limit` counts as zero. */
function uint(bytes: Uint8Array, at: number, width: number, limit: number): number {
  let value = 0;
  for (let i = at; i < at + width; i++) value = value * 256 + (i < limit ? (bytes[i] ?? 0) : 0);
  return value;
}
