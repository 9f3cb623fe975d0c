/** `tlscope open FILE`: the dashboard on a session that was kept, without a proxy. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createApi } from '../api/server.ts';
import { LiveState } from '../capture/session-state.ts';
import type { OpenedSession, OpeningSession } from '../capture/store/open-session.ts';
import { rootsOfMeta } from '../capture/store/session-roots.ts';
import { type Config, defaultConfig, OPTIONS, packageRoot, tlscopeVersion } from '../config.ts';
import { TrustStore } from '../crypto/trust-store.ts';
import { Roots, readRoots } from '../proxy/roots.ts';
import type { SessionState } from '../shared/reduce.ts';
import { printable } from '../wire/x509/printable.ts';
import { hostInUrl } from './address.ts';
import { configOption } from './config-option.ts';
import { ensureDashboard } from './dashboard-build.ts';
import { keepToken } from './dashboard-token.ts';
import { readProto } from './proto-option.ts';
import { startSession } from './session.ts';

/** Those of `tlscope start` that are about looking. */
const TAKEN = [
  'uiPort',
  'uiHost',
  'token',
  'upstreamCa',
  'showSecrets',
  'proto',
] as const satisfies readonly (keyof Config)[];

type Options = Pick<Config, (typeof TAKEN)[number]>;

/** Of what is listed; the file has its own bound. */
const LIMITS = { maxConnections: 1_000_000, maxExchanges: 1_000_000 };

/** Adds the subcommand. Its action throws UserError. */
export function addOpenCommand(program: Command): void {
  const command = program
    .command('open')
    .summary('show a session that was kept with --session')
    .description(
      'Shows a session file on the dashboard: all connections with both handshakes, and their traffic. There is no proxy, ' +
        'and the file is only read; it may be the session of a tlscope that is still running, as it was at this moment. ' +
        'A deletion that was cut off is finished, if nobody else has the file open and it may be written to.',
    )
    .argument('<file>', 'written by tlscope start --session FILE');
  const defaults = defaultConfig();
  for (const row of OPTIONS.filter(({ key }) => (TAKEN as readonly string[]).includes(key))) {
    command.addOption(configOption(row, defaults));
  }
  command.action(async (path: string, options: Partial<Options>) => open(path, { ...defaults, ...options }));
}

async function open(path: string, options: Options): Promise<void> {
  const added = readRoots(options.upstreamCa);
  const names = await readProto(options.proto);
  await ensureDashboard((line) => console.error(line));
  const breakOff = new AbortController();
  const signalled = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => resolve());
  });
  void signalled.then(() => breakOff.abort());
  const session = await startSession(path, 'tlscope open', breakOff.signal).catch((error: unknown) => {
    if (breakOff.signal.aborted) process.exit(130);
    throw error;
  });
  const state = new LiveState(session.log, LIMITS);
  const { capture } = state.current();
  const { root = '' } = session.meta;
  const token = options.token ?? randomBytes(18).toString('base64url');
  const api = await createApi({
    log: session.log,
    state,
    bodies: session.bodies,
    text: session.text,
    ...names,
    detail: {
      roots: new TrustStore(() => new Roots([...rootsOfMeta(session.meta), ...added]).all()),
      ownRoot: new TrustStore(() => [root]),
      startedAt: new Date(capture?.wallClock ?? 0),
      showSecrets: options.showSecrets,
    },
    config: {
      host: options.uiHost,
      port: options.uiPort,
      token,
      caPem: () => root,
      version: tlscopeVersion(),
      uiDir: join(packageRoot(), 'web-ui', 'dist'),
      loading: () => (isWhole(session) ? undefined : { ...session.progress }),
    },
    onError: (error) => console.error(error),
  });
  const ui = await api.listen();
  keepToken(process.env['TLSCOPE_CERTS'] ?? defaultConfig().certs, ui.port, token);
  const address = `\n  Dashboard  http://${hostInUrl(ui.host)}:${ui.port}/?token=${token}`;
  const summary = session.whole.then((opened) => greeting(path, opened, state.current()));
  if (isWhole(session)) {
    console.log(await summary);
    console.log(address);
  } else {
    console.log(`${path} is being read. Press Ctrl-C to stop.`);
    console.log(`${address}\n`);
    // Broken off there is nothing to say.
    summary.then(console.log, () => {});
  }

  await signalled;
  await api.close();
  state.close();
  await session.close();
}

const UNFINISHED =
  'A deletion was not finished: what was deleted is still in this file’s bytes. It is finished by "tlscope open" on this\n' +
  'file once no other program has it open, by a user who may write to it.';

function isWhole({ progress: { done, total } }: OpeningSession): boolean {
  return done === total;
}

function greeting(
  path: string,
  { log, fault, isUnfinished }: OpenedSession,
  { connections, stopped }: SessionState,
): string {
  const { size } = connections;
  return [
    `${path}: ${size} ${size === 1 ? 'connection' : 'connections'}. Press Ctrl-C to stop.`,
    ...(stopped !== undefined ? [] : ['It does not end in order: that tlscope still runs, or was cut off.']),
    ...(isUnfinished ? [UNFINISHED] : []),
    ...(log.first > 1 ? [`The oldest ${log.first - 1} events were left out, as they take too much memory.`] : []),
    ...(fault === undefined
      ? []
      : [`The file is damaged; what stands before the damage is shown (${printable(fault)}).`]),
  ].join('\n');
}
