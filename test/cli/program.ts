/** The commands for clients as a program of their own, and a proxy small enough to be sure of. */
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { TLSSocket } from 'node:tls';
import { Authority } from '../../src/ca/authority.ts';
import { type CommandOptions, type CommandResult, runCommand } from '../../src/demo/command.ts';
import { freshDir } from '../ca/fresh-dir.ts';

const module = (path: string) => JSON.stringify(import.meta.resolve(path));

const SCRIPT = `
import { Command } from 'commander';
import { addCaCommand } from ${module('../../src/cli/ca.ts')};
import { addRunCommand } from ${module('../../src/cli/run.ts')};
import { addBrowserCommand } from ${module('../../src/cli/browser.ts')};
const defaults = { certs: process.env.TEST_CERTS, proxy: process.env.TEST_PROXY ?? 'http://127.0.0.1:1' };
const program = new Command('tlscope');
addCaCommand(program, defaults);
addRunCommand(program, defaults);
addBrowserCommand(program, defaults);
try {
  await program.parseAsync(process.argv.slice(1), { from: 'user' });
} catch (error) {
  console.error(error.code, error.message, error.hint);
  process.exitCode = error.exitCode ?? 1;
}
`;

const ARGS = ['--input-type=module', '-e', SCRIPT, '--'];

export interface Setting {
  readonly certs: string;
  readonly proxy?: string;
}

/** Runs `tlscope ARGS…` to its end. */
export function tlscope(
  setting: Setting,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return runCommand(process.execPath, [...ARGS, ...args], {
    ...options,
    env: { ...environment(setting), ...options.env },
  });
}

/** Starts `tlscope ARGS…`, with no terminal: there Ctrl-C reaches the command by itself and is not forwarded. */
export function startTlscope(setting: Setting, args: readonly string[]) {
  return spawn(process.execPath, [...ARGS, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...environment(setting) },
  });
}

function environment({ certs, proxy }: Setting): Record<string, string> {
  return { TEST_CERTS: certs, ...(proxy && { TEST_PROXY: proxy }) };
}

/**
 * A proxy that connects to nothing: it answers every request itself with `METHOD TARGET`, those inside of a CONNECT
 * with a certificate of the authority in `certs`.
 */
export async function startProxy(t: TestContext): Promise<Required<Setting> & { readonly targets: string[] }> {
  const certs = freshDir(t);
  const authority = await Authority.open(certs);
  const targets: string[] = [];
  const inside = createServer((request, response) => {
    const host = request.headers.host ?? '';
    response.setHeader('connection', 'close').end(`${request.method} https://${host}${request.url}`);
  });
  const proxy = createServer((request, response) => {
    if (request.url === '/ca.pem') return response.setHeader('connection', 'close').end(authority.certificatePem);
    targets.push(request.url ?? '');
    return response.setHeader('connection', 'close').end(`${request.method} ${request.url}`);
  });
  proxy.on('connect', (request, socket: Socket) => {
    const host = (request.url ?? '').replace(/:\d+$/, '');
    targets.push(request.url ?? '');
    socket.on('error', () => {});
    void authority.mint({ names: [host], keyType: 'ec' }).then((leaf) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const tls = new TLSSocket(socket, { isServer: true, key: leaf.privateKeyPem, cert: leaf.certificatePem });
      tls.on('error', () => {});
      inside.emit('connection', tls);
    });
  });
  await listen(proxy);
  t.after(() => proxy.close());
  return { certs, targets, proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}
