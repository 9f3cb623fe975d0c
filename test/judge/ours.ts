/** What our own decoder says, in the judge's words. */
import type { Alert, Field } from '../../src/shared/model.ts';
import { readElement, readElements } from '../../src/wire/der.ts';
import { toHex } from '../../src/wire/hex.ts';
import type { WireMessage } from '../../src/wire/tls/message.ts';
import { ATTRIBUTES } from '../../src/wire/x509/oids.ts';
import { bodyOf } from '../../src/wire/x509/values.ts';
import type { Outcome } from '../wire/tls/replay.ts';
import { bytesValue, type Fact, type Said, textValue } from './facts.ts';
import { CLOSED_DATA, CLOSED_EXTENSIONS, isOursOnly, type Kind, type Row, rowOf } from './mapping.ts';

/** Messages and alerts, and where something stayed closed a line that no judge says. */
export function saidByUs(outcomes: readonly Outcome[]): Said[] {
  return outcomes.map((outcome) => {
    if (outcome.kind === 'alert') return alertSaid(outcome.alert);
    if (outcome.kind === 'message') return messageSaid(outcome.message);
    return { sender: 'client', what: `limited: ${outcome.reason}`, facts: [] };
  });
}

function alertSaid({ sender, level, description }: Alert): Said {
  return { sender, what: `alert ${level.id} ${description.id}`, facts: [] };
}

function messageSaid(message: WireMessage): Said {
  const { sender, type, bytes, fields, contentType } = message;
  if (contentType === 20) return { sender, what: type.name, facts: [] };
  // SSLv2's framing has but its length in front.
  const header = type.name.endsWith('(SSLv2)') ? 2 : HEADER;
  return { sender, what: `${type.name} ${bytes.length - header}`, facts: factsOf(fields, [], bytes) };
}

/** Type and length. */
const HEADER = 4;

function factsOf(fields: readonly Field[], above: readonly string[], bytes: Uint8Array): Fact[] {
  return fields.flatMap((field) => {
    const path = [...above, field.name];
    if (field.name === 'extension_data' && CLOSED_EXTENSIONS.has(above.at(-1)!)) return closedFacts(field);
    if (field.inner !== undefined) return compressedFacts(field);
    return [...factOf(field, path, bytes), ...factsOf(field.children ?? [], path, bytes)];
  });
}

/** The compressed bytes behind their length of three, and what is in them, which tshark counts in the decompressed bytes. */
function compressedFacts({ inner = '', children = [], range, value }: Field): Fact[] {
  const start = range[0] + 3;
  const size = range[1] - start;
  const name = 'tls.compress_certificate.compressed_certificate_message';
  const inside = factsOf(children, ['Certificate'], Buffer.from(inner, 'hex'));
  return [
    { name: `${name}.length`, offset: range[0], size: 3, value: `${size}` },
    { name, offset: start, size, value: bytesValue(String(value)) },
    ...inside.map((fact) => (COUNTED_OUTSIDE.has(fact.name) ? { ...fact, offset: fact.offset + start } : fact)),
  ];
}

/** But of these tshark says that they stand where the compressed bytes begin. */
const COUNTED_OUTSIDE: ReadonlySet<string> = new Set([
  'tls.handshake.certificate_request_context_length',
  'tls.handshake.certificates_length',
]);

function closedFacts(data: Field): Fact[] {
  const [start, end] = contents(data);
  const length: Fact = { name: 'tls.handshake.extension.len', offset: start - 2, size: 2, value: `${end - start}` };
  return start === end ? [length] : [length, { name: CLOSED_DATA, offset: start, size: end - start, value: '' }];
}

function factOf(field: Field, path: readonly string[], bytes: Uint8Array): Fact[] {
  const row = rowOf(path);
  if (row === undefined) {
    const known = field.value === undefined || isOursOnly(path) || size(contents(field)) === 0;
    return known ? [] : [{ name: `? ${path.join('/')}`, offset: field.range[0], size: size(field.range), value: '' }];
  }
  if (row.as === 'attribute') return attributeFacts(field, bytes);
  let [start, end] = contents(field);
  for (let n = 0; n < row.headers; n++) [start, end] = readElement(bytes, [start, end])?.body ?? [start, end];
  // The first octet of a BIT STRING counts unused bits.
  if (row.as === 'bits') start++;
  if (start >= end) return [];
  return [
    { name: row.judge, offset: start, size: end - start, value: valueAs(field, row, bytes.subarray(start, end)) },
  ];
}

function valueAs({ value = '' }: Field, { as }: Row, bytes: Uint8Array): string {
  return VALUES[as as keyof typeof VALUES](value, bytes);
}

type Value = NonNullable<Field['value']>;

const VALUES: Readonly<Record<Exclude<Kind, 'attribute'>, (value: Value, bytes: Uint8Array) => string>> = {
  number: String,
  bytes: (value) => bytesValue(String(value)),
  chars: (value) => textValue(Buffer.from(String(value), 'hex').toString('latin1')),
  text: (value) => textValue(String(value)),
  oid: String,
  time: String,
  flag: String,
  integer: (value) =>
    bytesValue(typeof value === 'number' ? value.toString(16) : value.toString().replace(/^(00)+/, '')),
  bits: (_value, bytes) => bytesValue(toHex(bytes)),
  address: String,
  range: () => '',
};

/** A field that begins with its own length stands behind it. */
function contents({ range, children }: Field): readonly [number, number] {
  const [first] = children ?? [];
  const hasLength = first?.name === 'length' && first.range[0] === range[0];
  return hasLength ? [first.range[1], range[1]] : range;
}

function size([start, end]: readonly [number, number]): number {
  return end - start;
}

const TYPES: ReadonlyMap<string, string> = new Map(Object.entries(ATTRIBUTES).map(([oid, [, long]]) => [long, oid]));

/** The type and the string of an attribute of a name. */
function attributeFacts({ name, value, range }: Field, bytes: Uint8Array): Fact[] {
  const attribute = readElement(bytes, range);
  const [type, string] = attribute ? readElements(bytes, attribute.body, 2) : [];
  if (!type || !string) return [];
  return [
    { name: 'x509if.oid', offset: type.body[0], size: bodyOf(bytes, type).length, value: TYPES.get(name) ?? name },
    { name: 'x509sat', offset: string.body[0], size: bodyOf(bytes, string).length, value: textValue(String(value)) },
  ];
}
