/** The fields of an exchange. Those that a connection has too say what they are there. */
import type { HeaderPair, HttpExchange, HttpRequest, HttpResponse } from '../shared/exchange.ts';
import { isAuthorityForm } from '../shared/origin-form.ts';
import type { Field, FieldKind, FilterNeed } from './fields.ts';
import { compileGlob } from './glob.ts';
import type { BodySide, FilterSubject } from './subject.ts';

/** What people call the protocols besides. */
const ALSO_CALLED: Readonly<Record<string, string>> = { 'HTTP/2': 'h2', 'HTTP/3': 'h3' };
const DEFAULT_PORTS: Readonly<Record<string, number>> = { https: 443, wss: 443, http: 80, ws: 80 };
const ENDED_BADLY = new Set(['aborted', 'reset', 'refused', 'lost']);

export const EXCHANGE_FIELDS: readonly Field[] = [
  {
    name: 'host',
    kind: 'text',
    text: 'Host asked for, without its port. Of a connection: the target, else the server name.',
    example: 'host = *.example.com',
    needs: [],
    read: ({ exchange, summary }) => {
      if (exchange) return some(splitAuthority(exchange.authority).host);
      return some(bare(summary?.intent?.host ?? '') || summary?.legs.server?.sni || summary?.legs.client?.sni);
    },
  },
  {
    name: 'port',
    kind: 'number',
    text: 'Port asked for',
    example: 'port != 443',
    needs: [],
    read: ({ exchange, summary }) => {
      if (!exchange) return some(summary?.intent?.port || undefined);
      return some(splitAuthority(exchange.authority).port ?? DEFAULT_PORTS[exchange.scheme]);
    },
  },
  ofExchange('method', 'text', 'Request method', 'method in (POST, PUT)', ({ request }) => [request.method]),
  ofExchange('status', 'status', 'Status of the final response', 'status = 4xx', ({ response }) =>
    some(response?.status),
  ),
  ofExchange(
    'answered',
    'text',
    'Who gave the response: server, or tlscope in its place',
    'answered = tlscope',
    ({ response, outcome }) => (response === undefined ? [] : [outcome.ownAnswer ? 'tlscope' : 'server']),
  ),
  {
    ...ofExchange(
      'path',
      'text',
      'Path of the request target, without its query',
      'path startswith /api/',
      (exchange) => [pathOf(exchange).split('?', 1)[0]!],
    ),
    exactCase: true,
  },
  {
    ...ofExchange('query', 'text', 'What stands behind the ? of the target', 'query contains token=', (exchange) => {
      const [, ...query] = pathOf(exchange).split('?');
      return query.length === 0 ? [] : [query.join('?')];
    }),
    exactCase: true,
  },
  {
    ...ofExchange('url', 'text', 'The whole URL', 'url ~ /\\/v[0-9]+\\//', (exchange) => [urlOf(exchange)]),
    exactCase: true,
  },
  header(
    'header',
    'Headers and trailers of either direction; * in the name is any run',
    'header[content-type] contains json',
    ['request', 'response'],
  ),
  header('request.header', 'Headers and trailers of the request', 'request.header[cookie] exists', ['request']),
  header('response.header', 'Headers and trailers of the response', 'response.header[set-cookie] contains Secure', [
    'response',
  ]),
  body('body', 'Text of either body', 'body contains "access_token"', ['request', 'response']),
  body('request.body', 'Text of the request’s body', 'request.body ~ /"id":\\s*[0-9]+/', ['request']),
  body('response.body', 'Text of the response’s body', 'response.body contains error', ['response']),
  ofExchange('type', 'text', 'Media type of the response', 'type = image/*', ({ response }) =>
    some(mediaType(response)),
  ),
  ofExchange('request.type', 'text', 'Media type of the request', 'request.type = application/json', ({ request }) =>
    some(mediaType(request)),
  ),
  {
    name: 'size',
    kind: 'size',
    text: 'Bytes of the response’s content. Of a connection: what passed on its client leg, both ways.',
    example: 'size > 2MiB',
    needs: [],
    read: ({ exchange, summary }) => {
      if (exchange) return some(exchange.response?.body.size);
      const bytes = summary?.legs.client?.bytes;
      return bytes ? [bytes.sent + bytes.received] : [];
    },
  },
  ofExchange('request.size', 'size', 'Bytes of the request’s content', 'request.size >= 10kb', ({ request }) => [
    request.body.size,
  ]),
  {
    name: 'duration',
    kind: 'duration',
    text: 'From first byte to last. Of a connection: from opening to closing.',
    example: 'duration > 1s',
    needs: [],
    read: ({ exchange, summary }) => {
      if (exchange) return between(exchange.at.started, exchange.at.ended);
      return between(summary?.openedAt, summary?.closedAt);
    },
  },
  ofExchange(
    'wait',
    'duration',
    'From the whole request to the first byte of the response',
    'wait >= 200ms',
    ({ at }) => between(at.requested, at.responded),
  ),
  ofExchange('protocol', 'text', 'Version of HTTP, and what it was switched to', 'protocol = HTTP/2', (exchange) => [
    exchange.protocol,
    ...some(ALSO_CALLED[exchange.protocol]),
    ...some(exchange.switchedTo),
  ]),
  {
    name: 'id',
    kind: 'number',
    text: 'Number of the exchange; of a connection its own',
    example: 'id = 17',
    needs: [],
    read: ({ exchange, summary }) => some(exchange?.id ?? summary?.id),
  },
  {
    ...ofExchange('replay', 'number', 'Number of the exchange that this one repeats', 'replay = 17', ({ replayOf }) =>
      some(replayOf),
    ),
    alone: true,
  },
];

