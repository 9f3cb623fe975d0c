/** Puts the parts together: one capture, one proxy, one API, from a configuration. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Authority } from './ca/authority.ts';
import { deleteRecorded } from './capture/deletion.ts';
import type { DetailOptions } from './capture/detail.ts';
import { EventLog } from './capture/event-log.ts';
import { Recall } from './capture/recall.ts';
import { Recorder } from './capture/recorder.ts';
import { LiveState } from './capture/session-state.ts';
import { SessionFileError } from './capture/store/session-file.ts';
import { metaOfRoots } from './capture/store/session-roots.ts';
import { SessionStore } from './capture/store/session-store.ts';
import { Traffic } from './capture/traffic.ts';
import { readProto } from './cli/proto-option.ts';
import { type Config, hostGlob, packageRoot, tlscopeCommand, tlscopeVersion } from './config.ts';
import { TrustStore } from './crypto/trust-store.ts';
import { reasonOf, UserError } from './errors.ts';
import { type KeyLogFile, openKeyLogFile } from './export/key-log-file.ts';
import { listensOn, reachableAddresses } from './net/reachable.ts';
import { ContextCache } from './proxy/client-leg.ts';
import type { Log } from './proxy/context.ts';
import { FailurePages } from './proxy/failure-page.ts';
import { Mirror } from './proxy/mirror.ts';
import { Passthrough } from './proxy/passthrough.ts';
import { Resumption } from './proxy/resumption.ts';
import { Roots, readRoots } from './proxy/roots.ts';
import { ProxyServer } from './proxy/server.ts';
import { ServerCertificates } from './proxy/server-certificates.ts';

export interface App {
  readonly proxy: { readonly host: string; readonly port: number };
  readonly ui: { readonly host: string; readonly port: number; readonly token: string };
  readonly authority: Authority;
  readonly log: EventLog;
  readonly state: LiveState;
  /** What its connections are looked at with. */
  readonly detail: DetailOptions;
  /** Ends in order: no new connections, a grace for those in flight, the closing event, then the API. */
  stop(reason: string): Promise<void>;
}

/** Ms for clients that were waiting for the proxy to listen. */
const WAITING_CLIENTS = 20;

/** Ms after which the roots are read even if nobody has needed them. */
const ROOTS_AFTER = 200;

/** All in ms. */
const TIMEOUTS = { front: 30_000, silence: 1000, idle: 300_000, handshake: 20_000, grace: 3000 };

/**
 * The proxy listens as early as it can: the API and the system's roots are loaded while it already accepts.
 * @throws UserError for everything a user can mend: ports, files, the CA
 */
