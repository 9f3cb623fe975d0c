/** Which end of a TCP connection is the client, where the capture does not have its SYN. */
import type { TlsRole } from '../shared/model.ts';
import { CONTENT } from '../wire/tls/records.ts';

/** Handshake types that only one side opens with. */
const SPEAKERS: Readonly<Record<number, TlsRole>> = { 1: 'client', 2: 'server' };

/** By the first bytes of an end; failing that by its port, as clients mostly have the higher one. */
export function firstSpeaker(bytes: Uint8Array, port: number, otherPort: number): TlsRole {
  const text = String.fromCharCode(...bytes.subarray(0, 8));
  if (text.startsWith('CONNECT ')) return 'client';
  if (text.startsWith('HTTP/')) return 'server';
  const hello = bytes[0] === CONTENT.handshake && bytes[1] === 3 ? SPEAKERS[bytes[5] ?? 0] : undefined;
  return hello ?? (port >= otherPort ? 'client' : 'server');
}
