/**
 * A request as a curl command for bash or zsh.
 *
 * Everything of the request stands in one shell word, quoted so that no character of it can end the word, and so that curl
 * takes it for what it is: never for a file (`@`), an option, or a pattern of URLs. The command is ASCII.
 */
import type { HttpExchange } from '../shared/exchange.ts';
import { type ExchangeContent, valuesOf, wireBytes } from './content.ts';
import { ascii, requestFields } from './request-code.ts';

/** Bytes of a body within the command: Linux takes no argument of more than 128 KiB, and quoting makes it longer. */
const MAX_ARGUMENT = 24 * 1024;

export function curlOf(exchange: HttpExchange, { request: content }: ExchangeContent): string {
  const { request, protocol, scheme, authority } = exchange;
  const { method, target } = request;
  // curl counts it and frames it; `Host` follows from the URL.
  const without = new Set(['content-length', ...(hostIsPlain(exchange) ? ['host'] : [])]);
  const { fields, notes } = requestFields(exchange, without);
  const said = new Set(fields.map(([name]) => name.toLowerCase()));
  const hasBody = content.sent.length > 0;
  const file = hasBody && (content.sent.includes(0) || content.sent.length > MAX_ARGUMENT);
  const inUrl = isPlainPath(target);
  const options: (string | undefined)[] = [
    versionFlag(protocol, scheme),
    '--globoff',
    inUrl ? undefined : `--request-target ${shellWord(target)}`,
    methodFlag(method, hasBody),
    ...fields.map(([name, value]) => `--header ${shellWord(value === '' ? `${name};` : `${name}: ${value}`)}`),
    // What curl would add by itself.
    ...['User-Agent', 'Accept', ...(hasBody ? ['Content-Type', 'Expect'] : [])]
      .filter((name) => !said.has(name.toLowerCase()))
      .map((name) => `--header '${name}:'`),
    said.has('accept-encoding') ? '--compressed' : undefined,
    hasBody ? (file ? '--data-binary @body.bin' : `--data-raw ${shellWord(content.sent)}`) : undefined,
  ];
  const url = `${scheme}://${authority}${inUrl ? target : '/'}`;
  const lines = [`curl --url ${shellWord(url)}`, ...options.filter((option) => option !== undefined)];
  const comments = [...notes, ...content.notes, ...(file ? [SAVE_BODY] : [])];
  return `${comments.map((note) => `# ${ascii(note)}\n`).join('')}${lines.join(' \\\n  ')}\n`;
}

const SAVE_BODY = 'Save the body of the request as body.bin first: no argument can hold it.';

/**
 * One word of bash and zsh that stands for exactly these bytes, which hold no NUL; a NUL is left out.
 * Quoted plainly where it is printable ASCII, else with escapes (`$'…'`).
 */
export function shellWord(text: string | Uint8Array): string {
  const bytes = (typeof text === 'string' ? wireBytes(text) : Buffer.from(text)).filter((byte) => byte !== 0);
  const latin1 = Buffer.from(bytes).toString('latin1');
  if (/^[\x20-\x7e]*$/.test(latin1)) return `'${latin1.replaceAll("'", `'\\''`)}'`;
  return `$'${latin1.replace(/[^\x20-\x7e]|[\\'!]/g, escaped)}'`;
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  if (character === '\\' || character === "'") return `\\${character}`;
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** Whether curl would send it as it stands: no fragment, no dot segments, nothing that it would encode or refuse. */
function isPlainPath(target: string): boolean {
  return /^\/[\w\-.~!$&'()*+,;=:@%/?]*$/.test(target) && !/\/\.{1,2}(?:[/?]|$)|%2e/i.test(target);
}

function hostIsPlain(exchange: HttpExchange): boolean {
  const hosts = valuesOf(exchange.request.headers, 'host');
  return hosts.length === 0 || (hosts.length === 1 && hosts[0] === exchange.authority);
}

function versionFlag(protocol: string, scheme: string): string | undefined {
  if (protocol === 'HTTP/2') return scheme === 'https' ? '--http2' : '--http2-prior-knowledge';
  return protocol === 'HTTP/1.0' ? '--http1.0' : '--http1.1';
}

function methodFlag(method: string, hasBody: boolean): string | undefined {
  if (method === (hasBody ? 'POST' : 'GET')) return undefined;
  return method === 'HEAD' && !hasBody ? '--head' : `--request ${shellWord(method)}`;
}
