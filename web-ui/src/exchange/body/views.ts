/** In which ways a body can be looked at, the best first. Its bytes decide; where they leave it open, its type. */
import { graphqlRequest } from '../../../../src/wire/http/graphql.ts';
import { formParts } from './forms.ts';
import { imageFacts } from './images.ts';
import { JsonCheck } from './json-check.ts';
import { mediaType } from './media-type.ts';

export type ViewId = 'graphql' | 'json' | 'form' | 'image' | 'protobuf' | 'text' | 'bytes';

export const VIEW_NAMES: Readonly<Record<ViewId, string>> = {
  graphql: 'GraphQL',
  json: 'JSON',
  form: 'Form',
  image: 'Image',
  protobuf: 'Protobuf',
  text: 'Text',
  bytes: 'Bytes',
};

export interface ViewSubject {
  /** All of the content, or its beginning; text in UTF-8 (`inUtf8`). */
  readonly bytes: Uint8Array;
  /** Content-Type as sent. */
  readonly type: string;
  /** Of a request. */
  readonly request?: { readonly method: string; readonly target: string };
}

/** Bytes by which text is told from other bytes, and JSON from other text. */
const SAMPLE = 64 * 1024;
/** Larger messages are not read as Protocol Buffers. */
export const MAX_PROTOBUF = 1024 * 1024;

/** At least one; `bytes` is always among them. */
export function viewsOf({ bytes, type, request }: ViewSubject): ViewId[] {
  const { essence } = mediaType(type);
  const views: ViewId[] = [];
  const isText = looksLikeText(bytes, essence);
  if (request && graphqlRequest({ ...request, type, body: bytes })) views.push('graphql');
  if (isText && looksLikeJson(bytes)) views.push('json');
  if (essence === 'application/x-www-form-urlencoded' && isText) views.push('form');
  if (essence === 'multipart/form-data' && formParts(bytes, type)) views.push('form');
  if (imageFacts(bytes)) views.push('image');
  if (PROTOBUF.test(essence) && bytes.length <= MAX_PROTOBUF) views.push('protobuf');
  if (isText || TEXT.test(essence)) views.push('text', 'bytes');
  else views.push('bytes', 'text');
  return views;
}

/** Not gRPC’s own types: each of its messages stands behind a prefix, and they are listed one by one. */
const PROTOBUF = /^application\/(?:x-|vnd\.google\.)?protobuf$|^(?!application\/grpc).*\+proto(?:buf)?$/;
const TEXT =
  /^text\/|^application\/(?:.*\+)?(?:json|xml)$|^application\/(?:javascript|x-www-form-urlencoded|graphql|x-ndjson|yaml)$|^image\/svg\+xml$|^multipart\//;
/** C0 controls that no text has; tab, line ends, form feed and escape it may have. */
const BINARY = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x09 || byte === 0x0b || (byte >= 0x0e && byte < 0x20 && byte !== 0x1b) ? 1 : 0,
);

function looksLikeText(bytes: Uint8Array, essence: string): boolean {
  const sample = bytes.subarray(0, SAMPLE);
  if (/^text\/(?!event-stream)/.test(essence)) return true;
  if (sample.some((byte) => BINARY[byte] === 1)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return TEXT.test(essence);
  }
}

function looksLikeJson(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SAMPLE);
  const text = new TextDecoder().decode(sample.subarray(0, 1000)).trimStart();
  return /^[[{"]/.test(text) && new JsonCheck(sample).run(SAMPLE + 1)?.kind !== 'fault';
}

/** The text in UTF-8, whatever charset its type names; bytes that are in UTF-8, or are no text, as they are. */
export function inUtf8(bytes: Uint8Array, type: string): Uint8Array {
  const { essence, parameters } = mediaType(type);
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : '';
  const charset = TEXT.test(essence) ? mark || (parameters.get('charset') ?? '') : '';
  if (charset === '' || /^(?:utf-?8|us-ascii)$/i.test(charset)) return bytes;
  try {
    return new TextEncoder().encode(new TextDecoder(charset).decode(bytes));
  } catch {
    // No charset that this browser knows.
    return bytes;
  }
}
