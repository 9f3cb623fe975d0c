/**
 * Protocol Buffers' wire format: fields by number, each with what it may be; by name and type where a schema knows it.
 *
 * The format does not tell strings from bytes, messages and packed lists, nor signed numbers from others. Each reading
 * that the bytes allow is given, the likeliest first. Source: protobuf.dev, "Encoding".
 */
import type { Issue } from '../../shared/model.ts';
import { type NumberType, numberAs, numberGuesses, readBits, readVarint, SIZES } from './protobuf/numbers.ts';
import type { ProtoSchema, ProtoSchemaField } from './protobuf/schema.ts';

export type { ProtoScalar, ProtoSchema, ProtoSchemaField } from './protobuf/schema.ts';

/** One way to read a field. Numbers are text: they may need 64 bits. */
export type ProtoReading =
  | { readonly as: NumberType; readonly value: string }
  | { readonly as: 'string'; readonly value: string }
  | { readonly as: 'bytes'; readonly value: Uint8Array }
  /** `type` is its full name, where the schema told it; `issue` what was wrong inside. */
  | { readonly as: 'message'; readonly type?: string; readonly fields: readonly ProtoField[]; readonly issue?: Issue }
  /** `names`, of an enum alone: one for each value, null where the schema has none. */
  | {
      readonly as: 'packed';
      readonly of: NumberType | 'enum';
      readonly values: readonly string[];
      readonly names?: readonly (string | null)[];
    }
  /** `name` is absent for a value that the schema does not name. */
  | { readonly as: 'enum'; readonly value: string; readonly name?: string };

export interface ProtoField {
  readonly number: number;
  /** From the schema. */
  readonly name?: string;
  readonly wireType: 'varint' | 'i64' | 'len' | 'group' | 'i32';
  /** Tag included, in the bytes of the outermost message. */
  readonly range: readonly [start: number, end: number];
  /** At least one; exactly one when the schema knows the field and the bytes fit it. */
  readonly readings: readonly ProtoReading[];
  readonly issue?: Issue;
}

export interface ProtoMessage {
  readonly fields: readonly ProtoField[];
  readonly issues: readonly Issue[];
}

export interface ProtoOptions {
  readonly schema?: ProtoSchema;
  /** Full name of the message in `schema`. */
  readonly type?: string;
  /** Messages within messages; default 32. */
  readonly maxDepth?: number;
  /** Fields in all, those that were read on trial included; default 50,000. */
  readonly maxFields?: number;
}

const MAX_DEPTH = 32;
const MAX_FIELDS = 50_000;
/** Numbers of a packed list that are tried without a schema. */
const MAX_TRIED = 1000;
const MAX_NUMBER = 2n ** 29n - 1n;
const END_GROUP = 4;
const WIRE_TYPES: Readonly<Record<number, ProtoField['wireType']>> = {
  0: 'varint',
  1: 'i64',
  2: 'len',
  3: 'group',
  5: 'i32',
};

/** Never throws. What is whole before a fault or a cut is given, with an issue that says where it was. */
export function decodeProtobuf(bytes: Uint8Array, options: ProtoOptions = {}): ProtoMessage {
  const { fields, fault } = new Decoder(bytes, options).message(0, bytes.length, 0, options.type);
  return { fields, issues: fault === undefined ? [] : [{ severity: 'warning', text: fault }] };
}

interface Section {
  readonly fields: ProtoField[];
  readonly end: number;
  readonly fault?: string;
}

class Decoder {
  readonly #bytes: Uint8Array;
  readonly #schema: ProtoSchema | undefined;
  readonly #maxDepth: number;
  #left: number;

  constructor(bytes: Uint8Array, { schema, maxDepth = MAX_DEPTH, maxFields = MAX_FIELDS }: ProtoOptions) {
    this.#bytes = bytes;
    this.#schema = schema;
    this.#maxDepth = maxDepth;
    this.#left = maxFields;
  }

