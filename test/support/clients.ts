/** Real clients, each through a running proxy. All have a time limit. */
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { type Browser, chromium } from 'playwright-core';
import { type CommandOptions, type CommandResult, runCommand } from '../../src/demo/command.ts';
import type { RunningTlscope } from './running-tlscope.ts';
import { toolPath } from './tools.ts';

/** curl, trusting our root alone. `args` come last, so that they can say otherwise. */
export function curl(
  tlscope: RunningTlscope,
  url: string,
  args: readonly string[] = [],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const trust = ['--cacert', tlscope.caFile];
  // -q: no configuration of the user's; --noproxy '': loopback too goes through the proxy.
  return runCommand('curl', ['-q', '-sS', '--proxy', tlscope.proxy, '--noproxy', '', ...trust, ...args, url], options);
}

/** `openssl s_client` that asks for `/` and reads to the end. `args` come last. */
export function sClient(
  tlscope: RunningTlscope,
  port: number,
  args: readonly string[] = [],
  host = 'localhost',
): Promise<CommandResult> {
  const to = ['-proxy', `127.0.0.1:${tlscope.proxyPort}`, '-connect', `${host}:${port}`];
  const trust = ['-CAfile', tlscope.caFile, '-verify_return_error'];
  const input = `GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`;
  return runCommand('openssl', ['s_client', '-ign_eof', ...to, ...trust, ...args], { input });
}

/** Python's ssl, strict about certificates as 3.13 is by default. Prints version, suite and the page. */
export function python(tlscope: RunningTlscope, url: string): Promise<CommandResult> {
  const script = `
import http.client, ssl, sys, urllib.parse
url = urllib.parse.urlparse(sys.argv[1])
context = ssl.create_default_context(cafile=sys.argv[2])
context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
connection = http.client.HTTPSConnection('127.0.0.1', int(sys.argv[3]), context=context, timeout=15)
connection.set_tunnel(url.hostname, url.port)
connection.request('GET', url.path)
print(connection.getresponse().read().decode())
`;
  return runCommand('python3', ['-c', script, url, tlscope.caFile, String(tlscope.proxyPort)]);
}

/** A raw tunnel: what CONNECT gives, or an error with the proxy's refusal. */
export function tunnel(tlscope: RunningTlscope, authority: string): Promise<Socket> {
  const asked = request({
    host: '127.0.0.1',
    port: tlscope.proxyPort,
    method: 'CONNECT',
    path: authority,
    headers: { host: authority },
    agent: false,
  });
  return new Promise((resolve, reject) => {
    asked.setTimeout(15_000, () => asked.destroy(new Error(`no answer to CONNECT ${authority}`)));
    asked.on('error', reject);
    asked.on('connect', (response, socket, head) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        reject(new Error(`CONNECT ${authority}: ${response.statusCode}`));
        return;
      }
      socket.setTimeout(0);
      if (head.length > 0) socket.unshift(head);
      resolve(socket as Socket);
    });
    asked.end();
  });
}

/** Node's TLS over a tunnel, trusting our root alone; resolves at `secureConnect`. */
export async function nodeTls(
  tlscope: RunningTlscope,
  authority: string,
  options: ConnectionOptions = {},
): Promise<TLSSocket> {
  const socket = await tunnel(tlscope, authority);
  const tls = connect({ socket, ca: tlscope.caPem, servername: 'localhost', ...options });
  return new Promise((resolve, reject) => {
    tls.once('error', reject);
    tls.once('close', () => reject(new Error('closed before the handshake was done')));
    tls.once('secureConnect', () => resolve(tls));
  });
}

/** Headless Chromium in a fresh profile that trusts, of all roots, ours by the hash of its key. */
export function launchChromium(tlscope: RunningTlscope, spkiSha256 = tlscope.caSpkiSha256): Promise<Browser> {
  return chromium.launch({
    executablePath: toolPath('chromium')!,
    chromiumSandbox: process.getuid?.() !== 0,
    proxy: { server: tlscope.proxy, bypass: '<-loopback>' },
    args: [`--ignore-certificate-errors-spki-list=${spkiSha256}`],
    timeout: 60_000,
  });
}
