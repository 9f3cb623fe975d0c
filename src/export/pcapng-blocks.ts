/**
 * The blocks of a pcapng file (draft-ietf-opsawg-pcapng), as bytes in little-endian order.
 *
 *     [ type | total length | body, padded to 4 | options | total length ]
 */
export interface Option {
  readonly code: number;
  readonly value: string | Uint8Array;
}

/** Option codes, by the names of the specification. */
export const OPTION = {
  comment: 1,
  shb_userappl: 4,
  if_name: 2,
  if_description: 3,
  if_tsresol: 9,
  epb_flags: 2,
} as const;

/** Packets begin with an IP header of either version. */
export const LINKTYPE_RAW = 101;

/** The secrets are lines of an NSS key log. */
export const TLS_KEY_LOG = 0x544c_534b;

const TYPE = { section: 0x0a0d_0d0a, interface: 1, enhancedPacket: 6, decryptionSecrets: 10 } as const;

export function sectionHeader(options: readonly Option[]): Uint8Array {
  const body = new DataView(new ArrayBuffer(16));
  body.setUint32(0, 0x1a2b_3c4d, true);
  body.setUint16(4, 1, true);
  body.setUint16(6, 0, true);
  // The section's length is not known before it is written.
  body.setBigInt64(8, -1n, true);
  return block(TYPE.section, body, options);
}

export function interfaceDescription(linkType: number, options: readonly Option[]): Uint8Array {
  const body = new DataView(new ArrayBuffer(8));
  body.setUint16(0, linkType, true);
  return block(TYPE.interface, body, options);
}

export function decryptionSecrets(secretsType: number, secrets: Uint8Array): Uint8Array {
  const body = new DataView(new ArrayBuffer(padded(8 + secrets.length)));
  body.setUint32(0, secretsType, true);
  body.setUint32(4, secrets.length, true);
  new Uint8Array(body.buffer).set(secrets, 8);
  return block(TYPE.decryptionSecrets, body, []);
}

/** @param time in units of the interface's if_tsresol */
export function enhancedPacket(
  interfaceId: number,
  time: number,
  packet: Uint8Array,
  options: readonly Option[],
): Uint8Array {
  const body = new DataView(new ArrayBuffer(padded(20 + packet.length)));
  body.setUint32(0, interfaceId, true);
  body.setUint32(4, Math.floor(time / 2 ** 32), true);
  body.setUint32(8, time % 2 ** 32, true);
  body.setUint32(12, packet.length, true);
  body.setUint32(16, packet.length, true);
  new Uint8Array(body.buffer).set(packet, 20);
  return block(TYPE.enhancedPacket, body, options);
}

function block(type: number, body: DataView<ArrayBuffer>, options: readonly Option[]): Uint8Array {
  const encoded = options.map(({ code, value }) => ({ code, bytes: typeof value === 'string' ? utf8(value) : value }));
  const optionsLength = encoded.reduce((length, { bytes }) => length + 4 + padded(bytes.length), 0);
  const total = 12 + body.byteLength + (optionsLength === 0 ? 0 : optionsLength + 4);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, total, true);
  bytes.set(new Uint8Array(body.buffer), 8);
  let position = 8 + body.byteLength;
  for (const { code, bytes: value } of encoded) {
    view.setUint16(position, code, true);
    view.setUint16(position + 2, value.length, true);
    bytes.set(value, position + 4);
    position += 4 + padded(value.length);
  }
  view.setUint32(total - 4, total, true);
  return bytes;
}

/** Option values have a length of 16 bits. */
function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text.slice(0, 20_000));
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
