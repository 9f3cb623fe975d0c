/** The address of a running proxy, as the commands for clients take it. */
import { connect } from 'node:net';
import { UserError } from '../errors.ts';

export interface ProxyAddress {
  /** `http://HOST:PORT`, the form that clients' settings want. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

/** A listener on this machine or in its network answers well within this; ms. */
const PATIENCE = 3000;

/**
 * Reads `http://HOST:PORT` or `HOST:PORT`.
 * @throws UserError `option-invalid`
 */
export function readProxyAddress(text: string): ProxyAddress {
  const url = parse(text.includes('://') ? text : `http://${text}`);
  const bare = url?.pathname === '/' && url.search === '' && url.hash === '';
  if (!url || !bare || url.protocol !== 'http:' || url.hostname === '' || url.username !== '')
    throw new UserError('option-invalid', {
      option: '--proxy',
      value: text,
      expected: 'Give the address of the proxy, like http://127.0.0.1:8080.',
    });
  const port = Number(url.port || 80);
  return { url: `http://${url.hostname}:${port}`, host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

/**
 * Waits until something accepts a connection there.
 * @throws UserError `proxy-not-running`
 */
export async function requireProxy(address: ProxyAddress): Promise<void> {
  const socket = connect({ host: address.host, port: address.port, signal: AbortSignal.timeout(PATIENCE) });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('connect', resolve).once('error', reject);
  try {
    await promise;
  } catch {
    throw new UserError('proxy-not-running', { address: `${address.host}:${address.port}` });
  } finally {
    socket.destroy();
  }
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
