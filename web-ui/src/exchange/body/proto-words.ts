/** Protocol Buffers in words: one reading of a field, and a message in a line. */
import { toHex } from '../../../../src/wire/hex.ts';
import type { ProtoField, ProtoReading } from '../../../../src/wire/http/protobuf.ts';

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

/** Fields by name or number with their likeliest readings, e.g. `1: "Ada", 3: {2: 7}`; no more than `max` characters. */
export function fieldsLine(fields: readonly ProtoField[], max: number): string {
  let line = '';
  for (const { name, number, readings } of fields) {
    if (line.length >= max) break;
    const [best] = readings;
    line += `${line === '' ? '' : ', '}${name ?? number}: `;
    line += best ? valueText(best, max - line.length) : '?';
  }
  return line.slice(0, Math.max(0, max));
}

function valueText(reading: ProtoReading, max: number): string {
  if (reading.as === 'message') return `{${fieldsLine(reading.fields, max)}}`;
  if (reading.as === 'string') return JSON.stringify(reading.value.slice(0, Math.max(0, max)));
  const { value } = readingText(reading);
  return reading.as === 'packed' ? `[${value}]` : value;
}
