/** DNS records as they stand in dnssec_chain: whole, one after the other, names uncompressed (RFC 9102 §2.1.1). */
import type { Field } from '../../../shared/model.ts';
import { Reader } from '../../reader.ts';
import { printable } from '../../x509/printable.ts';
import { latin1 } from './facts.ts';

/** One field a record. @param base where the records begin in the message */
export function dnsRecordFields(bytes: Uint8Array, base: number): Field[] {
  const reader = new Reader(bytes, 'authentication_chain', { trace: true, base });
  while (reader.more) reader.group('record', readRecord, 'RFC 1035 §3.2.1');
  return reader.fields;
}

function readRecord(reader: Reader): void {
  const owner = nameText(reader.bytes('name', nameLength(reader.peek()), nameText));
  const type = typeName(reader.u16('type', typeName));
  reader.u16('class', (id) => (id === 1 ? 'IN' : `unknown (${id})`));
  reader.u32('ttl', (seconds) => `${seconds} s`);
  reader.opaque16('rdata');
  reader.describe(`${owner} ${type}`);
}

/** Bytes up to the empty label that ends a name, or all of them. */
function nameLength(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at]!;
  return Math.min(at + 1, bytes.length);
}

function nameText(bytes: Uint8Array): string {
  const labels: string[] = [];
  for (let at = 0; at < bytes.length && bytes[at] !== 0; at += 1 + bytes[at]!) {
    labels.push(latin1(bytes.subarray(at + 1, at + 1 + bytes[at]!)));
  }
  return printable(`${labels.join('.')}.`);
}

/** The types that a chain of proofs is made of. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [5, 'CNAME'],
  [39, 'DNAME'],
  [43, 'DS'],
  [46, 'RRSIG'],
  [47, 'NSEC'],
  [48, 'DNSKEY'],
  [50, 'NSEC3'],
  [52, 'TLSA'],
]);

/** As RFC 3597 §5 writes those without a name here. */
function typeName(id: number): string {
  return TYPES.get(id) ?? `TYPE${id}`;
}
