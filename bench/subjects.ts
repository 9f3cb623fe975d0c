/** What is measured: each subject is started once, in a process of its own, and lives through all rounds. */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { BenchCertificates } from './certificates.ts';
import { Child, type SubjectProcess } from './child.ts';
import type { Step } from './options.ts';
import { PEERS, startPeer } from './peers.ts';
import type { RelayOptions } from './relay.ts';

export interface Subject {
  readonly name: string;
  /** Absent for `direct`, which has no proxy. */
  readonly process?: SubjectProcess;
  readonly port?: number;
  /** PEM root that clients of this subject must trust beside the bench's own. */
  readonly root?: string;
  /** It knows no CONNECT: clients connect to it as if it were the origin. */
  readonly isServer?: boolean;
  /** What it cannot do. */
  readonly without?: readonly Step[];
}

/** Of the origin, by what it speaks. */
export interface OriginPorts {
  readonly http1: number;
  readonly http2: number;
}

export interface Surroundings {
  readonly certificates: BenchCertificates;
  readonly group: string;
  /** A directory of this run alone. */
  readonly directory: string;
  readonly origin: OriginPorts;
  /** Where tlscope writes its CPU profile on exit; absent: no profile. */
  readonly profileDirectory?: string;
}

/** @throws when there is no such subject or it does not start. */
export async function startSubject(name: string, around: Surroundings): Promise<Subject> {
  if (name === 'direct') return { name };
  if (name === 'floor') return startRelay(name, undefined, around);
  if (name.startsWith('tap:')) return startRelay(name, name.slice(4), around);
  if (name === 'tlscope') return startTlscope(name, HERE, around);
  if (name.startsWith('tlscope:')) return startTlscope(name, resolve(name.slice(8)), around);
  const peer = PEERS.find((each) => each === name);
  if (peer !== undefined) return startPeer(peer, await freePort(), around);
  throw new TypeError(`no subject is called "${name}"`);
}

async function startRelay(name: string, tap: string | undefined, around: Surroundings): Promise<Subject> {
  const process = new Child(name, './relay.ts', [], { log: join(around.directory, `${name.replace(':', '-')}.log`) });
  const { certificates, group } = around;
  const options: RelayOptions = tap === undefined ? { certificates, group } : { certificates, group, tap };
  return { name, process, port: await process.ask<number>('listen', options) };
}

const READY_WITHIN_MS = 20_000;

const HERE = dirname(import.meta.dirname);

/** The product as a user runs it, by its command line and its API alone. @param checkout its directory */
async function startTlscope(name: string, checkout: string, around: Surroundings): Promise<Subject> {
  const [port, uiPort] = [await freePort(), await freePort()];
  const own = join(around.directory, name.replaceAll(/[^\w-]/g, '-'));
  const certs = join(own, 'certs');
  mkdirSync(certs, { recursive: true, mode: 0o700 });
  const token = 'bench-token';
  const execArgv =
    around.profileDirectory === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${around.profileDirectory}`];
  // biome-ignore format: one option and its value a line
  const args = [
    'start',
    '--port', String(port),
    '--ui-port', String(uiPort),
    '--certs', certs,
    '--token', token,
    '--upstream-ca', around.certificates.rootFile,
  ];
  const main = pathToFileURL(join(checkout, 'src/main.ts')).href;
  const process = new Child(name, main, args, { log: join(own, 'log'), execArgv });
  const root = await Promise.race([process.ended, waitForRoot(uiPort, token)]);
  return { name, process, port, root };
}

/** The CA certificate as the API gives it; asked for until the API answers. */
async function waitForRoot(uiPort: number, token: string): Promise<string> {
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${uiPort}/api/ca.pem`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const text = await response.text();
      if (response.ok && text.includes('BEGIN CERTIFICATE')) return text;
      throw new Error(`/api/ca.pem answered ${response.status}: ${text.slice(0, 200)}`);
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(100);
    }
  }
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
