/** Which addresses lead back to this very process. */
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');
// Connecting to the unspecified address reaches the local host on every system we run on.
LOOPBACK.addSubnet('0.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::', 'ipv6');

/** True for loopback and unspecified addresses, IPv4-mapped forms included. `address` must be an IP address. */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  return LOOPBACK.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** True when a connection to `address` would stay on this machine. Interfaces come and go, so they are asked each time. */
export function isOwnAddress(address: string): boolean {
  if (isLoopback(address)) return true;
  const plain = address.replace(/%.*$/, '');
  const family = isIP(plain);
  if (family === 0) return false;
  const own = new BlockList();
  for (const entry of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
    own.addAddress(entry.address.replace(/%.*$/, ''), entry.family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return own.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}

/** A socket's end; empty and 0 once it is closed. */
export function endpoint(address: string | undefined, port: number | undefined): Endpoint {
  return { address: address ?? '', port: port ?? 0 };
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}