export async function startApp(config: Config, log: Log): Promise<App> {
  const zero = performance.now();
  const startedAt = new Date();
  const now = () => performance.now() - zero;
  const added = readRoots(config.upstreamCa);
  const roots = new Roots(added);
  const names = await readProto(config.proto);
  const authority = await Authority.open(config.certs);

  const version = tlscopeVersion();
  const events = new EventLog({ now });
  // Before the session's file is made, which the next try could not make again.
  const keyLog = config.keylog === undefined ? undefined : openKeyLog(config.keylog, log);
  const session = openStore(config, events, {
    ...metaOfRoots(added),
    tlscope: version,
    root: authority.certificatePem,
  });
  const state = new LiveState(events, { keepsSummaries: true });
  const recall = new Recall(state, session);
  const recorder = new Recorder(events, now, keyLog && ((line) => keyLog.write(line)));
  const traffic = new Traffic({
    log: events,
    bodies: session,
    now,
    onFault: (conn, err) =>
      log.error({ conn, err }, 'internal error; the traffic of this connection is read no further'),
  });
  const passthrough = new Passthrough(config.passthrough);
  const ownPorts = new Set<number>();
  const proxy = new ProxyServer({
    options: { passthrough, insecure: config.insecure, fail: config.fail, timeouts: TIMEOUTS },
    recorder,
    traffic,
    authority,
    mirror: new Mirror(roots),
    certificates: new ServerCertificates(roots),
    contexts: new ContextCache(),
    resumption: new Resumption(config.resumption),
    pages: new FailurePages(),
    ownPorts,
    lifecycle: { cutting: false },
    now,
    log,
  });
  recorder.start(version);
  let proxyPort: number;
  try {
    proxyPort = await proxy.listen(config.host, config.port);
  } catch (error) {
    await session.close();
    throw listenError(error, config);
  }
  ownPorts.add(proxyPort).add(config.uiPort);
  // The first intercepted connection waits for what it needs of this; the first CONNECT waits for none of it.
  authority.prepare().catch((error: unknown) => log.error({ err: error }, 'leaf keys could not be made ahead'));

  // Loading the API holds the event loop for a while; who was waiting for the port to open is answered before.
  await setTimeout(WAITING_CLIENTS);
  const token = config.token ?? randomBytes(18).toString('base64url');
  const { createApi } = await import('./api/server.ts');
  const { Replayer } = await import('./proxy/replay.ts');
  const replayer = new Replayer({
    proxy: () => ({ host: config.host, port: proxyPort }),
    caPem: () => authority.certificatePem,
    log: events,
    traffic,
  });
  const detail: DetailOptions = {
    roots: new TrustStore(() => roots.all()),
    ownRoot: new TrustStore(() => [authority.certificatePem]),
    startedAt,
    showSecrets: config.showSecrets,
  };
  const api = await createApi({
    log: events,
    state,
    bodies: session,
    text: session,
    ...names,
    replay: (order) => replayer.replay(order),
    recall,
    remove: (order) => deleteRecorded(order, { log: events, state, store: session, recall }),
    setup: async () => ({
      proxy: { host: config.host, port: proxyPort, listensOn: await listensOn(config.host) },
      addresses: await reachableAddresses(config.host),
      ca: {
        sha256: authority.sha256,
        subject: authority.subject.replaceAll('\n', ', '),
        notAfter: authority.notAfter.toISOString(),
        path: authority.certificatePath,
      },
      command: tlscopeCommand(),
      version,
    }),
    passthrough: {
      hosts: () => ({ configured: passthrough.configured, added: passthrough.added }),
      change: ({ add = [], remove = [] }) => {
        for (const glob of add) hostGlob(glob, 'passthrough');
        if (passthrough.change(add, remove))
          events.append({ type: 'passthrough.changed', added: passthrough.added }, weightOf(passthrough.added));
      },
    },
    detail,
    config: {
      host: config.uiHost,
      port: config.uiPort,
      token,
      caPem: () => authority.certificatePem,
      version,
      uiDir: join(packageRoot(), 'web-ui', 'dist'),
      proxy: () => ({ host: config.host, port: proxyPort }),
    },
    onError: (error) => log.error({ err: error }, 'internal error of the API'),
  });
  let ui: { host: string; port: number };
  try {
    ui = await api.listen();
  } catch (error) {
    await proxy.close();
    await session.close();
    throw error;
  }
  ownPorts.add(ui.port);
  setTimeout(ROOTS_AFTER, undefined, { ref: false })
    .then(() => roots.use())
    .catch((error: unknown) => log.error({ err: error }, 'the system’s roots could not be used'));

  return {
    proxy: { host: config.host, port: proxyPort },
    ui: { ...ui, token },
    authority,
    log: events,
    state,
    detail,
    async stop(reason) {
      await proxy.close();
      recorder.stop(reason);
      await session.close();
      await api.close();
      state.close();
      await keyLog?.close();
    },
  };
}

function weightOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + 2 * text.length, 0);
}

function openStore(config: Config, log: EventLog, meta: Readonly<Record<string, string>>): SessionStore {
  const { session: path, maxBody, maxSession } = config;
  try {
    return new SessionStore({ log, path, maxBody, maxSession, meta });
  } catch (error) {
    if (!(error instanceof SessionFileError)) throw error;
    const { kind, message: reason } = error;
    const values = { path: path ?? tmpdir(), option: '--session', reason };
    throw new UserError(kind === 'unreadable' || kind === 'unwritable' ? `file-${kind}` : `session-${kind}`, values);
  }
}

function openKeyLog(path: string, log: Log): KeyLogFile {
  try {
    return openKeyLogFile(path, (text, err) => log.warn({ err, path }, text));
  } catch (error) {
    throw new UserError('file-unwritable', { path, option: '--keylog', reason: reasonOf(error) });
  }
}

function listenError(error: unknown, { host, port }: Config): unknown {
  const values = { host, port, purpose: 'proxy', flag: '--port' };
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new UserError('port-taken', values);
    case 'EACCES':
      return new UserError('port-denied', values);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new UserError('address-unavailable', { ...values, flag: '--host' });
    default:
      return error;
  }
}
