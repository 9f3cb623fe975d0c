/** Handshakes put together by hand, as plain JSON: what insight gets to see of one. */
import type { Certificate, Handshake, HandshakeMessage, TlsRole } from '../../src/shared/model.ts';
import { toHex } from '../../src/wire/hex.ts';

export interface HelloOffer {
  readonly legacyVersion?: number;
  readonly suites?: readonly number[];
  readonly versions?: readonly number[];
  readonly groups?: readonly number[];
  readonly shares?: readonly number[];
  readonly schemes?: readonly number[];
  readonly alpn?: readonly string[];
  readonly serverName?: string;
  /** An offer to resume: pre_shared_key with a ticket or with a key agreed on beforehand, or a ticket below TLS 1.3. */
  readonly resume?: 'psk' | 'agreed' | 'ticket';
  /** More extensions, empty ones. */
  readonly more?: readonly number[];
}

/** The bytes of a ClientHello, RFC 8446 §4.1.2, extensions in the order of `HelloOffer`'s members. */
export function clientHelloBytes(offer: HelloOffer): number[] {
  const extensions: number[][] = [];
  const add = (type: number, body: readonly number[]) => extensions.push([...u16(type), ...v16(body)]);
  if (offer.serverName !== undefined) add(0, v16([0, ...v16(ascii(offer.serverName))]));
  if (offer.groups) add(10, v16(offer.groups.flatMap(u16)));
  if (offer.schemes) add(13, v16(offer.schemes.flatMap(u16)));
  if (offer.alpn) add(16, v16(offer.alpn.flatMap((name) => v8(ascii(name)))));
  if (offer.versions) add(43, v8(offer.versions.flatMap(u16)));
  if (offer.shares) add(51, v16(offer.shares.flatMap((group) => [...u16(group), ...v16([1, 2, 3])])));
  for (const type of offer.more ?? []) add(type, []);
  if (offer.resume === 'ticket') add(35, [1, 2, 3, 4]);
  if (offer.resume === 'psk') add(41, [...v16([...v16([9, 9]), 1, 2, 3, 4]), ...v16(v8([7, 7]))]);
  if (offer.resume === 'agreed') add(41, [...v16([...v16(ascii('a\n')), 0, 0, 0, 0]), ...v16(v8([7, 7]))]);
  const suites = offer.suites ?? [0x1301];
  const body = [...u16(offer.legacyVersion ?? 0x0303), ...RANDOM, 0, ...v16(suites.flatMap(u16)), 1, 0];
  return framed(1, extensions.length === 0 ? body : [...body, ...v16(extensions.flat())]);
}

export interface ServerChoiceBytes {
  readonly version?: number;
  readonly suite?: number;
  readonly group?: number;
  readonly psk?: number;
  readonly sessionId?: readonly number[];
}

/** The bytes of a ServerHello, RFC 8446 §4.1.3. */
export function serverHelloBytes({
  version = 0x0304,
  suite = 0x1301,
  group,
  psk,
  sessionId = [],
}: ServerChoiceBytes): number[] {
  const extensions: number[] = [];
  const add = (type: number, body: readonly number[]) => extensions.push(...u16(type), ...v16(body));
  if (version >= 0x0304) add(43, u16(version));
  if (group !== undefined) add(51, [...u16(group), ...v16([1, 2, 3])]);
  if (psk !== undefined) add(41, u16(psk));
  const legacy = Math.min(version, 0x0303);
  return framed(2, [...u16(legacy), ...RANDOM, ...v8(sessionId), ...u16(suite), 0, ...v16(extensions)]);
}

/** The bytes of a HelloRetryRequest, RFC 8446 §4.1.4: one that wants a group, or else its cookie back. */
export function retryBytes(group?: number): number[] {
  const wish = group === undefined ? [...u16(44), ...v16(v16([1]))] : [...u16(51), ...v16(u16(group))];
  const extensions = [...u16(43), ...v16(u16(0x0304)), ...wish];
  return framed(2, [...u16(0x0303), ...RETRY_RANDOM, 0, ...u16(0x1301), 0, ...v16(extensions)]);
}

export const framed = (type: number, body: readonly number[]): number[] => [
  type,
  body.length >> 16,
  ...u16(body.length & 0xffff),
  ...body,
];

export const u16 = (value: number): number[] => [value >> 8, value & 0xff];
export const v8 = (body: readonly number[]): number[] => [body.length, ...body];
export const v16 = (body: readonly number[]): number[] => [...u16(body.length), ...body];
const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];
const RANDOM = new Array<number>(32).fill(5);
/** SHA-256 of `HelloRetryRequest`, RFC 8446 §4.1.3. */
const RETRY_RANDOM = [...Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex')];

/** `['>ClientHello', bytes]`: `>` from the TLS client, `<` from the TLS server. */
export type Said = readonly [what: `${'>' | '<'}${string}`, bytes?: readonly number[]];

/** Messages 1 ms apart, numbered from 1. */
export function messagesOf(said: readonly Said[]): HandshakeMessage[] {
  return said.map(([what, bytes = []], index) => {
    const sender: TlsRole = what.startsWith('>') ? 'client' : 'server';
    const name = what.slice(1);
    return {
      n: index + 1,
      sender,
      contentType: name === 'ChangeCipherSpec' ? 20 : 22,
      type: { id: bytes[0] ?? 0, name },
      epoch: 'plaintext',
      spans: [],
      raw: toHex(Uint8Array.from(bytes)),
      fields: [],
      summary: '',
      issues: [],
      at: 100 + index,
    };
  });
}

/** An established handshake unless `members` say otherwise. */
export function handshakeOf(said: readonly Said[], members: Partial<Handshake> = {}): Handshake {
  return {
    state: 'established',
    resumed: false,
    retried: false,
    messages: messagesOf(said),
    alerts: [],
    certificates: [],
    fingerprints: {},
    visibility: { level: 'full' },
    at: {},
    ...members,
  };
}

export function certificateOf(members: Partial<Certificate>): Certificate {
  return {
    subject: 'CN=a.test',
    issuer: 'CN=Some CA',
    serial: '01',
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2027-01-01T00:00:00Z',
    names: ['DNS:a.test'],
    key: 'EC P-256',
    signature: 'ecdsa-with-SHA256',
    isCa: false,
    sha1: '00'.repeat(20),
    sha256: '00'.repeat(32),
    spkiSha256: '',
    raw: '',
    ...members,
  };
}
