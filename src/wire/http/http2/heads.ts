/** Header lists as heads of requests and responses (RFC 9113 §8.2, §8.3), with what is malformed about them. */
import type { HeaderPair } from '../../../shared/exchange.ts';
import type { Issue } from '../../../shared/model.ts';
import { printable } from '../../x509/printable.ts';
import type { HeaderList } from '../hpack/decoder.ts';
import type { RequestHead, ResponseHead } from '../observer.ts';

/** Issues of one head; more of them say nothing new. */
const MAX_ISSUES = 20;

/** A head and what of its fields matters to the framing. */
export interface Read<Head> {
  readonly head: Head;
  /** `:protocol` (RFC 8441 §4). */
  readonly protocol: string | undefined;
  readonly contentLength: number | undefined;
}

/**
 * Reads the heads of one direction. One whose list is that of the head before (see `HpackDecoder`), in as many bytes, is
 * the same object, as is most of what is kept of it.
 */
export class HeadReader<Head> {
  readonly #read: (list: HeaderList, wireBytes: number) => Read<Head>;
  #pairs: readonly HeaderPair[] | undefined;
  #wireBytes = 0;
  #last: Read<Head> | undefined;

  constructor(read: (list: HeaderList, wireBytes: number) => Read<Head>) {
    this.#read = read;
  }

  read(list: HeaderList, wireBytes: number): Read<Head> {
    const isPlain = list.left === 0 && list.neverIndexed === undefined;
    if (!isPlain) return this.#read(list, wireBytes);
    if (this.#last !== undefined && list.pairs === this.#pairs && wireBytes === this.#wireBytes) return this.#last;
    this.#pairs = list.pairs;
    this.#wireBytes = wireBytes;
    this.#last = this.#read(list, wireBytes);
    return this.#last;
  }
}

type Mutable<T> = { -readonly [Member in keyof T]: T[Member] };

type PseudoName = keyof typeof REQUEST_PSEUDO | keyof typeof RESPONSE_PSEUDO;
const REQUEST_PSEUDO = { ':method': 1, ':scheme': 1, ':authority': 1, ':path': 1, ':protocol': 1 } as const;
const RESPONSE_PSEUDO = { ':status': 1 } as const;

export function readRequest(list: HeaderList, wireBytes: number): Read<RequestHead> {
  const { pseudo, host, contentLength, issues } = readFields(list, REQUEST_PSEUDO);
  const method = pseudo[':method'];
  const protocol = pseudo[':protocol'];
  const isTunnel = method === 'CONNECT' && protocol === undefined;
  for (const name of [':method', ':scheme', ':path'] as const) {
    const present = pseudo[name] !== undefined;
    if (isTunnel && name !== ':method') {
      if (present) report(issues, 'error', `CONNECT with ${name} (RFC 9113 §8.5)`);
    } else if (!present) report(issues, 'error', `${name} is missing (RFC 9113 §8.3.1)`);
  }
  if (pseudo[':path'] === '') report(issues, 'error', ':path is empty (RFC 9113 §8.3.1)');
  if (protocol !== undefined && method !== 'CONNECT')
    report(issues, 'error', ':protocol without CONNECT (RFC 8441 §4)');
  const authority = pseudo[':authority'];
  if (authority !== undefined && host !== undefined && authority !== host)
    report(issues, 'warning', ':authority and host differ (RFC 9113 §8.3.1)');
  const named = authority ?? host;
  const scheme = pseudo[':scheme'];
  const head: Mutable<RequestHead> = {
    version: 'HTTP/2',
    method: method ?? '',
    target: pseudo[':path'] ?? '',
    headers: list.pairs,
    wireBytes,
    issues,
  };
  if (scheme !== undefined) head.scheme = scheme;
  if (named !== undefined) head.authority = named;
  if (list.neverIndexed !== undefined) head.neverIndexed = list.neverIndexed;
  return { head, protocol, contentLength };
}

/** The status is 0 when there is none that is a number. */
export function readResponse(list: HeaderList, wireBytes: number): Read<ResponseHead> {
  const { pseudo, contentLength, issues } = readFields(list, RESPONSE_PSEUDO);
  const text = pseudo[':status'];
  const good = text !== undefined && /^[1-9]\d\d$/.test(text);
  if (text === undefined) report(issues, 'error', ':status is missing (RFC 9113 §8.3.2)');
  else if (!good) report(issues, 'error', `:status is ${quoted(text)}, not three digits (RFC 9113 §8.3.2)`);
  const status = good ? Number(text) : 0;
  const head: Mutable<ResponseHead> = { version: 'HTTP/2', status, headers: list.pairs, wireBytes, issues };
  if (list.neverIndexed !== undefined) head.neverIndexed = list.neverIndexed;
  return { head, protocol: undefined, contentLength };
}

/** What is wrong with a trailer section (RFC 9113 §8.1). */
export function trailerIssues(list: HeaderList): readonly Issue[] {
  return readFields(list, {}).issues;
}

interface Fields {
  readonly pseudo: Partial<Record<PseudoName, string>>;
  readonly host: string | undefined;
  readonly contentLength: number | undefined;
  readonly issues: Issue[];
}

function readFields(list: HeaderList, allowed: Partial<Record<PseudoName, 1>>): Fields {
  const pseudo: Partial<Record<PseudoName, string>> = {};
  const issues: Issue[] = [];
  let host: string | undefined;
  let length: string | undefined;
  let regular = false;
  for (const pair of list.pairs) {
    const name = pair[0];
    if (name.charCodeAt(0) !== COLON) {
      regular = true;
      if (name === 'host') host ??= pair[1];
      else if (name === 'content-length') {
        if (length !== undefined && length !== pair[1]) report(issues, 'error', 'two values of content-length');
        length = pair[1];
      }
      regularFlaw(pair, issues);
    } else if (!isPseudo(name, allowed)) report(issues, 'error', `${quoted(name)} has no place here (RFC 9113 §8.3)`);
    else {
      if (regular) report(issues, 'error', `${name} stands behind regular fields (RFC 9113 §8.3)`);
      if (pseudo[name] !== undefined) report(issues, 'error', `${name} stands there twice (RFC 9113 §8.3)`);
      pseudo[name] ??= pair[1];
    }
  }
  if (list.left > 0) report(issues, 'warning', `${list.left} fields more, which are not kept: the list is too large`);
  return { pseudo, host, contentLength: lengthOf(length, issues), issues };
}

const COLON = 0x3a;

function isPseudo(name: string, allowed: Partial<Record<PseudoName, 1>>): name is PseudoName {
  return Object.hasOwn(allowed, name);
}

function lengthOf(text: string | undefined, issues: Issue[]): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  report(issues, 'error', `content-length is ${quoted(text)}, not a number of bytes (RFC 9110 §8.6)`);
  return undefined;
}

