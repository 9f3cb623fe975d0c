/** Header fields taken apart: what each of them says, for a reader. Bounded, and free of exceptions. */
import type { HeaderPair } from '../../../../src/shared/exchange.ts';
import { credentials } from './credentials.ts';
import { distance, span } from './distance.ts';
import { items } from './lists.ts';

export interface Detail {
  /** Empty for an item that is only a value. */
  readonly name: string;
  readonly value: string;
  /** What it means, e.g. how far a date is from now. */
  readonly note?: string;
}

export interface ParsedField {
  readonly name: string;
  /** Text: UTF-8 where it is that, else one character a byte. */
  readonly value: string;
  /** Its parts in order; empty where it has none. */
  readonly details: readonly Detail[];
  readonly note?: string;
}

/** Characters of a value that are taken apart. */
const MAX_VALUE = 16 * 1024;
/** Parts of one value. */
const MAX_DETAILS = 200;

/** @param now ms since 1970 */
export function parsedField([name, raw]: HeaderPair, now: number): ParsedField {
  const value = decoded(raw);
  const read = READERS[name.toLowerCase()];
  const { details = [], note } = read?.(value.slice(0, MAX_VALUE), now) ?? {};
  return { name: decoded(name), value, details: details.slice(0, MAX_DETAILS), ...(note !== undefined && { note }) };
}

/** What stands behind the question mark of a target, decoded. */
export function queryOf(target: string): Detail[] {
  const mark = target.indexOf('?');
  if (mark < 0) return [];
  const query = target.slice(mark + 1, mark + 1 + MAX_VALUE).replace(/#.*$/s, '');
  return [...new URLSearchParams(query)].slice(0, MAX_DETAILS).map(([name, value]) => ({ name, value }));
}

interface Read {
  readonly details?: readonly Detail[];
  readonly note?: string;
}
type Reader = (value: string, now: number) => Read;

const date: Reader = (value, now) => {
  const at = Date.parse(value);
  return Number.isNaN(at) || !/[a-z]{3}/i.test(value) ? { note: 'no date' } : { note: distance(at, now) };
};
const seconds: Reader = (value) => (/^\d{1,12}$/.test(value) ? { note: span(Number(value)) } : {});
/** Items between commas, when there are several. */
const list: Reader = (value) => {
  const found = items(value, ',');
  return found.length < 2 ? {} : { details: found.map((item) => ({ name: '', value: item })) };
};
/** `name=value` between `separator`, spans of time in words. */
const directives =
  (separator: ',' | ';'): Reader =>
  (value) => ({ details: items(value, separator).map(directive) });
/** `text/html; q=0.8`: the first is its value. */
const typed: Reader = (value) => {
  const [, ...parameters] = items(value, ';');
  return { details: parameters.map(directive) };
};
/** Directives of `name value value` between semicolons (CSP 3 §2.2). */
const policy: Reader = (value) => ({
  details: items(value, ';').map((item) => {
    const blank = item.search(/\s/);
    return blank < 0 ? { name: item, value: '' } : { name: item.slice(0, blank), value: item.slice(blank).trim() };
  }),
});
const cookies: Reader = (value) => ({ details: items(value, ';').map(pair) });

/** RFC 6265 §5.2. */
const setCookie: Reader = (value, now) => {
  const details = items(value, ';').map((item, index): Detail => {
    const read = pair(item);
    const name = read.name.toLowerCase();
    if (index === 0) return read;
    if (name === 'expires') return { ...read, ...date(read.value, now) } as Detail;
    if (name === 'max-age') return { ...read, ...maxAge(read.value) } as Detail;
    return read;
  });
  const first = details[0]?.name.toLowerCase() ?? '';
  const has = (name: string) => details.some((each) => each.name.toLowerCase() === name);
  if (first.startsWith('__host-') && !(has('secure') && has('path') && !has('domain')))
    return { details, note: 'a __Host- cookie must be Secure, with Path=/ and no Domain: browsers refuse it' };
  if (details.some((each) => /^samesite$/i.test(each.name) && /^none$/i.test(each.value)) && !has('secure'))
    return { details, note: 'SameSite=None without Secure: browsers refuse it' };
  return { details };
};

function maxAge(value: string): Read {
  if (/^-\d{1,12}$|^0$/.test(value)) return { note: 'removes it' };
  return seconds(value, 0);
}

const retryAfter: Reader = (value, now) => (/^\d/.test(value) ? seconds(value, now) : date(value, now));

const READERS: Readonly<Record<string, Reader>> = {
  __proto__: null as never,
  authorization: credentials,
  'proxy-authorization': credentials,
  'www-authenticate': credentials,
  'proxy-authenticate': credentials,
  cookie: cookies,
  'set-cookie': setCookie,
  'cache-control': directives(','),
  pragma: directives(','),
  'strict-transport-security': directives(';'),
  'alt-svc': list,
  'content-type': typed,
  'content-disposition': typed,
  'content-security-policy': policy,
  'content-security-policy-report-only': policy,
  'permissions-policy': list,
  forwarded: list,
  ':path': (value) => ({ details: queryOf(value) }),
  date,
  expires: date,
  'last-modified': date,
  'if-modified-since': date,
  'if-unmodified-since': date,
  sunset: date,
  'retry-after': retryAfter,
  age: seconds,
  'access-control-max-age': seconds,
  accept: list,
  'accept-charset': list,
  'accept-encoding': list,
  'accept-language': list,
  'access-control-allow-headers': list,
  'access-control-allow-methods': list,
  'access-control-expose-headers': list,
  'access-control-request-headers': list,
  allow: list,
  connection: list,
  'content-encoding': list,
  link: list,
  'sec-ch-ua': list,
  'sec-websocket-extensions': list,
  'sec-websocket-protocol': list,
  'server-timing': list,
  te: list,
  'transfer-encoding': list,
  upgrade: list,
  vary: list,
  via: list,
  'x-forwarded-for': list,
};

/** Directives whose value is a number of seconds (RFC 9111 §5.2, RFC 5861, RFC 6797 §6.1.1). */
const SECONDS = /^(?:s-?max-?age|max-age|max-stale|min-fresh|stale-while-revalidate|stale-if-error)$/i;

function directive(item: string): Detail {
  const read = pair(item);
  return SECONDS.test(read.name) && /^\d{1,12}$/.test(read.value) ? { ...read, note: span(Number(read.value)) } : read;
}

function pair(item: string): Detail {
  const equals = item.indexOf('=');
  if (equals < 0) return { name: item, value: '' };
  return { name: item.slice(0, equals).trim(), value: item.slice(equals + 1).trim() };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function decoded(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a range of bytes
  if (/^[\u0000-\u007f]*$/.test(text) || /[^\u0000-\u00ff]/.test(text)) return text;
  try {
    return UTF8.decode(Uint8Array.from(text, (each) => each.charCodeAt(0)));
  } catch {
    return text;
  }
}
