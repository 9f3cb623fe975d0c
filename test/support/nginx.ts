/** nginx as an HTTPS server of files, over HTTP/1.1 and HTTP/2. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Credential } from '../../src/demo/credentials.ts';
import { toolPath } from './tools.ts';

export interface Nginx extends AsyncDisposable {
  readonly port: number;
  /** A line for each request that it has answered, as `FORMAT` has it. */
  log(): string[];
}

/** What nginx says of a request. */
const FORMAT = '$server_protocol $request_method $request_uri $status $body_bytes_sent';
const READY_WITHIN_MS = 10_000;

/** @param files by their names; texts that clients want compressed are */
export async function startNginx(
  { cert, key }: Credential,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'tlscope-nginx-'));
  const port = await freePort();
  mkdirSync(join(folder, 'files'));
  mkdirSync(join(folder, 'logs'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'files', name), content);
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
  const log = join(folder, 'access.log');
  const ownFolders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off;
     master_process off;
     pid ${folder}/pid;
     error_log stderr error;
     events {}
     http {
       ${ownFolders.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')}
       log_format plain '${FORMAT}';
       access_log ${log} plain;
       types { text/plain txt; application/octet-stream bin; }
       gzip on;
       gzip_types text/plain;
       server {
         listen 127.0.0.1:${port} ssl http2;
         ssl_certificate ${folder}/cert.pem;
         ssl_certificate_key ${folder}/key.pem;
         root ${folder}/files;
         add_header X-MiXed 'One';
         add_header x-mixed 'two';
       }
     }`,
  );
  const child = spawn(toolPath('nginx')!, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const exited = once(child, 'exit');
  process.once('exit', () => child.kill('SIGKILL'));
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await isListening(port))) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`nginx did not start:\n${errors}`);
    await sleep(20);
  }
  return {
    port,
    log: () => readFileSync(log, 'utf8').trimEnd().split('\n'),
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
