/** What a user writes for a server: `HOST`, `HOST:PORT`, `[IPv6]:PORT` or an https URL. */
import { isIP, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { UserError } from '../errors.ts';

export interface Target {
  /** A name in ASCII (RFC 5890), or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

const HTTPS = 443;

/** @throws UserError `target-invalid` */
export function readTarget(text: string): Target {
  const bare = text.replace(/^https:\/\//i, '').replace(/[/?#].*$/s, '');
  if (isIPv6(bare)) return { host: bare, port: HTTPS };
  const parts = /^(?:\[(?<address>[^\]]+)\]|(?<name>[^:[\]@\s]+))(?::(?<port>\d{1,5}))?$/.exec(bare)?.groups;
  const port = parts?.['port'] === undefined ? HTTPS : Number(parts['port']);
  const host = hostOf(parts?.['address'], parts?.['name']);
  if (host === undefined || port < 1 || port > 65535) throw new UserError('target-invalid', { target: text });
  return { host, port };
}

/** The server_name for a host: none for an address (RFC 6066 §3). */
export function serverNameOf(host: string): string | undefined {
  return isIP(host) === 0 ? host.replace(/\.$/, '') : undefined;
}

function hostOf(address: string | undefined, name: string | undefined): string | undefined {
  if (address !== undefined) return isIPv6(address) ? address : undefined;
  if (name === undefined) return undefined;
  if (isIP(name) !== 0) return name;
  // Names with an underscore are in use; URL's rules take them, and refuse what can be no name.
  return domainToASCII(name) || undefined;
}
