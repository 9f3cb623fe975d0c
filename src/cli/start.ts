/** `tlscope start`: the proxy and the dashboard until Ctrl-C. */
import type { Command } from 'commander';
import { type App, startApp } from '../app.ts';
import { type Config, defaultConfig, OPTIONS } from '../config.ts';
import { UserError } from '../errors.ts';
import { listensOn } from '../net/reachable.ts';
import { hostInUrl } from './address.ts';
import { configOption } from './config-option.ts';
import { ensureDashboard } from './dashboard-build.ts';
import { keepToken } from './dashboard-token.ts';
import { neverBlock, printEvents } from './json-events.ts';
import { printLines, readFilter } from './live-lines.ts';
import { createLogger } from './logger.ts';
import { findRunningProxy } from './running-proxy.ts';

export function addStartCommand(program: Command): void {
  const start = program.command('start', { isDefault: true }).description('start the proxy and the dashboard');
  const defaults = defaultConfig();
  for (const row of OPTIONS) start.addOption(configOption(row, defaults));
  start.action(async (options: Partial<Config>) => run({ ...defaults, ...options }));
}

async function run(config: Config): Promise<void> {
  const filter = config.filter === undefined ? undefined : readFilter(config.filter);
  const log = createLogger(config.logLevel);
  await ensureDashboard((line) => console.error(line));
  const app = await startApp(config, log).catch(async (error: unknown) => {
    throw (await isOwnProxy(error, config))
      ? new UserError('port-own', { host: config.host, port: config.port })
      : error;
  });
  keepToken(config.certs, app.ui.port, app.ui.token);
  if (config.json) neverBlock(process.stdout);
  const printing = config.json ? printEvents(app.log, process.stdout) : undefined;
  // On stdout for people; beside --json, stdout is for events alone.
  (config.json ? console.error : console.log)(greeting(app, config, await reachOf(config)));
  const { columns, isTTY } = process.stdout;
  const lines = config.json
    ? undefined
    : printLines(app, process.stdout, filter, {
        startedAt: app.detail.startedAt,
        width: isTTY ? columns : undefined,
        colour: isTTY === true && process.stdout.hasColors(),
      });

  const signal = await firstSignal();
  // A second Ctrl-C does not wait.
  for (const name of SIGNALS) process.once(name, () => process.exit(130));
  lines?.end();
  if (!config.json) console.log('\nStopping: connections in flight get a moment …');
  await app.stop(`${signal} received`);
  if ((await printing?.end(LAST_WORDS)) === false) process.exit(0);
}

/** Whether what holds the proxy's port is a tlscope that has the same root. */
async function isOwnProxy(error: unknown, { host, port, certs }: Config): Promise<boolean> {
  if (!(error instanceof UserError) || error.code !== 'port-taken') return false;
  // A connection to the address that stands for all of them arrives at this machine.
  const proxy = `${hostInUrl(host)}:${port}`;
  return findRunningProxy(proxy, certs).then(
    () => true,
    () => false,
  );
}

/** Ms for the reader of `--json` to take the last events. */
const LAST_WORDS = 1000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    const take = (name: NodeJS.Signals) => {
      for (const other of SIGNALS) process.off(other, take);
      resolve(name);
    };
    for (const name of SIGNALS) process.on(name, take);
  });
}

/** Who else reaches the listeners, in words; undefined where nobody does. */
interface Reach {
  readonly proxy: string | undefined;
  readonly ui: string | undefined;
}

async function reachOf({ host, uiHost }: Config): Promise<Reach> {
  const whereOf = async (listener: string) => {
    const on = await listensOn(listener);
    if (on === 'loopback') return undefined;
    return on === 'all' ? 'listens on all addresses' : 'is no loopback address';
  };
  const [proxy, ui] = await Promise.all([whereOf(host), whereOf(uiHost)]);
  return {
    proxy: proxy && `${proxy}: others in your network can use it`,
    ui: ui && `${ui}: whoever has the token can see the traffic`,
  };
}

function greeting(app: App, { keylog, showSecrets, session }: Config, reach: Reach): string {
  const { proxy, ui, authority } = app;
  const proxyUrl = `http://${hostInUrl(proxy.host)}:${proxy.port}`;
  const certificate = shellQuoted(authority.certificatePath);
  return [
    `tlscope is running. Press Ctrl-C to stop.`,
    ``,
    `  Proxy      ${proxyUrl}`,
    ...(reach.proxy === undefined ? [] : [`             ${reach.proxy}`]),
    `  Dashboard  http://${hostInUrl(ui.host)}:${ui.port}/?token=${ui.token}`,
    ...(reach.ui === undefined ? [] : [`             ${reach.ui}`]),
    `  CA         ${authority.certificatePath}`,
    `             SHA-256 ${authority.sha256}`,
    ...(keylog === undefined ? [] : [`  Key log    ${keylog}`, `             whoever has it can read the traffic`]),
    ...(session === undefined ? [] : [`  Session    ${session}`, `             whoever has it can read the traffic`]),
    ...(showSecrets ? [`  Secrets    are shown on the dashboard`] : []),
    ``,
    `Try it:`,
    `  curl --proxy ${proxyUrl} --cacert ${certificate} https://example.com/`,
  ].join('\n');
}

function shellQuoted(text: string): string {
  return /^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