  /** @param group number of the group whose end is looked for */
  message(start: number, end: number, depth: number, type: string | undefined, group?: number): Section {
    const fields: ProtoField[] = [];
    let at = start;
    while (at < end) {
      const stop = (why: string): Section => ({ fields, end: at, fault: `at byte ${at}: ${why}` });
      if (this.#left-- <= 0) return stop('more fields than are shown');
      const tag = readVarint(this.#bytes, at, end);
      if (!tag) return stop('a tag is cut or too long');
      const number = Number(tag.value >> 3n);
      const wire = Number(tag.value & 7n);
      if (tag.value >> 3n > MAX_NUMBER || number === 0) return stop('a field number is out of range');
      if (wire === END_GROUP)
        return number === group ? { fields, end: tag.end } : stop(`field ${number} ends a group that did not begin`);
      const wireType = WIRE_TYPES[wire];
      if (wireType === undefined) return stop(`wire type ${wire} does not exist`);
      const known = type === undefined ? undefined : this.#schema?.field(type, number);
      const value = this.#value(wireType, tag.end, end, depth, number, known);
      if (typeof value === 'string') return stop(`field ${number}: ${value}`);
      if ('fault' in value) return { fields, end: at, fault: value.fault };
      const { readings, issue } = value;
      fields.push({
        number,
        ...(known ? { name: known.name } : {}),
        wireType,
        range: [at, value.end],
        readings,
        ...(issue === undefined ? {} : { issue: { severity: 'warning', text: issue } }),
      });
      at = value.end;
    }
    return group === undefined
      ? { fields, end: at }
      : { fields, end: at, fault: `at byte ${at}: group ${group} has no end` };
  }

  #value(
    wireType: ProtoField['wireType'],
    at: number,
    end: number,
    depth: number,
    number: number,
    known: ProtoSchemaField | undefined,
  ): { readings: ProtoReading[]; end: number; issue?: string } | { fault: string } | string {
    if (wireType === 'group') return this.#group(at, end, depth, number, known);
    if (wireType === 'len') {
      const length = readVarint(this.#bytes, at, end);
      if (!length || length.value > BigInt(end - length.end)) return 'it is cut, or its length is wrong';
      const stop = length.end + Number(length.value);
      const certain = known && this.#known(known, length.end, stop, depth);
      if (certain) return { readings: [certain], end: stop };
      return { readings: this.#guesses(length.end, stop, depth), end: stop, ...misfit(known) };
    }
    const size = wireType === 'varint' ? 'varint' : wireType === 'i32' ? 4 : 8;
    const read = this.#number(size, at, end);
    if (!read) return 'it is cut';
    const certain = known && this.#knownNumber(known, size, read.value);
    return certain
      ? { readings: [certain], end: read.end }
      : { readings: numberGuesses(size, read.value), end: read.end, ...misfit(known) };
  }

  #group(at: number, end: number, depth: number, number: number, known: ProtoSchemaField | undefined) {
    if (depth >= this.#maxDepth) return 'messages are nested deeper than is shown';
    const type = known?.type.kind === 'message' ? known.type.name : undefined;
    const { fields, end: stop, fault } = this.message(at, end, depth + 1, type, number);
    if (fault !== undefined) return { fault };
    return { readings: [{ as: 'message' as const, ...(type === undefined ? {} : { type }), fields }], end: stop };
  }

  #number(size: 'varint' | 4 | 8, at: number, end: number): { value: bigint; end: number } | undefined {
    if (size === 'varint') return readVarint(this.#bytes, at, end);
    return at + size > end ? undefined : { value: readBits(this.#bytes, at, size), end: at + size };
  }

  #knownNumber({ type }: ProtoSchemaField, size: 'varint' | 4 | 8, value: bigint): ProtoReading | undefined {
    if (type.kind === 'enum' && size === 'varint') {
      const number = numberAs('int32', value);
      const name = this.#schema?.enumValue(type.name, Number(number));
      return { as: 'enum', value: number, ...(name === undefined ? {} : { name }) };
    }
    if (type.kind !== 'scalar' || type.scalar === 'string' || type.scalar === 'bytes') return undefined;
    return SIZES[type.scalar] === size ? { as: type.scalar, value: numberAs(type.scalar, value) } : undefined;
  }

  #known({ type }: ProtoSchemaField, start: number, end: number, depth: number): ProtoReading | undefined {
    if (type.kind === 'message') {
      if (depth >= this.#maxDepth) return undefined;
      const { fields, fault } = this.message(start, end, depth + 1, type.name);
      return {
        as: 'message',
        type: type.name,
        fields,
        ...(fault === undefined ? {} : { issue: { severity: 'warning', text: fault } }),
      };
    }
    const scalar = type.kind === 'scalar' ? type.scalar : 'int32';
    const bytes = this.#bytes.subarray(start, end);
    if (scalar === 'bytes') return { as: 'bytes', value: bytes };
    if (scalar === 'string') return { as: 'string', value: LENIENT.decode(bytes) };
    const values = this.#packed(scalar, start, end, this.#left);
    if (!values || type.kind === 'scalar') return values && { as: 'packed', of: scalar, values };
    const names = values.map((value) => this.#schema?.enumValue(type.name, Number(value)) ?? null);
    return { as: 'packed', of: 'enum', values, names };
  }

  /** The numbers that fill the range exactly, and are no more than `most`. */
  #packed(type: NumberType, start: number, end: number, most: number): string[] | undefined {
    const values: string[] = [];
    for (let at = start; at < end; ) {
      const read = values.length < most ? this.#number(SIZES[type], at, end) : undefined;
      if (!read) return undefined;
      values.push(numberAs(type, read.value));
      at = read.end;
    }
    this.#left -= values.length;
    return values;
  }

  #guesses(start: number, end: number, depth: number): ProtoReading[] {
    const bytes = this.#bytes.subarray(start, end);
    const readings: ProtoReading[] = [];
    const text = plainText(bytes);
    // Line ends are the tags of what comes in field 1, so that text with them may well be a message.
    const surely = text !== undefined && !/[\t\n\r]/.test(text);
    if (surely) readings.push({ as: 'string', value: text });
    if (end > start && depth < this.#maxDepth) {
      const { fields, fault } = this.message(start, end, depth + 1, undefined);
      if (fault === undefined) readings.push({ as: 'message', fields });
    }
    if (text !== undefined && !surely) readings.push({ as: 'string', value: text });
    if (end - start > 1) {
      for (const type of ['uint64', 'fixed32', 'fixed64'] as const) {
        const values = this.#packed(type, start, end, Math.min(MAX_TRIED, this.#left));
        if (values) readings.push({ as: 'packed', of: type, values });
      }
    }
    readings.push({ as: 'bytes', value: bytes });
    return readings;
  }
}

function misfit(known: ProtoSchemaField | undefined): { issue?: string } {
  return known ? { issue: `it does not fit the type that the schema has for ${known.name}` } : {};
}

const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true });
const STRICT = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** UTF-8 without control characters but tabs and line ends; undefined when it is not. */
function plainText(bytes: Uint8Array): string | undefined {
  for (const byte of bytes)
    if ((byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 0x7f) return undefined;
  try {
    return STRICT.decode(bytes);
  } catch {
    return undefined;
  }
}
