/** `host:port`, an IPv6 address in brackets. Not escaped. */
export function endpointText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
