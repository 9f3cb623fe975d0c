/** What the API would say of a proxy, for the recipes' tests. */
import type { Setup } from '../../../src/shared/api.ts';

export const SHA256 = Array.from({ length: 32 }, (_, n) => n.toString(16).toUpperCase().padStart(2, '0')).join(':');

export const LOOPBACK = { address: '127.0.0.1', family: 'IPv4', internal: true, interface: 'lo' } as const;
export const LAN = { address: '192.168.1.23', family: 'IPv4', internal: false, interface: 'wlan0' } as const;
export const LAN6 = { address: 'fd00::23', family: 'IPv6', internal: false, interface: 'wlan0' } as const;
export const LINK_LOCAL = { address: 'fe80::1', family: 'IPv6', internal: false, interface: 'wlan0' } as const;

/** A proxy on loopback alone, but for what `changes` say. */
export function sampleSetup(changes: Partial<Setup> = {}): Setup {
  return {
    proxy: { host: '127.0.0.1', port: 8080, listensOn: 'loopback' },
    addresses: [LOOPBACK],
    ca: {
      sha256: SHA256,
      subject: 'O=tlscope, CN=tlscope root CA 0a1b2c3d (laptop 2026-11-24)',
      notAfter: '2036-11-24T00:00:00.000Z',
      path: '/home/dev/tlscope/certs/tlscope-ca.pem',
    },
    command: 'tlscope',
    version: '0.1.0',
    ...changes,
  };
}

/** One that listens on every address. */
export function sampleSetupForAll(): Setup {
  return sampleSetup({
    proxy: { host: '0.0.0.0', port: 8080, listensOn: 'all' },
    addresses: [LINK_LOCAL, LAN6, LAN, LOOPBACK],
  });
}