/** Controls, space, colon, upper case, DEL and what is not ASCII (RFC 9113 §8.2.1). */
const BAD_NAME = /[^!-9;-@[-~]/;
const BAD_VALUE = /[\0\n\r]|^[ \t]|[ \t]$/;

/** RFC 9113 §8.2.2. */
const CONNECTION_SPECIFIC: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

function regularFlaw([name, value]: HeaderPair, issues: Issue[]): void {
  if (name === '') report(issues, 'error', 'a field without a name (RFC 9113 §8.2.1)');
  else if (BAD_NAME.test(name)) report(issues, 'error', `characters in the name ${quoted(name)} (RFC 9113 §8.2.1)`);
  else if (CONNECTION_SPECIFIC.has(name) || (name === 'te' && value !== 'trailers'))
    report(issues, 'error', `the field ${name} belongs to HTTP/1 connections (RFC 9113 §8.2.2)`);
  if (BAD_VALUE.test(value)) report(issues, 'error', `characters in the value of ${quoted(name)} (RFC 9113 §8.2.1)`);
}

function report(issues: Issue[], severity: Issue['severity'], text: string): void {
  if (issues.length < MAX_ISSUES) issues.push({ severity, text });
}

/** Peers choose names and values freely; a few characters of them will do. */
function quoted(text: string): string {
  return JSON.stringify(printable(text.length > 60 ? `${text.slice(0, 60)}…` : text));
}
