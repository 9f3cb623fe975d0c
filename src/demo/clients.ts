/** The clients that the demo drives through the proxy: real programs, each with one request. */
import { request } from 'node:http';
import { get } from 'node:https';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { reasonOf } from '../errors.ts';
import { findCommand, runCommand } from './command.ts';

export type ClientName = 'curl' | 'openssl' | 'node';

/** Where to ask and what to trust. */
export interface Visit {
  readonly url: URL;
  readonly proxyPort: number;
  /** PEM file and text of the one root that the client trusts. */
  readonly caFile: string;
  readonly caPem: string;
}

/** What the client got: the answer's text, or why there was none. */
export interface Visited {
  readonly body: string;
  readonly error?: string;
}

/** Ms that a client has for one request. */
const PATIENCE = 30_000;

/** Which of the clients this machine has. Node is always there. */
export function availableClients(): ReadonlySet<ClientName> {
  const programs = (['curl', 'openssl'] as const).filter((name) => findCommand(name) !== undefined);
  return new Set<ClientName>(['node', ...programs]);
}

/** One request by this client. Never rejects: a failed one is the point of some visits. */
export async function visit(client: ClientName, target: Visit): Promise<Visited> {
  try {
    return await CLIENTS[client](target);
  } catch (error) {
    return { body: '', error: reasonOf(error) };
  }
}

const CLIENTS: Readonly<Record<ClientName, (target: Visit) => Promise<Visited>>> = {
  async curl({ url, proxyPort, caFile }) {
    const proxy = `http://127.0.0.1:${proxyPort}`;
    // -q: no configuration of the user's; --noproxy '': localhost too goes through the proxy.
    const args = ['-q', '-sS', '--proxy', proxy, '--noproxy', '', '--cacert', caFile, url.href];
    const { code, text: body, errorText } = await runCommand('curl', args, { timeoutMs: PATIENCE });
    return code === 0 ? { body } : { body, error: errorText.trim() };
  },

  async openssl({ url, proxyPort, caFile }) {
    const to = ['-connect', url.host, '-proxy', `127.0.0.1:${proxyPort}`, '-servername', url.hostname];
    const trust = ['-CAfile', caFile, '-verify_return_error', '-verify_hostname', url.hostname];
    const input = `GET ${url.pathname} HTTP/1.0\r\nHost: ${url.host}\r\n\r\n`;
    const result = await runCommand('openssl', ['s_client', '-quiet', '-ign_eof', ...to, ...trust], {
      input,
      timeoutMs: PATIENCE,
    });
    const [, body] = /\r\n\r\n([\s\S]*)$/.exec(result.text) ?? [];
    if (body !== undefined) return { body };
    return { body: '', error: result.errorText.trim() };
  },

  async node({ url, proxyPort, caPem }) {
    if (url.protocol === 'http:') {
      const forwarded = request({ host: '127.0.0.1', port: proxyPort, path: url.href, headers: { host: url.host } });
      forwarded.end();
      return { body: await answered(forwarded) };
    }
    const socket = await tunnel(url.host, proxyPort);
    const asked = get(url, {
      createConnection: () => connect({ socket, servername: url.hostname, ca: caPem, ALPNProtocols: ['http/1.1'] }),
    });
    return { body: await answered(asked) };
  },
};

/** The stream behind a CONNECT. */
function tunnel(authority: string, proxyPort: number): Promise<Duplex> {
  const asked = request({ host: '127.0.0.1', port: proxyPort, method: 'CONNECT', path: authority, agent: false });
  return new Promise((resolve, reject) => {
    asked.setTimeout(PATIENCE, () => asked.destroy(new Error('the proxy did not answer in time')));
    asked.on('error', reject);
    asked.on('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(`the proxy answered CONNECT with ${response.statusCode}`));
    });
    asked.end();
  });
}

function answered(asked: ReturnType<typeof request>): Promise<string> {
  return new Promise((resolve, reject) => {
    asked.setTimeout(PATIENCE, () => asked.destroy(new Error('no answer in time')));
    asked.on('error', reject);
    asked.on('response', (response) => text(response).then(resolve, reject));
  });
}
