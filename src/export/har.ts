/**
 * Exchanges as a HAR 1.2 file (http://www.softwareishard.com/blog/har-12-spec/), entry by entry.
 *
 * What HAR has no place for stands under names of its own, as the format allows: `_tls` has the handshakes of both legs,
 * `_tlscope` what else is known of the exchange. None of it is secret but what the exchange itself says.
 */
import type { BodyFacts, HeaderPair, HttpExchange } from '../shared/exchange.ts';
import type { Connection } from '../shared/model.ts';
import { type Content, type ExchangeContent, isPseudo, textOf, urlOf, valuesOf } from './content.ts';
import { harTimings } from './har-timings.ts';
import { legsOf } from './har-tls.ts';

export interface HarSubject {
  readonly exchange: HttpExchange;
  readonly content: ExchangeContent;
  /** The connection that carried it, where it is known. */
  readonly connection?: Connection | undefined;
  /** Whether it was the first on its connection, so that making the connection counts as part of it. */
  readonly isFirst: boolean;
}

export interface HarOptions {
  /** The wall-clock moment of the capture's t = 0. */
  readonly startedAt: Date;
  /** tlscope's own. */
  readonly version: string;
  /** What the reader of the file should know; asked for at its end. */
  readonly comment?: () => string;
}

/** The file, in parts: an entry each. Holds one exchange at a time. */
export async function* harOf(subjects: AsyncIterable<HarSubject>, options: HarOptions): AsyncGenerator<string, void> {
  const creator = { name: 'tlscope', version: options.version };
  yield `{"log":{"version":"1.2","creator":${JSON.stringify(creator)},"pages":[],"entries":[`;
  let before = '\n';
  for await (const subject of subjects) {
    yield before + JSON.stringify(harEntry(subject, options.startedAt));
    before = ',\n';
  }
  const comment = options.comment?.() ?? '';
  yield `\n]${comment === '' ? '' : `,"comment":${JSON.stringify(comment)}`}}}\n`;
}

export function harEntry(subject: HarSubject, startedAt: Date): object {
  const { exchange, connection, content } = subject;
  const { started, time, timings } = harTimings(subject);
  const address = connection?.legs.server?.remote?.address;
  const legs = connection && legsOf(connection);
  const notes = [...content.request.notes, ...content.response.notes];
  return {
    startedDateTime: new Date(startedAt.getTime() + started).toISOString(),
    time,
    request: requestOf(exchange, content.request),
    response: responseOf(exchange, content.response),
    cache: {},
    timings,
    ...(address !== undefined && { serverIPAddress: address }),
    connection: String(exchange.conn),
    ...(notes.length > 0 && { comment: notes.join(' ') }),
    ...(legs && { _tls: legs }),
    _tlscope: extras(exchange, connection),
  };
}

function requestOf(exchange: HttpExchange, content: Content): object {
  const { request, protocol } = exchange;
  const headers = request.headers.filter((pair) => !isPseudo(pair));
  return {
    method: request.method,
    url: urlOf(exchange),
    httpVersion: protocol,
    cookies: requestCookies(headers),
    headers: pairs(headers),
    queryString: queryOf(request.target),
    ...(content.sent.length > 0 && { postData: postData(content, request.body) }),
    headersSize: request.headBytes,
    bodySize: request.body.wireBytes,
  };
}

/** HAR has no word for a request without an answer; browsers write status 0. */
function responseOf({ response, protocol, outcome }: HttpExchange, content: Content): object {
  const headers = (response?.headers ?? []).filter((pair) => !isPseudo(pair));
  const body = response?.body;
  const inText = textOf(content.decoded, body?.type ?? '');
  const saved = content.decoded.length - content.sent.length;
  return {
    status: response?.status ?? 0,
    statusText: response?.reason ?? '',
    httpVersion: response === undefined ? '' : protocol,
    cookies: responseCookies(headers),
    headers: pairs(headers),
    content: {
      size: content.decoded.length,
      ...(content.decoded !== content.sent && saved > 0 && { compression: saved }),
      mimeType: body?.type ?? '',
      ...(content.decoded.length > 0 &&
        (inText === undefined ? { text: base64(content.decoded), encoding: 'base64' } : { text: inText })),
      ...(content.notes.length > 0 && { comment: content.notes.join(' ') }),
    },
    redirectURL: valuesOf(headers, 'location')[0] ?? '',
    headersSize: response?.headBytes ?? -1,
    bodySize: body?.wireBytes ?? -1,
    ...(response === undefined && outcome.text !== undefined && { comment: outcome.text }),
  };
}

/** HAR has text here and no word for bytes, so ours says what they are. */
function postData(content: Content, { type }: BodyFacts): object {
  const inText = textOf(content.decoded, type);
  if (inText !== undefined) return { mimeType: type, text: inText };
  const comment = 'The body is no text: text is its base64.';
  return { mimeType: type, text: base64(content.decoded), comment, _encoding: 'base64' };
}

function extras(exchange: HttpExchange, connection: Connection | undefined): object {
  const { id, stream, scheme, authority, request, response, at, outcome, informational, issues } = exchange;
  const differs = connection?.comparison?.rows.filter(({ verdict }) => verdict === 'different');
  return {
    ...{ id, stream, scheme, authority, target: request.target, at, outcome },
    pseudoHeaders: request.headers.filter(isPseudo),
    requestBody: request.body,
    ...(request.trailers.length > 0 && { requestTrailers: request.trailers }),
    ...(response && { responseBody: response.body }),
    ...(response && response.trailers.length > 0 && { responseTrailers: response.trailers }),
    ...(informational.length > 0 && { informational }),
    ...(exchange.switchedTo !== undefined && { switchedTo: exchange.switchedTo }),
    ...(exchange.replayOf !== undefined && { replayOf: exchange.replayOf }),
    ...(issues.length > 0 && { issues }),
    ...(differs && { differs: differs.map(({ parameter }) => parameter) }),
  };
}

function pairs(headers: readonly HeaderPair[]): object[] {
  return headers.map(([name, value]) => ({ name, value }));
}

function requestCookies(headers: readonly HeaderPair[]): object[] {
  const all = valuesOf(headers, 'cookie').flatMap((value) => value.split(';'));
  return all.filter((pair) => pair.trim() !== '').map(nameAndValue);
}

/** RFC 6265 §5.2, as far as HAR has words for the attributes. */
function responseCookies(headers: readonly HeaderPair[]): object[] {
  return valuesOf(headers, 'set-cookie').map((line) => {
    const [pair = '', ...attributes] = line.split(';');
    const cookie: Record<string, unknown> = { ...nameAndValue(pair), httpOnly: false, secure: false };
    for (const { name, value } of attributes.map(nameAndValue)) {
      const lower = name.toLowerCase();
      if (lower === 'path' || lower === 'domain') cookie[lower] = value;
      else if (lower === 'httponly') cookie['httpOnly'] = true;
      else if (lower === 'secure') cookie['secure'] = true;
      else if (lower === 'expires' && Number.isFinite(Date.parse(value)))
        cookie['expires'] = new Date(value).toISOString();
    }
    return cookie;
  });
}

function nameAndValue(pair: string): { readonly name: string; readonly value: string } {
  const equals = pair.indexOf('=');
  if (equals < 0) return { name: pair.trim(), value: '' };
  return { name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim() };
}

function queryOf(target: string): object[] {
  const query = /\?([^#]*)/.exec(target)?.[1];
  return [...new URLSearchParams(query ?? '')].map(([name, value]) => ({ name, value }));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