/** Whether the exchange ended otherwise than it should, the status aside. */
export function endedBadly(exchange: HttpExchange): boolean {
  return ENDED_BADLY.has(exchange.outcome.state);
}

export function urlOf(exchange: HttpExchange): string {
  const { target } = exchange.request;
  if (isAuthorityForm(exchange.request)) return target;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(target) ? target : `${exchange.scheme}://${exchange.authority}${target}`;
}

function pathOf(exchange: HttpExchange): string {
  const { target } = exchange.request;
  if (isAuthorityForm(exchange.request)) return '';
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target);
  return absolute ? target.slice(absolute[0].length) : target;
}

function ofExchange(
  name: string,
  kind: FieldKind,
  text: string,
  example: string,
  read: (exchange: HttpExchange) => readonly (string | number)[],
): Field {
  return { name, kind, text, example, needs: ['exchange'], read: ({ exchange }) => (exchange ? read(exchange) : []) };
}

function header(name: string, text: string, example: string, sides: readonly BodySide[]): Field {
  return {
    name,
    kind: 'text',
    text,
    example,
    needs: ['exchange', 'headers'],
    bracketed: true,
    exactCase: true,
    read: ({ exchange }, argument) => {
      const named = compileGlob(argument, true);
      return sides.flatMap((side) =>
        headersOf(exchange?.[side]).flatMap(([key, value]) => (named(key.toLowerCase()) ? [value] : [])),
      );
    },
  };
}

function headersOf(message: HttpRequest | HttpResponse | undefined): readonly HeaderPair[] {
  if (message === undefined) return [];
  return message.trailers.length === 0 ? message.headers : [...message.headers, ...message.trailers];
}

function body(name: string, text: string, example: string, sides: readonly BodySide[]): Field {
  const needs: readonly FilterNeed[] = ['exchange', 'body'];
  const read = (subject: FilterSubject) => sides.flatMap((side) => some(subject.body(side)));
  return { name, kind: 'text', text, example, needs, exactCase: true, read };
}

/** Content-Type without its parameters (RFC 9110 §8.3.1). */
function mediaType(message: HttpRequest | HttpResponse | undefined): string | undefined {
  return message && (message.body.type.split(';', 1)[0]!.trim() || undefined);
}

function splitAuthority(authority: string): { host: string; port: number | undefined } {
  const port = /:([0-9]{1,5})$/.exec(authority);
  // A bare IPv6 address has colons of its own.
  const isPort =
    port !== null && (authority.startsWith('[') ? authority.includes(']:') : authority.indexOf(':') === port.index);
  const host = isPort ? authority.slice(0, port.index) : authority;
  return { host: bare(host), port: isPort ? Number(port[1]) : undefined };
}

function bare(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

function between(from: number | undefined, to: number | undefined): number[] {
  return from === undefined || to === undefined ? [] : [to - from];
}

function some<T>(value: T | undefined): T[] {
  return value === undefined || value === '' ? [] : [value];
}
