/** Where a request in absolute form goes (RFC 9112 §3.2.2). */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** The client's own spelling. */
  readonly path: string;
  /** Host and port as the URL has them. */
  readonly authority: string;
  readonly origin: string;
}

/** @returns undefined for what is not an absolute URL of the scheme, or of its WebSocket form */
export function absoluteTarget(url: string, scheme: 'http' | 'https' = 'http'): Target | undefined {
  const match = SCHEMES[scheme].exec(url);
  if (match === null || !URL.canParse(url)) return undefined;
  const { hostname, port, host } = new URL(url);
  const rest = match[1]!;
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? DEFAULT_PORTS[scheme] : Number(port),
    path: rest.startsWith('/') ? rest : `/${rest}`,
    authority: host,
    origin: `http://${host}/`,
  };
}

const SCHEMES = { http: /^(?:http|ws):\/\/[^/?#]*([^#]*)/i, https: /^(?:https|wss):\/\/[^/?#]*([^#]*)/i };
const DEFAULT_PORTS = { http: 80, https: 443 };
