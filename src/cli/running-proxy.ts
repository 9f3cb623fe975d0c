/** The running proxy that the commands for clients need. */
import { X509Certificate } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { Authority } from '../ca/authority.ts';
import { CHECK_FIELD } from '../ca/check-mark.ts';
import { pemCertificates } from '../ca/pem.ts';
import { UserError } from '../errors.ts';

export interface RunningProxy {
  readonly address: ProxyAddress;
  readonly authority: Authority;
}

export interface ProxyAddress {
  /** `http://HOST:PORT`, the form that clients' settings want. */
  readonly url: string;
}

/** A listener on this machine or in its network answers well within this; ms. */
const PATIENCE = 3000;

/**
 * Reads `http://HOST:PORT` or `HOST:PORT`.
 * @throws UserError `option-invalid`
 */
export function readProxyAddress(given: string): ProxyAddress {
  const url = parse(given.includes('://') ? given : `http://${given}`);
  const bare = url?.pathname === '/' && url.search === '' && url.hash === '';
  if (!url || !bare || url.protocol !== 'http:' || url.hostname === '' || url.username !== '')
    throw new UserError('option-invalid', {
      option: '--proxy',
      value: given,
      expected: 'Give the address of the proxy, like http://127.0.0.1:8080.',
    });
  return { url: `http://${url.hostname}:${url.port || 80}` };
}

/**
 * The proxy that runs there and its authority, once it is sure that the two belong together: a client that is told to
 * trust another root than the proxy's would refuse every server.
 * @throws UserError `option-invalid`, `proxy-not-running`, `ca-mismatch`, `ca-none`, and those of `Authority.open`
 */
export async function findRunningProxy(proxy: string, certs: string): Promise<RunningProxy> {
  const address = readProxyAddress(proxy);
  const known = await Authority.find(certs);
  const itsCertificate = await certificateOf(address, known?.checkMark);
  // Its first start may just have made it.
  const authority = known ?? (await Authority.find(certs));
  if (authority === undefined) throw new UserError('ca-none', { dir: certs });
  // Compared and not taken from there: whoever listens on that port must not choose what our user trusts.
  if (new X509Certificate(itsCertificate).fingerprint256 !== authority.sha256)
    throw new UserError('ca-mismatch', { address: name(address), dir: certs });
  return { address, authority };
}

/** What a proxy answers to a request to itself. @param mark by which it knows us, and keeps the request out of its record */
async function certificateOf(address: ProxyAddress, mark: string | undefined): Promise<string> {
  try {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = mark === undefined ? {} : { [CHECK_FIELD]: mark };
    // No agent: no proxy variable of the environment gets in between.
    const options = { agent: false, headers, signal: AbortSignal.timeout(PATIENCE) };
    get(`${address.url}/ca.pem`, options, resolve).once('error', reject);
    const [certificate] = pemCertificates(await text(await promise));
    if (certificate !== undefined) return certificate;
  } catch {
    // Nobody there, or somebody who does not speak HTTP.
  }
  throw new UserError('proxy-not-running', { address: name(address) });
}

function name(address: ProxyAddress): string {
  return address.url.slice('http://'.length);
}

function parse(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined;
}
