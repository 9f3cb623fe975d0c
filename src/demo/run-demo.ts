/** The main job without the internet: local servers, a proxy with a CA of its own, real clients, and what was recorded. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, startApp } from '../app.ts';
import { defaultConfig } from '../config.ts';
import type { Connection, ConnectionSummary } from '../shared/model.ts';
import { type RenderOptions, sideBySide } from '../terminal/side-by-side.ts';
import { availableClients, visit } from './clients.ts';
import { ORIGINS, type Origins, startOrigins } from './origins.ts';
import { faults, PLAN, type PlannedVisit } from './plan.ts';

type Log = Parameters<typeof startApp>[1];

export interface DemoOptions extends RenderOptions {
  /** Ports of the proxy and the dashboard; 0 takes any free one. */
  readonly port: number;
  readonly uiPort: number;
  readonly log: Log;
  readonly print: (line: string) => void;
}

export interface Demo {
  readonly app: App;
  /** What went otherwise than it should, one line each. */
  readonly faults: readonly string[];
  /** Ends the proxy and the servers and removes the demo's folder. */
  stop(reason: string): Promise<void>;
}

/** Runs every visit of the plan and prints each. The proxy is still up when this resolves, for its dashboard. */
export async function runDemo(options: DemoOptions): Promise<Demo> {
  const { print } = options;
  const folder = mkdtempSync(join(tmpdir(), 'tlscope-demo-'));
  const originRoot = join(folder, 'origins-root.pem');
  const origins = await startOrigins();
  writeFileSync(originRoot, origins.rootPem);
  const { port, uiPort, log } = options;
  const config = { ...defaultConfig(), port, uiPort, certs: join(folder, 'certs'), upstreamCa: [originRoot] };
  const cleanUp = async () => {
    await origins.close();
    rmSync(folder, { recursive: true, force: true });
  };
  let app: App;
  try {
    app = await startApp(config, log);
  } catch (error) {
    await cleanUp();
    throw error;
  }

  const available = availableClients();
  for (const name of ['curl', 'openssl'] as const) {
    if (!available.has(name)) print(`${name} is not installed; Node makes its connections instead.`);
  }
  const found: string[] = [];
  for (const [i, row] of PLAN.entries()) {
    const planned = available.has(row.client) ? row : { ...row, client: 'node' as const };
    print('');
    print(`${i + 1}/${PLAN.length}  ${titleOf(planned)}`);
    const wrong = await make(planned, app, origins, originRoot, options);
    for (const each of wrong) print(`  NOT AS IT SHOULD BE: ${each}`);
    found.push(...wrong.map((each) => `${titleOf(planned)}: ${each}`));
  }
  return {
    app,
    faults: found,
    async stop(reason) {
      await app.stop(reason);
      await cleanUp();
    },
  };
}

function titleOf({ client, origin, distrusts }: PlannedVisit): string {
  const name = client === 'node' ? 'Node’s https' : client;
  return `${name} to «${ORIGINS[origin].title}»${distrusts ? ', not trusting tlscope’s CA' : ''}`;
}

async function make(
  planned: PlannedVisit,
  app: App,
  origins: Origins,
  originRoot: string,
  options: DemoOptions,
): Promise<string[]> {
  const { authority, proxy } = app;
  const trust = planned.distrusts
    ? { caFile: originRoot, caPem: origins.rootPem }
    : { caFile: authority.certificatePath, caPem: authority.certificatePem };
  const target = { url: new URL(origins.get(planned.origin).url), proxyPort: proxy.port, ...trust };
  const before = (await list(app)).at(-1)?.id ?? 0;
  const visited = await visit(planned.client, target);
  const connection = await recorded(app, before);
  if (connection !== undefined) {
    for (const line of sideBySide(connection, options)) options.print(line);
  }
  return faults(planned, visited, connection);
}

/** The connection that came after `before`, once it is closed, or after two seconds as it then is. */
async function recorded(app: App, before: number): Promise<Connection | undefined> {
  const deadline = performance.now() + 2000;
  for (;;) {
    const summary = (await list(app)).find((each) => each.id > before);
    const late = performance.now() > deadline;
    if (summary?.end !== undefined || (late && summary !== undefined)) {
      return (await ask(app, `/api/connections/${summary.id}`)) as Connection;
    }
    if (late) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function list(app: App): Promise<ConnectionSummary[]> {
  return (await ask(app, '/api/connections')) as ConnectionSummary[];
}

/** As any program would ask: the API and its token. */
async function ask({ ui }: App, path: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${ui.port}${path}`, {
    headers: { authorization: `Bearer ${ui.token}` },
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}
