/** A request as text to edit, and what was edited as the API takes it (`ReplayEdits`). */
import type { HeaderPair, HttpExchange } from '../../../../src/shared/exchange.ts';
import { originForm } from '../../../../src/shared/origin-form.ts';
import type { ReplayEdits } from '../../../../src/shared/replay.ts';

export interface Draft {
  readonly method: string;
  readonly target: string;
  /** `name: value`, one a line. */
  readonly headers: string;
  /** Undefined: as it was sent. */
  readonly body: string | undefined;
}

/** What cannot be sent like this. */
export interface Refused {
  readonly problem: string;
}

const TOKEN = /^[!#$%&'*+.^_`|~\w-]{1,100}$/;

/**
 * The request as it was, but for what cannot be a line: folded values are unfolded, lines that were no fields left out.
 * HTTP/2's :authority is shown as the Host that stands for it (RFC 9113 §8.3.1).
 */
export function draftOf({ request }: HttpExchange): Draft {
  const hasHost = request.headers.some(([name]) => name.toLowerCase() === 'host');
  const fields = request.headers.flatMap(([name, value]): HeaderPair[] => {
    if (name === ':authority' && !hasHost) return [['host', value]];
    return name === '' || name.startsWith(':') ? [] : [[name, value]];
  });
  const lines = fields.map(([name, value]) => `${name}: ${value.replace(/[ \t]*\r?\n[ \t]*/g, ' ')}`);
  return { method: request.method, target: originForm(request.target), headers: lines.join('\n'), body: undefined };
}

/** What differs from the request as it was; nothing when all is the same. */
export function editsOf(draft: Draft, from: Draft): ReplayEdits | Refused {
  const { method, target, body } = draft;
  if (!TOKEN.test(method)) return { problem: 'The method must be one word, such as GET.' };
  if (target !== from.target && !/^(?:\/[\x21-\x7e]*|\*)$/.test(target))
    return { problem: 'The target must begin with / and have no blanks; write others as %20 and the like.' };
  const headers = draft.headers === from.headers && body === undefined ? undefined : fieldsOf(draft.headers);
  if (headers !== undefined && 'problem' in headers) return headers;
  return {
    ...(method !== from.method && { method }),
    ...(target !== from.target && { target }),
    ...(headers && { headers: body === undefined ? headers : uncoded(headers) }),
    ...(body !== undefined && { body: base64(body) }),
  };
}

function fieldsOf(text: string): HeaderPair[] | Refused {
  const fields: HeaderPair[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    if (colon <= 0 || !TOKEN.test(line.slice(0, colon)))
      return { problem: `Line ${index + 1} of the header is no "name: value".` };
    fields.push([line.slice(0, colon), asBytes(line.slice(colon + 1).trim())]);
  }
  return fields;
}

/** The new body is sent as it is typed, without the coding that the old one had. */
function uncoded(fields: readonly HeaderPair[]): readonly HeaderPair[] {
  return fields.filter(([name]) => !/^content-encoding$/i.test(name));
}

/** One character a byte: as it was where it is that already, else in UTF-8. */
function asBytes(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a range of bytes
  if (/^[\u0000-\u00ff]*$/.test(value)) return value;
  return binary(value);
}

function base64(text: string): string {
  return btoa(binary(text));
}

function binary(text: string): string {
  let out = '';
  for (const byte of new TextEncoder().encode(text)) out += String.fromCharCode(byte);
  return out;
}
