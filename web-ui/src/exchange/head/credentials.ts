/** What Authorization and its like say: the scheme, and what is in it where that is no secret in itself (RFC 9110 §11). */
import { distance } from './distance.ts';
import { items } from './lists.ts';
import type { Detail } from './parsed.ts';

const SCHEME = /^([!#$%&'*+.^_`|~\w-]+)(?:[ \t]+(.*))?$/s;

/** @param now ms since 1970 */
export function credentials(value: string, now: number): { readonly details: Detail[]; readonly note?: string } {
  const [, scheme = '', rest = ''] = SCHEME.exec(value) ?? [];
  if (scheme === '') return { details: [] };
  const details: Detail[] = [{ name: 'scheme', value: scheme }];
  const kind = scheme.toLowerCase();
  // The padding of Base64 is followed by nothing else.
  const isParameters = /^[\w-]+\s*=\s*[^=\s]/.test(rest);
  if (kind === 'basic' && rest !== '' && !isParameters) return { details: [...details, ...basic(rest)] };
  if (kind === 'bearer' || kind === 'dpop') {
    const token = jwt(rest, now);
    if (token) return { details: [...details, ...token] };
  }
  if (isParameters) return { details: [...details, ...items(rest, ',').map(parameter)] };
  return rest === '' ? { details } : { details: [...details, { name: 'credentials', value: rest }] };
}

/** RFC 7617 §2. */
function basic(encoded: string): Detail[] {
  const text = fromBase64(encoded);
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 0) return [{ name: 'credentials', value: encoded, note: 'not user:password' }];
  return [
    { name: 'user', value: text.slice(0, colon) },
    { name: 'password', value: text.slice(colon + 1) },
  ];
}

/** The claims of a JSON Web Token (RFC 7519 §4), times with their distance from now. Undefined when it is none. */
function jwt(token: string, now: number): Detail[] | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  const header = object(parts[0]!);
  const claims = object(parts[1]!);
  if (header === undefined || claims === undefined) return undefined;
  return [
    ...Object.entries(header).map(([name, value]) => ({ name: `header ${name}`, value: said(value) })),
    ...Object.entries(claims).map(([name, value]): Detail => {
      const isTime = /^(?:exp|nbf|iat|auth_time)$/.test(name) && typeof value === 'number' && Math.abs(value) < 1e11;
      if (!isTime) return { name, value: said(value) };
      return {
        name,
        value: said(value),
        note: `${new Date(value * 1000).toISOString()}, ${distance(value * 1000, now)}`,
      };
    }),
  ];
}

function said(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function object(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(fromBase64(part) ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Either alphabet, padded or not; undefined for what is none, or no UTF-8. */
function fromBase64(text: string): string | undefined {
  try {
    const binary = atob(text.trim().replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (each) => each.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

function parameter(item: string): Detail {
  const equals = item.indexOf('=');
  if (equals < 0) return { name: item, value: '' };
  const value = item.slice(equals + 1).trim();
  const quoted = /^"(.*)"$/s.exec(value)?.[1];
  return { name: item.slice(0, equals).trim(), value: quoted?.replace(/\\(.)/gs, '$1') ?? value };
}
