/**
 * Other interception proxies, as Debian packages them, set to do no more than they must: to end TLS on both sides and pass
 * on what is inside. None of them records handshakes, and none keeps bodies. mitmproxy reads and rewrites HTTP, squid too;
 * sslsplit passes bytes on.
 */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from './options.ts';
import { Program } from './program.ts';
import type { Subject, Surroundings } from './subjects.ts';

export const PEERS = ['mitmproxy', 'squid', 'sslsplit'] as const;
type Peer = (typeof PEERS)[number];

const READY_WITHIN_MS = 20_000;

/** They speak HTTP/1 alone when they intercept. */
const NO_HTTP2: readonly Step[] = ['h2'];

interface Started extends Pick<Subject, 'isServer' | 'without'> {
  readonly program: Program;
  /** There at the latest when it listens. */
  readonly rootFile: string;
}

/** @throws when it is not installed or does not start. */
export async function startPeer(name: Peer, port: number, around: Surroundings): Promise<Subject> {
  const own = join(around.directory, name);
  mkdirSync(own, { mode: 0o755 });
  const start = { mitmproxy: startMitmproxy, squid: startSquid, sslsplit: startSslsplit }[name];
  const { program, rootFile, ...how } = start(port, own, around);
  try {
    await Promise.race([program.ended, listens(port)]);
    return { name, process: program, port, root: readFileSync(rootFile, 'utf8'), ...how };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

function startMitmproxy(port: number, own: string, { certificates }: Surroundings): Started {
  // biome-ignore format: one option and its value a line
  const args = [
    '--quiet',
    '--listen-host', '127.0.0.1',
    '--listen-port', String(port),
    '--set', `confdir=${own}`,
    '--set', `ssl_verify_upstream_trusted_ca=${certificates.rootFile}`,
  ];
  return { program: new Program('mitmdump', args, join(own, 'log')), rootFile: join(own, 'mitmproxy-ca-cert.pem') };
}

function startSquid(port: number, own: string, { certificates, directory }: Surroundings): Started {
  const store = join(own, 'certs');
  const maker = '/usr/lib/squid/security_file_certgen';
  execFileSync(maker, ['-c', '-s', store, '-M', '4MB'], { stdio: 'ignore' });
  const config = join(own, 'squid.conf');
  writeFileSync(
    config,
    [
      `http_port 127.0.0.1:${port} ssl-bump cert=${certificates.rootFile} key=${certificates.rootKeyFile} generate-host-certificates=on dynamic_cert_mem_cache_size=4MB`,
      `sslcrtd_program ${maker} -s ${store} -M 4MB`,
      'sslcrtd_children 2 startup=1 idle=1',
      `tls_outgoing_options cafile=${certificates.rootFile}`,
      'acl hello at_step SslBump1',
      'ssl_bump stare hello',
      'ssl_bump bump all',
      'http_access allow all',
      'cache deny all',
      'access_log none',
      `cache_log ${join(own, 'cache.log')}`,
      `coredump_dir ${own}`,
      'pid_filename none',
      'shutdown_lifetime 1 seconds',
      'pinger_enable off',
    ].join('\n'),
  );
  // Started by root, it goes on as Debian's user for it.
  if (process.getuid?.() === 0) {
    execFileSync('chown', ['-R', 'proxy', own]);
    chmodSync(directory, 0o711);
  }
  const program = new Program('squid', ['-N', '-d', '1', '-n', `bench${process.pid}`, '-f', config], join(own, 'log'));
  return { program, rootFile: certificates.rootFile, without: NO_HTTP2 };
}

/** It knows no CONNECT: clients reach it as if it were the server. */
function startSslsplit(port: number, own: string, { certificates, origin }: Surroundings): Started {
  // biome-ignore format: one option and its value a line
  const args = [
    '-c', certificates.rootFile,
    '-k', certificates.rootKeyFile,
    'https', '127.0.0.1', String(port), '127.0.0.1', String(origin.http1),
  ];
  const program = new Program('sslsplit', args, join(own, 'log'));
  return { program, rootFile: certificates.rootFile, isServer: true, without: NO_HTTP2 };
}

async function listens(port: number): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
      socket.once('close', () => socket.destroy());
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    if (performance.now() > until) throw new Error(`nothing listens on port ${port}`);
    await sleep(100);
  }
}
