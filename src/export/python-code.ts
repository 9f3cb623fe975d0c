/** A request as Python that sends it with requests (https://requests.readthedocs.io). The code is ASCII. */
import type { HeaderPair, HttpExchange } from '../shared/exchange.ts';
import { type ExchangeContent, urlOf, wireBytes } from './content.ts';
import { ascii, requestFields } from './request-code.ts';

/** They follow from the rest. */
const ITS_OWN = new Set(['content-length', 'connection', 'keep-alive', 'transfer-encoding', 'expect']);

/** What requests sends unless it is told not to. */
const DEFAULTS = ['User-Agent', 'Accept', 'Accept-Encoding', 'Connection'];

export function pythonCodeOf(exchange: HttpExchange, { request: content }: ExchangeContent): string {
  const { method } = exchange.request;
  const { fields, notes } = requestFields(exchange, new Set([...ITS_OWN, ...hostIfPlain(exchange)]));
  const joined = joinedFields(fields);
  const comments = [
    ...notes,
    ...content.notes,
    ...(exchange.protocol === 'HTTP/2' ? ['This was sent by HTTP/2; requests speaks HTTP/1.1.'] : []),
    ...(joined.length < fields.length ? ['requests takes each header field once: several of a name are joined.'] : []),
  ];
  const unsaid = DEFAULTS.filter((name) => !joined.some(([each]) => each.toLowerCase() === name.toLowerCase()));
  return [
    ...comments.map((note) => `# ${ascii(note)}`),
    'import requests',
    '',
    'response = requests.request(',
    `    ${pythonString(method)},`,
    `    ${pythonString(urlOf(exchange))},`,
    '    headers={',
    ...joined.map(([name, value]) => `        ${pythonString(name)}: ${pythonString(value)},`),
    ...unsaid.map((name) => `        '${name}': None,`),
    '    },',
    ...(content.sent.length > 0 ? [`    data=b${quoted(Buffer.from(content.sent))},`] : []),
    '    allow_redirects=False,',
    ')',
    'print(response.status_code, response.reason)',
    '',
  ].join('\n');
}

/** A literal of ASCII for the same text. */
export function pythonString(text: string): string {
  // requests sends text below U+0100 as one byte a character.
  return quoted(wireBytes(text));
}

function quoted(bytes: Buffer): string {
  const inside = bytes.toString('latin1').replace(/[^\x20-\x7e]|[\\']/g, (character) => {
    if (character === '\\' || character === "'") return `\\${character}`;
    if (character === '\n') return '\\n';
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `'${inside}'`;
}

function hostIfPlain({ request, authority }: HttpExchange): string[] {
  const hosts = request.headers.filter(([name]) => name.toLowerCase() === 'host');
  return hosts.length === 1 && hosts[0]![1] === authority ? ['host'] : [];
}

/** RFC 9110 §5.3; cookies as RFC 9113 §8.2.3 joins them. */
function joinedFields(fields: readonly HeaderPair[]): HeaderPair[] {
  const all = new Map<string, HeaderPair>();
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    const [first, before] = all.get(lower) ?? [name];
    all.set(lower, [first, before === undefined ? value : `${before}${lower === 'cookie' ? '; ' : ', '}${value}`]);
  }
  return [...all.values()];
}
