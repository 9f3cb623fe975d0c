/** Heads and bodies as the text that is searched. */
import type { BodyFacts, HeaderPair, HttpExchange, HttpResponse } from '../../shared/exchange.ts';
import { decodeContent } from '../content-coding.ts';

/** Bytes of a body that are searched, as sent and as decoded. */
export const MAX_SEARCHED = 256 * 1024;

/** Media types that hold no words. Whatever else is no UTF-8 is left out too. */
const BINARY =
  /^(?:image\/(?!svg)|audio\/|video\/|font\/|application\/(?:grpc|zip|gzip|pdf|wasm|protobuf|x-protobuf))/i;
const LENIENT = new TextDecoder();

export function requestHead({ scheme, authority, request }: HttpExchange): string {
  const target = request.target.startsWith('/') ? `${scheme}://${authority}${request.target}` : request.target;
  return [`${request.method} ${asText(target)}`, ...fields(request.headers)].join('\n');
}

export function responseHead({ status, reason = '', headers }: HttpResponse): string {
  return [`${status} ${asText(reason)}`, ...fields(headers)].join('\n');
}

function fields(headers: readonly HeaderPair[]): string[] {
  return headers.map(([name, value]) => asText(`${name}: ${value}`));
}

/** The text of a body, its content coding taken off; undefined when it is none. Never rejects for what the content is. */
export async function bodyText(sent: Uint8Array, { type, encoding }: BodyFacts): Promise<string | undefined> {
  if (sent.length === 0 || BINARY.test(type)) return undefined;
  const bytes = encoding === '' ? sent : (await decodeContent(once(sent), encoding, MAX_SEARCHED))?.bytes;
  if (bytes === undefined || bytes.length === 0) return undefined;
  const charset = /;\s*charset="?([\w.:-]{1,40})/i.exec(type)?.[1];
  const decoder = decoderOf(charset);
  try {
    // It may end within a character, as it is cut at a bound.
    const text = decoder.decode(bytes, { stream: true });
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** One that throws where the content is not what its type says, or, when that says nothing, no UTF-8. */
function decoderOf(charset = 'utf-8'): TextDecoder {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return new TextDecoder('utf-8', { fatal: true });
  }
}

/** Fields come as one character a byte; most that is not ASCII among them is UTF-8. */
function asText(field: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is meant
  if (/^[\x00-\x7f]*$/.test(field)) return field;
  const text = LENIENT.decode(Buffer.from(field, 'latin1'));
  return text.includes('\ufffd') ? field : text;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
