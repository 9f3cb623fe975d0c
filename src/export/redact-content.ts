/**
 * Masks fields in bodies: forms (urlencoded and multipart) and JSON.
 *
 * A body that says it is one of these and cannot be read as such, as a body that is not kept to its end, is left out whole:
 * nobody could say what is in it.
 */
import type { BodyFacts } from '../shared/exchange.ts';
import { type Content, essence } from './content.ts';
import { MASK, maskKeys } from './redact-text.ts';

export interface MaskedContent {
  readonly content: Content;
  readonly masked: number;
  /** `sent` is no longer what was sent, but its decoded form, masked. */
  readonly rewritten: boolean;
}

/** @param fields keys whose values go, in lower case */
export function maskContent(
  content: Content,
  facts: BodyFacts | undefined,
  fields: ReadonlySet<string>,
): MaskedContent {
  const asItIs = { content, masked: 0, rewritten: false };
  if (fields.size === 0 || content.decoded.length === 0 || facts === undefined) return asItIs;
  const mask = maskOf(facts.type) ?? (looksLikeJson(content.decoded) ? maskJson : undefined);
  if (mask === undefined) return asItIs;
  const isWhole = facts.kept >= facts.size && content.notes.length === 0;
  const result = isWhole ? mask(Buffer.from(content.decoded), fields) : undefined;
  if (result === undefined) {
    const notes = [...content.notes, 'The body is left out, as it cannot be read whole to be masked.'];
    return { content: { sent: new Uint8Array(), decoded: new Uint8Array(), notes }, masked: 1, rewritten: true };
  }
  const [bytes, masked] = result;
  return masked === 0
    ? asItIs
    : { content: { sent: bytes, decoded: bytes, notes: content.notes }, masked, rewritten: true };
}

/** As beacons send it under the name of text. */
function looksLikeJson(bytes: Uint8Array): boolean {
  return /^\s*[{[]/.test(Buffer.from(bytes.subarray(0, 64)).toString('latin1'));
}

type Mask = (bytes: Buffer, fields: ReadonlySet<string>) => readonly [Uint8Array, number] | undefined;

function maskOf(type: string): Mask | undefined {
  const kind = essence(type);
  if (kind === 'application/x-www-form-urlencoded') return maskForm;
  if (kind === 'multipart/form-data') return (bytes, fields) => maskMultipart(bytes, fields, type);
  return /^(?:application|text)\/(?:.*\+)?json$/.test(kind) ? maskJson : undefined;
}

function maskForm(bytes: Buffer, fields: ReadonlySet<string>): readonly [Uint8Array, number] {
  const [text, masked] = maskKeys(bytes.toString('latin1'), fields, /&/);
  return [Buffer.from(text, 'latin1'), masked];
}

/** Numbers keep their digits; white space does not stay. */
function maskJson(bytes: Buffer, fields: ReadonlySet<string>): readonly [Uint8Array, number] | undefined {
  let masked = 0;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text, (key, inner: unknown, context?: { source?: string }) => {
      if (fields.has(key.toLowerCase())) {
        masked++;
        return MASK;
      }
      return typeof inner === 'number' && context?.source !== undefined ? rawJson(context.source) : inner;
    });
    return [Buffer.from(JSON.stringify(value)), masked];
  } catch {
    return undefined;
  }
}

/** ECMAScript's JSON.rawJSON, which the compiler's library does not know yet. */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };

/** RFC 7578: the content of each part with the name goes, its head stays. */
function maskMultipart(
  bytes: Buffer,
  fields: ReadonlySet<string>,
  type: string,
): readonly [Uint8Array, number] | undefined {
  const [, quoted, plain] = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/i.exec(type) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return undefined;
  const delimiter = `--${boundary}`;
  const parts = bytes.toString('latin1').split(delimiter);
  let masked = 0;
  const out = parts.map((part, i) => {
    const headEnd = part.indexOf('\r\n\r\n');
    if (i === 0 || headEnd < 0) return part;
    const [, inQuotes, bare] = /;\s*name\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i.exec(part.slice(0, headEnd)) ?? [];
    const name = (inQuotes ?? bare)?.replace(/\\(.)/g, '$1');
    if (name === undefined || !fields.has(Buffer.from(name, 'latin1').toString('utf8').toLowerCase())) return part;
    masked++;
    return `${part.slice(0, headEnd + 4)}${MASK}\r\n`;
  });
  // A part without a blank line could be anything.
  if (parts.length < 2) return undefined;
  return [Buffer.from(out.join(delimiter), 'latin1'), masked];
}
