/**
 * Where a message's content ends (RFC 9112 §6.3), and what is said of messages that leave it in doubt: two recipients
 * that read such a message differently can be made to take one for two (request smuggling).
 */
import type { Issue } from '../../../shared/model.ts';
import { printable } from '../../x509/printable.ts';
import { type FieldSection, tokens } from './fields.ts';

export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'fixed'; readonly length: number }
  | { readonly kind: 'chunked' }
  /** All until the sender ends. */
  | { readonly kind: 'rest' }
  /** No content, and no end of the message either: another head of the same message follows (1xx). */
  | { readonly kind: 'next' }
  /** Nobody can say. */
  | { readonly kind: 'faulty'; readonly reason: string };

const NONE: Framing = { kind: 'none' };
const CHUNKED: Framing = { kind: 'chunked' };
export const REST: Framing = { kind: 'rest' };
export const NEXT: Framing = { kind: 'next' };

export function requestFraming(fields: FieldSection, version: string, issues: Issue[]): Framing {
  if (fields.codings.length > 0) {
    const codings = transferCodings(fields, version, issues);
    if (codings.at(-1) === 'chunked') return CHUNKED;
    return faulty(
      'the last transfer coding of a request is not chunked, for which a server must refuse it (RFC 9112 §6.3)',
    );
  }
  if (fields.lengths.length === 0) return NONE;
  return contentLength(fields, 'for which a server must refuse the request', issues);
}

/** @param method of the request that is answered */
export function responseFraming(
  fields: FieldSection,
  version: string,
  method: string,
  status: number,
  issues: Issue[],
): Framing {
  if (method === 'HEAD' || status < 200 || status === 304) return NONE;
  if (status === 204) {
    if (fields.lengths.some((length) => length !== '0') || fields.codings.length > 0)
      issues.push({
        severity: 'warning',
        text: 'a 204 response says how long its content is, and can have none (RFC 9110 §15.3.5)',
      });
    return NONE;
  }
  if (fields.codings.length > 0) {
    const codings = transferCodings(fields, version, issues);
    if (codings.at(-1) === 'chunked') return CHUNKED;
    const text =
      'the last transfer coding is not chunked, so that the content ends with the connection (RFC 9112 §6.3)';
    issues.push({ severity: 'warning', text });
    return REST;
  }
  if (fields.lengths.length === 0) return REST;
  return contentLength(fields, 'for which a client must drop the connection', issues);
}

function transferCodings(fields: FieldSection, version: string, issues: Issue[]): string[] {
  const codings = fields.codings.flatMap(tokens);
  const add = (severity: Issue['severity'], text: string) => issues.push({ severity, text });
  const shown = () => printable(fields.codings.join(', '));
  if (fields.lengths.length > 0) {
    const text = 'both Transfer-Encoding and Content-Length are there, as in request smuggling; ';
    add('error', `${text}a recipient takes Transfer-Encoding or refuses the message (RFC 9112 §6.3)`);
  }
  if (version === 'HTTP/1.0')
    add(
      'error',
      'an HTTP/1.0 message has Transfer-Encoding: its framing counts as faulty (RFC 9112 §6.1); it is followed here',
    );
  if (codings.indexOf('chunked') !== codings.lastIndexOf('chunked'))
    add('error', `Transfer-Encoding "${shown()}" names chunked more than once (RFC 9112 §6.1)`);
  if (codings.at(-1) === 'chunked' && codings.length > 1)
    add('note', `Transfer-Encoding "${shown()}": only chunked is taken off what is shown`);
  return codings;
}

function contentLength(fields: FieldSection, blame: string, issues: Issue[]): Framing {
  const values = fields.lengths.length === 1 ? tokens(fields.lengths[0]!) : fields.lengths.flatMap(tokens);
  const shown = () => printable(fields.lengths.join(', '));
  const [first = ''] = values;
  const bad = values.find((value) => !/^\d+$/.test(value));
  if (bad !== undefined || values.length === 0)
    return faulty(`Content-Length "${shown()}" is no whole number, ${blame} (RFC 9112 §6.3)`);
  if (values.some((value) => value !== first))
    return faulty(`Content-Length says "${shown()}", which contradicts itself, ${blame} (RFC 9112 §6.3)`);
  if (values.length > 1) {
    const text = `Content-Length is there ${values.length} times with the same value, taken once (RFC 9112 §6.3)`;
    issues.push({ severity: 'warning', text });
  }
  const length = Number(first);
  if (length > Number.MAX_SAFE_INTEGER) {
    const text = `Content-Length "${shown()}" is more than anybody sends; recipients that count in 64 bits may read another number`;
    issues.push({ severity: 'warning', text });
  }
  return length === 0 ? NONE : { kind: 'fixed', length };
}

function faulty(reason: string): Framing {
  return { kind: 'faulty', reason };
}
