/**
 * A request as JavaScript that sends it with `fetch`, in Node or in a page. What fetch does not let its caller say is left
 * out and said in a comment. The code is ASCII, and safe in an HTML script element too.
 */
import type { HttpExchange } from '../shared/exchange.ts';
import { type ExchangeContent, textOf, urlOf } from './content.ts';
import { ascii, requestFields, TOKEN } from './request-code.ts';

/** Of Fetch's forbidden request-headers (https://fetch.spec.whatwg.org/#forbidden-request-header), those that follow from the rest. */
const ITS_OWN = new Set([
  'host',
  'content-length',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
]);

/** Fetch refuses them. */
const FORBIDDEN_METHODS = new Set(['CONNECT', 'TRACE', 'TRACK']);

export function fetchCodeOf(exchange: HttpExchange, { request: content }: ExchangeContent): string {
  const { method } = exchange.request;
  const { fields, notes } = requestFields(exchange, ITS_OWN);
  const comments = [...notes, ...content.notes];
  if (!TOKEN.test(method) || FORBIDDEN_METHODS.has(method.toUpperCase())) {
    comments.push(`fetch does not send the method ${method}.`);
  }
  const mayHaveBody = !/^(?:GET|HEAD)$/i.test(method);
  if (content.sent.length > 0 && !mayHaveBody) comments.push(`fetch sends no body with ${method}.`);
  const lines = [
    `  method: ${scriptString(method)},`,
    ...(fields.length === 0
      ? []
      : [
          '  headers: [',
          ...fields.map(([name, value]) => `    [${scriptString(name)}, ${scriptString(value)}],`),
          '  ],',
        ]),
    ...(content.sent.length > 0 && mayHaveBody ? [`  body: ${bodyOf(exchange, content.sent)},`] : []),
    "  redirect: 'manual',",
  ];
  return [
    ...comments.map((note) => `// ${ascii(note)}`),
    `const response = await fetch(${scriptString(urlOf(exchange))}, {`,
    ...lines,
    '});',
    '',
  ].join('\n');
}

/** A string literal of ASCII that holds no `<`, quote, line separator or other character that could end it or its script. */
export function scriptString(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]|[<']/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function bodyOf({ request }: HttpExchange, sent: Uint8Array): string {
  const { type } = request.body;
  // A string would get a type when there is none.
  const inText = type === '' || request.body.encoding !== '' ? undefined : textOf(sent, type);
  if (inText !== undefined) return scriptString(inText);
  const base64 = Buffer.from(sent).toString('base64');
  return `Uint8Array.from(atob('${base64}'), (character) => character.charCodeAt(0))`;
}
