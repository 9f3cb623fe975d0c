/** One way to read a Protocol Buffers field, in a word and as text. */
import { toHex } from '../../../../src/wire/hex.ts';
import type { ProtoReading } from '../../../../src/wire/http/protobuf.ts';

/** Bytes of a value that are shown. */
const MAX_BYTES = 200;

/** @param reading as decoded, or as the API gives it: then bytes are hex already */
export function readingText(reading: ProtoReading): { readonly as: string; readonly value: string } {
  switch (reading.as) {
    case 'message':
      return { as: reading.type ?? 'message', value: `{${reading.fields.length}}` };
    case 'bytes': {
      const { value } = reading as { readonly value: Uint8Array | string };
      const hex = typeof value === 'string' ? value : toHex(value.subarray(0, MAX_BYTES));
      const isCut = typeof value !== 'string' && value.length > MAX_BYTES;
      return { as: 'bytes', value: isCut ? `${hex}…` : hex };
    }
    case 'packed':
      return { as: `packed ${reading.of}`, value: reading.values.join(' ') };
    case 'enum':
      return { as: 'enum', value: reading.name === undefined ? reading.value : `${reading.name} (${reading.value})` };
    default:
      return reading;
  }
}
