/** At which addresses of this machine a listener can be reached. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isLoopback } from './addresses.ts';

export interface ReachableAddress {
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
  /** Whether only this machine reaches it. */
  readonly internal: boolean;
  /** The system's name of the interface. */
  readonly interface: string;
}

/** Who can reach a listener: this machine, everybody who reaches any of its addresses, or one of them. */
export type ListensOn = 'loopback' | 'all' | 'address';

/** @param host an address or a name, as a listener takes it; a name that leads nowhere counts as an address */
export async function listensOn(host: string): Promise<ListensOn> {
  const address = await addressOf(host);
  if (isUnspecified(address)) return 'all';
  return isLoopback(address) ? 'loopback' : 'address';
}

/**
 * Those that others reach first, IPv4 before IPv6. Link-local addresses of IPv6 are left out, as they mean something only
 * together with an interface of the client's. Asked each time, as interfaces come and go.
 */
export async function reachableAddresses(host: string, interfaces = networkInterfaces()): Promise<ReachableAddress[]> {
  const bound = await addressOf(host);
  const found: ReachableAddress[] = [];
  for (const [name, entries = []] of Object.entries(interfaces)) {
    for (const { address, family, internal } of entries) {
      const isOurs = isUnspecified(bound) ? bound === '::' || family === 'IPv4' : address === bound;
      if (!isOurs || /^fe[89ab]/i.test(address)) continue;
      found.push({ address, family, internal, interface: name });
    }
  }
  // 127.0.0.2 is no address of an interface, and yet one to listen on.
  if (found.length === 0 && isIP(bound) !== 0) {
    found.push({
      address: bound,
      family: isIP(bound) === 6 ? 'IPv6' : 'IPv4',
      internal: isLoopback(bound),
      interface: '',
    });
  }
  const rank = ({ internal, family }: ReachableAddress) => (internal ? 2 : 0) + (family === 'IPv6' ? 1 : 0);
  return found.sort((a, b) => rank(a) - rank(b));
}

function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

async function addressOf(host: string): Promise<string> {
  if (isIP(host) !== 0) return host;
  return lookup(host).then(
    ({ address }) => address,
    () => host,
  );
}
