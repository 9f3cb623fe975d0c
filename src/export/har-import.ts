/**
 * HAR entries as exchanges again. A HAR file comes from anybody: what is not as the format has it is read as if it were
 * not there, and an entry without a request is none.
 */
import type { BodyFacts, HeaderPair, HttpExchange } from '../shared/exchange.ts';
import type { ForeignCertificate, ForeignExchange } from '../shared/foreign-exchange.ts';
import type { LegRole } from '../shared/model.ts';
import type { HarLeg } from './har-tls.ts';

/** RFC 9110 §15: three digits. */
const MAX_STATUS = 999;
/** RFC 9113 §5.1.1. */
const MAX_STREAM = 2 ** 31 - 1;
/** RFC 3339 has years of four digits. Ms since 1970; far from where a Date ends, so that times can be added. */
const EARLIEST = Date.parse('0000-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T00:00:00Z');
/** Ms of one phase: a year, which is more than any exchange takes. */
const MAX_DURATION = 366 * 24 * 3_600_000;

/** Undefined for what is no entry. @param json text of one entry */
export function importHarEntry(json: string): ForeignExchange | undefined {
  let entry: Bag;
  try {
    entry = bag(JSON.parse(json));
  } catch {
    return undefined;
  }
  const request = bag(entry['request']);
  const own = bag(entry['_tlscope']);
  const timings = timesOf(entry);
  const startedAt = Date.parse(text(entry['startedDateTime'])) + timings.before;
  const url = URL.parse(text(request['url']));
  const method = text(request['method']);
  if (url === null || method === '' || !(startedAt >= EARLIEST && startedAt <= LATEST)) return undefined;

  const scheme = url.protocol.slice(0, -1);
  const port = Number(url.port) || (scheme === 'https' || scheme === 'wss' ? 443 : 80);
  const response = bag(entry['response']);
  const status = whole(response['status'], MAX_STATUS);
  const requestHeaders = headersOf(request['headers']);
  const pseudo = pairsOf(own['pseudoHeaders']);
  const responseHeaders = headersOf(response['headers']);
  const requestBody = postDataOf(bag(request['postData']));
  const responseBody = contentOf(bag(response['content']));
  const exchange: Omit<HttpExchange, 'id' | 'conn'> = {
    stream: whole(own['stream'], MAX_STREAM) || 1,
    protocol: protocolOf(text(request['httpVersion'])),
    scheme,
    authority: wire(text(own['authority']) || url.host),
    request: {
      method: wire(method),
      target: wire(text(own['target']) || `${url.pathname}${url.search}`),
      headers: [...pseudo, ...requestHeaders],
      trailers: [],
      headBytes: size(request['headersSize']),
      body: factsOf(requestHeaders, requestBody, size(request['bodySize']), text(bag(request['postData'])['mimeType'])),
    },
    ...(status > 0 && {
      response: {
        status,
        reason: wire(text(response['statusText'])),
        headers: responseHeaders,
        trailers: [],
        headBytes: size(response['headersSize']),
        body: factsOf(
          responseHeaders,
          responseBody,
          size(response['bodySize']) || transferredBody(response),
          text(bag(response['content'])['mimeType']),
        ),
      },
    }),
    informational: [],
    at: timings.at,
    outcome: status > 0 ? { state: 'finished' } : { state: 'aborted', text: 'The file has no answer to it.' },
    issues: [],
  };
  const address = text(entry['serverIPAddress']).replace(/^\[|\]$/g, '');
  const legs = bag(entry['_tls']);
  return {
    exchange,
    startedAt,
    requestBody,
    responseBody,
    connection: text(entry['connection']) || url.origin,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    ...(/^[0-9a-f:.]{2,45}$/i.test(address) && { serverAddress: address }),
    legs: { ...legOf('client', legs['client']), ...legOf('server', legs['server']) },
  };
}

/** An object of which nothing is known. */
type Bag = Readonly<Record<string, unknown>>;

