/** Numbers of Protocol Buffers' wire format, as text: they may need 64 bits. */
import type { ProtoScalar } from './schema.ts';

export type NumberType = Exclude<ProtoScalar, 'string' | 'bytes'>;

export interface NumberReading {
  readonly as: NumberType;
  readonly value: string;
}

/** How many bytes each takes on the wire; a varint takes 1 to 10. */
export const SIZES: Readonly<Record<NumberType, 'varint' | 4 | 8>> = {
  int32: 'varint',
  int64: 'varint',
  uint32: 'varint',
  uint64: 'varint',
  sint32: 'varint',
  sint64: 'varint',
  bool: 'varint',
  fixed32: 4,
  sfixed32: 4,
  float: 4,
  fixed64: 8,
  sfixed64: 8,
  double: 8,
};

/** Readings of a number without a schema, the likeliest first; those that would say the same are left out. */
const GUESSES: Readonly<Record<'varint' | 4 | 8, readonly NumberType[]>> = {
  varint: ['uint64', 'int64', 'sint64', 'bool'],
  4: ['fixed32', 'sfixed32', 'float'],
  8: ['fixed64', 'sfixed64', 'double'],
};

export interface Varint {
  readonly value: bigint;
  readonly end: number;
}

/** The varint at `at`, ending before `end`; undefined when it does not end there or within ten bytes. */
export function readVarint(bytes: Uint8Array, at: number, end: number): Varint | undefined {
  const last = Math.min(end, at + 10);
  let low = 0;
  let high = 0n;
  for (let i = at; i < last; i++) {
    const byte = bytes[i]!;
    const bits = byte & 0x7f;
    const n = i - at;
    if (n < 7) low += bits * 2 ** (7 * n);
    else high |= BigInt(bits) << BigInt(7 * n);
    if (byte < 0x80) return { value: n < 7 ? BigInt(low) : BigInt.asUintN(64, high | BigInt(low)), end: i + 1 };
  }
  return undefined;
}

/** The raw bits of a number of `size` at `at`. */
export function readBits(bytes: Uint8Array, at: number, size: 4 | 8): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, size);
  return size === 4 ? BigInt(view.getUint32(0, true)) : view.getBigUint64(0, true);
}

export function numberAs(type: NumberType, bits: bigint): string {
  switch (type) {
    case 'int32':
    case 'sfixed32':
      return String(BigInt.asIntN(32, bits));
    case 'int64':
    case 'sfixed64':
      return String(BigInt.asIntN(64, bits));
    case 'uint32':
    case 'fixed32':
      return String(BigInt.asUintN(32, bits));
    case 'uint64':
    case 'fixed64':
      return String(bits);
    case 'sint32':
    case 'sint64':
      return String((bits >> 1n) ^ -(bits & 1n));
    case 'bool':
      return String(bits !== 0n);
    case 'float':
    case 'double':
      return floatText(type, bits);
  }
}

export function numberGuesses(size: 'varint' | 4 | 8, bits: bigint): NumberReading[] {
  const readings: NumberReading[] = [];
  for (const as of GUESSES[size]) {
    if (as === 'bool' && bits > 1n) continue;
    const value = numberAs(as, bits);
    if (readings.every((reading) => reading.value !== value)) readings.push({ as, value });
  }
  return readings;
}

const SCRATCH = new DataView(new ArrayBuffer(8));

function floatText(type: 'float' | 'double', bits: bigint): string {
  if (type === 'double') {
    SCRATCH.setBigUint64(0, bits);
    return String(SCRATCH.getFloat64(0));
  }
  SCRATCH.setUint32(0, Number(BigInt.asUintN(32, bits)));
  // As many digits as tell one float from the next.
  return String(Number(SCRATCH.getFloat32(0).toPrecision(8)));
}
