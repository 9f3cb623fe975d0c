/** First bytes of a peer that does not speak TLS, in words. */
import { toHex } from '../wire/hex.ts';
import { printable } from '../wire/x509/printable.ts';

/** What the first line of a well-known protocol looks like. */
const PROTOCOLS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^HTTP\/\d/, 'plain HTTP'],
  [/^(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT|PRI) /, 'plain HTTP'],
  [/^</, 'plain HTTP without a status line'],
  [/^SSH-/, 'SSH'],
  [/^220[ -]/, 'SMTP or FTP, where TLS starts only on request (STARTTLS)'],
  [/^\+OK/, 'POP3, where TLS starts only on request (STLS)'],
  [/^\* OK/, 'IMAP, where TLS starts only on request (STARTTLS)'],
];

const MAX_SHOWN = 60;

/** Whether they begin an answer or a request of HTTP/1. */
export function isHttp(bytes: Uint8Array): boolean {
  const line = new TextDecoder('latin1').decode(bytes.subarray(0, MAX_SHOWN));
  return PROTOCOLS.some(([pattern, name]) => name.startsWith('plain HTTP') && pattern.test(line));
}

/** «HTTP/1.1 400 Bad Request» (plain HTTP); hex where the bytes are no text. */
export function describeBytes(bytes: Uint8Array): string {
  const start = bytes.subarray(0, MAX_SHOWN);
  const line = new TextDecoder('latin1').decode(start).split(/[\r\n]/)[0] ?? '';
  const isText = line.length > 0 && /^[\x20-\x7e]*$/.test(line);
  if (!isText) return toHex(start.subarray(0, 16));
  const protocol = PROTOCOLS.find(([pattern]) => pattern.test(line))?.[1];
  return `«${printable(line)}»${protocol === undefined ? '' : ` (${protocol})`}`;
}