function bag(value: unknown): Bag {
  return typeof value === 'object' && value !== null ? (value as Bag) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** 0 for what is no whole number from 0 to `max`. */
function whole(value: unknown, max: number): number {
  const found = number(value) ?? 0;
  return Number.isInteger(found) && found >= 0 && found <= max ? found : 0;
}

/** Bytes. */
function size(value: unknown): number {
  return whole(Math.round(number(value) ?? 0), Number.MAX_SAFE_INTEGER);
}

/** Ms; 0 for what is none. */
function duration(value: unknown): number {
  const found = number(value) ?? 0;
  return found >= 0 && found <= MAX_DURATION ? found : 0;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** One character a byte, as exchanges have text. */
function wire(value: string): string {
  return /^[\0-\xff]*$/.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1');
}

function headersOf(value: unknown): HeaderPair[] {
  return list(value).map((each): HeaderPair => [wire(text(bag(each)['name'])), wire(text(bag(each)['value']))]);
}

function pairsOf(value: unknown): HeaderPair[] {
  return list(value).map((each): HeaderPair => [wire(text(list(each)[0])), wire(text(list(each)[1]))]);
}

/** Browsers write `h2`, `http/2.0` and more. */
function protocolOf(version: string): string {
  const match = /^(?:http\/|h)(\d)(?:\.(\d))?/i.exec(version);
  if (match === null) return 'HTTP/1.1';
  return match[1] === '1' ? `HTTP/1.${match[2] ?? '1'}` : `HTTP/${match[1]}`;
}

function postDataOf(data: Bag): Uint8Array {
  const body = text(data['text']);
  if (data['_encoding'] === 'base64') return Buffer.from(body, 'base64');
  if (body !== '') return Buffer.from(body, 'utf8');
  const params = list(data['params']).map(bag);
  return Buffer.from(new URLSearchParams(params.map((each) => [text(each['name']), text(each['value'])])).toString());
}

function contentOf(content: Bag): Uint8Array {
  return Buffer.from(text(content['text']), content['encoding'] === 'base64' ? 'base64' : 'utf8');
}

/** HAR has bodies decoded, so they have no coding, whatever the head says. */
function factsOf(headers: readonly HeaderPair[], body: Uint8Array, wireBytes: number, mimeType: string): BodyFacts {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? wire(mimeType);
  return { size: body.length, wireBytes: wireBytes || body.length, kept: body.length, type, encoding: '' };
}

/** Chromium tells the bytes of head and body together. */
function transferredBody(response: Bag): number {
  return size((number(response['_transferSize']) ?? 0) - size(response['headersSize']));
}

/** From the beginning of the request; `before` it are the phases that made the connection. Ms. */
function timesOf(entry: Bag) {
  const timings = bag(entry['timings']);
  const phase = (name: string) => duration(timings[name]);
  const requested = phase('send');
  const responded = requested + phase('wait');
  const phases = responded + phase('receive');
  // Some know no more than how long it took.
  const ended = phases > 0 ? phases : duration(entry['time']);
  const at = { started: 0, requested, responded, ended };
  return { at, before: phase('blocked') + phase('dns') + phase('connect') };
}

function legOf(side: LegRole, value: unknown): Partial<Record<LegRole, HarLeg>> {
  const leg = bag(value);
  const state = text(leg['state']);
  if (state === '') return {};
  const word = (name: string) => {
    const found = text(leg[name]);
    return found === '' ? {} : { [name]: found };
  };
  const words = ['version', 'suite', 'group', 'scheme', 'alpn', 'sni', 'ja3', 'ja4', 'failure'].map(word);
  const certificates = list(leg['certificates']).map(certificateOf);
  const flags = { resumed: leg['resumed'] === true, retried: leg['retried'] === true };
  return { [side]: Object.assign({ state, ...flags, at: {}, certificates }, ...words) };
}

function certificateOf(value: unknown): ForeignCertificate {
  const from = bag(value);
  const word = (name: string) => text(from[name]);
  return {
    subject: word('subject'),
    issuer: word('issuer'),
    serial: word('serial'),
    notBefore: word('notBefore'),
    notAfter: word('notAfter'),
    names: list(from['names']).map(text),
    key: word('key'),
    signature: word('signature'),
    sha256: word('sha256'),
  };
}
