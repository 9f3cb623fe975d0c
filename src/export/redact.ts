/**
 * What is masked before an exchange is shared. Only the copy that is exported is masked, never the record.
 *
 * Names stay, values go: that a cookie `session` was sent is worth telling, what it said is not. A masked value is one
 * word whatever it was, so that its length tells nothing.
 */
import type { HeaderPair, HttpExchange } from '../shared/exchange.ts';
import { type ExchangeContent, isPseudo } from './content.ts';
import { type MaskedContent, maskContent } from './redact-content.ts';
import { MASK, maskKeys, maskUserInfo } from './redact-text.ts';

/** Names are in lower case. */
export interface RedactionRules {
  /** The values in Cookie and Set-Cookie. */
  readonly cookies: boolean;
  /** Authorization and its like, and `user:password@` in URLs. */
  readonly authorization: boolean;
  /** Fields whose whole value goes. */
  readonly headers: ReadonlySet<string>;
  /** Keys of queries, wherever there is a URL: the target, Referer, Location, … */
  readonly query: ReadonlySet<string>;
  /** Keys in bodies that are forms or JSON. */
  readonly fields: ReadonlySet<string>;
}

/** Where something may have been masked. The heads of informational responses are `early`. */
export const PLACES = [
  'request',
  'request-trailers',
  'request-body',
  'early',
  'response',
  'response-trailers',
  'response-body',
] as const;
export type Place = (typeof PLACES)[number];

export interface Redacted {
  readonly exchange: HttpExchange;
  readonly content: ExchangeContent;
  /** Values that were masked in these places; what HTTP/2 says in a pseudo-header field too counts once. */
  masked(places?: readonly Place[]): number;
}

/**
 * Reads `cookies,authorization,header:x-api-key,query:token,field:password`.
 * @returns undefined for a word that is none of these
 */
export function parseRedaction(text: string): RedactionRules | undefined {
  const rules = { cookies: false, authorization: false };
  const named = { header: new Set<string>(), query: new Set<string>(), field: new Set<string>() };
  for (const word of text.split(',').map((each) => each.trim())) {
    const [, kind, name] = /^(header|query|field):(.+)$/.exec(word) ?? [];
    if (kind !== undefined) named[kind as keyof typeof named].add(name!.toLowerCase());
    else if (word === 'cookies' || word === 'authorization') rules[word] = true;
    else if (word !== '') return undefined;
  }
  return { ...rules, headers: named.header, query: named.query, fields: named.field };
}

/** A masked copy; the exchange and the content stay as they are. */
export function redact(exchange: HttpExchange, content: ExchangeContent, rules: RedactionRules): Redacted {
  const counts = new Map<Place, number>();
  const count =
    (place: Place) =>
    <T>([value, times]: readonly [T, number]): T => {
      counts.set(place, (counts.get(place) ?? 0) + times);
      return value;
    };
  const fields = (headers: readonly HeaderPair[], place: Place) =>
    headers.map((pair) => {
      const [masked, times] = maskHeader(pair, rules);
      return count(place)([masked, isPseudo(pair) ? 0 : times]);
    });
  const { request, response } = exchange;
  const ofRequest = maskContent(content.request, request.body, rules.fields);
  const ofResponse = maskContent(content.response, response?.body, rules.fields);
  counts.set('request-body', ofRequest.masked).set('response-body', ofResponse.masked);
  // The coding went with the bytes it was of, and their length is another.
  const fitted = (headers: readonly HeaderPair[], { rewritten, content: { sent } }: MaskedContent) =>
    !rewritten
      ? headers
      : headers
          .filter(([name]) => name.toLowerCase() !== 'content-encoding')
          .map(([name, value]): HeaderPair => [name, /^content-length$/i.test(name) ? `${sent.length}` : value]);
  const [authority, inAuthority] = url(exchange.authority, rules);
  const saysHost = request.headers.some(([name]) => name.toLowerCase() === 'host');
  const copy: HttpExchange = {
    ...exchange,
    authority: count('request')([authority, saysHost ? 0 : inAuthority]),
    request: {
      ...request,
      target: count('request')(url(request.target, rules)),
      headers: fields(fitted(request.headers, ofRequest), 'request'),
      trailers: fields(request.trailers, 'request-trailers'),
      body: ofRequest.rewritten ? { ...request.body, encoding: '' } : request.body,
    },
    ...(response && {
      response: {
        ...response,
        headers: fields(fitted(response.headers, ofResponse), 'response'),
        trailers: fields(response.trailers, 'response-trailers'),
        body: ofResponse.rewritten ? { ...response.body, encoding: '' } : response.body,
      },
    }),
    informational: exchange.informational.map((early) => ({ ...early, headers: fields(early.headers, 'early') })),
  };
  return {
    exchange: copy,
    content: { request: ofRequest.content, response: ofResponse.content },
    masked: (places = PLACES) => places.reduce((sum, place) => sum + (counts.get(place) ?? 0), 0),
  };
}

/** Fields that hold credentials. */
const CREDENTIALS = new Set([
  'authorization',
  'proxy-authorization',
  'authentication-info',
  'proxy-authentication-info',
]);

/** Fields that hold URLs, pseudo-header fields among them. */
const URLS = new Set([':path', ':authority', 'host', 'referer', 'location', 'content-location', 'link', 'refresh']);

function maskHeader([name, value]: HeaderPair, rules: RedactionRules): readonly [HeaderPair, number] {
  const lower = name.toLowerCase();
  if (rules.headers.has(lower)) return [[name, MASK], 1];
  if (rules.authorization && CREDENTIALS.has(lower)) {
    // The scheme (RFC 9110 §11.4) is no secret, where there is one.
    const scheme = lower.endsWith('authorization') ? /^\s*([\w-]+)\s+\S/.exec(value)?.[1] : undefined;
    return [[name, scheme === undefined ? MASK : `${scheme} ${MASK}`], 1];
  }
  if (rules.cookies && lower === 'cookie') {
    let masked = 0;
    const pairs = value.split(';').map((pair) => {
      if (pair.trim() === '') return pair;
      masked++;
      const equals = pair.indexOf('=');
      return equals < 0 ? ` ${MASK}` : `${pair.slice(0, equals + 1)}${MASK}`;
    });
    return [[name, pairs.join(';').trim()], masked];
  }
  if (rules.cookies && lower === 'set-cookie') {
    const semicolon = value.indexOf(';');
    const pair = semicolon < 0 ? value : value.slice(0, semicolon);
    const attributes = semicolon < 0 ? '' : value.slice(semicolon);
    const equals = pair.indexOf('=');
    return [[name, `${equals < 0 ? '' : pair.slice(0, equals + 1)}${MASK}${attributes}`], 1];
  }
  if (!URLS.has(lower)) return [[name, value], 0];
  // There the URL is not all of it.
  const [masked, times] = url(value, rules, lower === 'link' || lower === 'refresh' ? /[>"\s]/ : undefined);
  return [[name, masked], times];
}

function url(text: string, { query, authorization }: RedactionRules, after?: RegExp): readonly [string, number] {
  const [keyed, keys] = maskKeys(text, query, /[?&#;]/, after);
  const [bare, users] = authorization ? maskUserInfo(keyed) : [keyed, 0];
  return [bare, keys + users];
}
