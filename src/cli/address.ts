/** Addresses as they are printed and as clients are told them. */

/** A host as a URL wants it. An unspecified address is not one to connect to: loopback stands for it. */
export function hostInUrl(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
