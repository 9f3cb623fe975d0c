/** tlscope as its users run it: the command, in a process of its own, on free ports, with a CA of its own. */
import { spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CaptureEvent } from '../../src/shared/events.ts';
import type { Connection, ConnectionSummary } from '../../src/shared/model.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const TOKEN = 'end-to-end-tests';
/** Ms that a connection has to appear and to close. */
const PATIENCE = 30_000;

export interface RunningTlscope extends AsyncDisposable {
  readonly proxyPort: number;
  readonly uiPort: number;
  readonly pid: number;
  /** Of the API. */
  readonly token: string;
  /** `http://127.0.0.1:PORT` */
  readonly proxy: string;
  readonly caFile: string;
  readonly caPem: string;
  readonly caSpkiSha256: string;
  /** Every event that `--json` printed so far. */
  readonly events: readonly CaptureEvent[];
  /** What the process wrote to stderr so far: the greeting and the log. */
  stderr(): string;
  /** Id of the newest connection. */
  newest(): number;
  /** The first connection after `id` (to `port`, if given), once it is closed, as the API gives it. */
  closedAfter(id: number, port?: number): Promise<Connection>;
  /** The first event of this type about a connection after `id`. */
  eventAfter(id: number, type: CaptureEvent['type']): Promise<CaptureEvent>;
  /** `GET path` of the API. */
  api(path: string): Promise<unknown>;
  /** @returns the exit code */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts `tlscope start`.
 * @param roots PEM to trust on the server leg, beside the system's
 */
export async function runTlscope(roots: string, args: readonly string[] = []): Promise<RunningTlscope> {
  const folder = mkdtempSync(join(tmpdir(), 'tlscope-e2e-'));
  const upstream = join(folder, 'upstream.pem');
  writeFileSync(upstream, roots);
  const certs = join(folder, 'certs');
  const options = ['--port', '0', '--ui-port', '0', '--certs', certs, '--upstream-ca', upstream, '--token', TOKEN];
  const child = spawn(process.execPath, [MAIN, 'start', '--json', ...options, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const events: CaptureEvent[] = [];
  const waiting = new Set<() => void>();
  child.once('exit', () => {
    for (const wake of waiting) wake();
  });
  createInterface(child.stdout).on('line', (line) => {
    events.push(JSON.parse(line) as CaptureEvent);
    for (const wake of waiting) wake();
  });
  let stderr = '';
  const greeted = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
      if (/^ {2}curl /m.test(stderr)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`tlscope ended with ${code} before it was up:\n${stderr}`)));
  });
  // A test file that ends early must not leave a proxy behind.
  const killed = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', killed);
  await greeted;
  const port = (name: string) => Number(new RegExp(`^ +${name} +http://[\\w.:[\\]]+:(\\d+)`, 'm').exec(stderr)?.[1]);
  const proxyPort = port('Proxy');
  const uiPort = port('Dashboard');
  const caFile = join(certs, 'tlscope-ca.pem');
  const caPem = readFileSync(caFile, 'utf8');

  const api = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${uiPort}${path}`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  const until = async <T>(found: () => T | undefined, what: string): Promise<T> => {
    const deadline = performance.now() + PATIENCE;
    for (;;) {
      const value = found();
      if (value !== undefined) return value;
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`tlscope ended with ${child.exitCode ?? child.signalCode}; no ${what} came:\n${stderr}`);
      const left = deadline - performance.now();
      if (left <= 0)
        throw new Error(`no ${what} within ${PATIENCE} ms; events: ${events.map((e) => e.type).join(' ')}`);
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, left);
        waiting.add(done);
      });
    }
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    process.off('exit', killed);
    child.kill(signal);
    const [code] = await exited;
    rmSync(folder, { recursive: true, force: true });
    return code as number | null;
  };

  return {
    proxyPort,
    uiPort,
    pid: child.pid!,
    token: TOKEN,
    proxy: `http://127.0.0.1:${proxyPort}`,
    caFile,
    caPem,
    caSpkiSha256: spkiSha256(caPem),
    events,
    stderr: () => stderr,
    newest: () => events.reduce((id, event) => (event.type === 'connection.opened' ? event.conn : id), 0),
    async closedAfter(id, toPort) {
      const { conn } = (await until(
        () =>
          events.find(
            (event) =>
              event.type === 'connection.intent' &&
              event.conn > id &&
              (toPort ?? event.intent.port) === event.intent.port,
          ),
        `connection to port ${toPort ?? 'any'}`,
      )) as Extract<CaptureEvent, { type: 'connection.intent' }>;
      await until(
        () => events.find((event) => event.type === 'connection.closed' && event.conn === conn),
        `close of connection ${conn}`,
      );
      return (await api(`/api/connections/${conn}`)) as Connection;
    },
    eventAfter: (id, type) =>
      until(() => events.find((event) => event.type === type && 'conn' in event && event.conn > id), `${type} event`),
    api,
    stop,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) await stop();
    },
  };
}

/** The list as `GET /api/connections` gives it. */
export async function listConnections(tlscope: RunningTlscope): Promise<ConnectionSummary[]> {
  return (await tlscope.api('/api/connections')) as ConnectionSummary[];
}

/** base64 of SHA-256 over the certificate's SubjectPublicKeyInfo. */
function spkiSha256(pem: string): string {
  const der = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64');
}
