/** Firefox, driven over WebDriver BiDi (W3C): as much of it as one page and its keys need. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import WebSocket from 'ws';
import { toolPath } from '../support/tools.ts';

/** Ms for the browser to start, and for what is waited for in it. */
const PATIENCE = 30_000;

/** A first start without questions, and no traffic of the browser's own. */
const PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.proxy.type': 0,
  'services.settings.server': 'data:,#none',
  'toolkit.telemetry.enabled': false,
};

export interface FirefoxPage {
  /** Errors and warnings of the page's console, and uncaught ones. */
  readonly complaints: readonly string[];
  goto(url: string): Promise<void>;
  /** The value of an expression in the page, of what JSON knows. */
  evaluate(expression: string): Promise<unknown>;
  /** Waits until an expression is true in the page. */
  until(expression: string): Promise<void>;
  /** Presses and releases keys, one after the other; {@link KEYS} has those without a character. */
  press(...keys: string[]): Promise<void>;
}

/** Keys that are no character (WebDriver §17.4.2). */
export const KEYS = { enter: '\uE007', escape: '\uE00C', down: '\uE015', up: '\uE013', home: '\uE011' } as const;

/** Starts Firefox with a profile of its own; it ends with the test. Ask `needsTool(t, 'firefox')` first. */
export async function openFirefox(t: TestContext): Promise<FirefoxPage> {
  const profile = mkdtempSync(join(tmpdir(), 'tlscope-firefox-'));
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'];
  const firefox = spawn(toolPath('firefox')!, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' },
  });
  const ended = once(firefox, 'exit');
  t.after(async () => {
    firefox.kill('SIGKILL');
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });
  const session = await Session.open(`${await listening(firefox.stderr)}/session`);
  await session.ask('session.new', { capabilities: {} });
  const complaints: string[] = [];
  session.on('log.entryAdded', ({ level, text }) => {
    if (level === 'error' || level === 'warn') complaints.push(String(text));
  });
  await session.ask('session.subscribe', { events: ['log.entryAdded'] });
  const tree = await session.ask('browsingContext.getTree', { maxDepth: 0 });
  const context = (tree['contexts'] as { context: string }[])[0]?.context;
  return pageOf(session, context ?? '', complaints);
}

function pageOf(session: Session, context: string, complaints: readonly string[]): FirefoxPage {
  const evaluate = async (expression: string): Promise<unknown> => {
    const json = `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`;
    const answer = await session.ask('script.evaluate', { expression: json, target: { context }, awaitPromise: true });
    if (answer['type'] !== 'success') throw new Error(`${expression}: ${JSON.stringify(answer['exceptionDetails'])}`);
    return JSON.parse((answer['result'] as { value: string }).value);
  };
  return {
    complaints,
    evaluate,
    goto: async (url) => {
      await session.ask('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    until: async (expression) => {
      const found = await evaluate(`new Promise((resolve) => {
        const deadline = performance.now() + ${PATIENCE};
        const look = () => {
          if (${expression}) resolve(true);
          else if (performance.now() > deadline) resolve(false);
          else setTimeout(look, 20);
        };
        look();
      })`);
      if (found !== true) throw new Error(`not true within ${PATIENCE} ms: ${expression}`);
    },
    press: async (...keys) => {
      const actions = keys.flatMap((value) => [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ]);
      await session.ask('input.performActions', { context, actions: [{ type: 'key', id: 'keyboard', actions }] });
    },
  };
}

/** The address that Firefox prints once it listens. */
async function listening(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stderr)) {
    const address = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1];
    if (address !== undefined) {
      stderr.resume();
      return address;
    }
  }
  throw new Error('Firefox ended before it listened');
}

type Values = Record<string, unknown>;

/** Commands by number, events by name. */
class Session {
  readonly #socket: WebSocket;
  readonly #asked = new Map<number, { resolve: (result: Values) => void; reject: (error: Error) => void }>();
  readonly #listeners = new Map<string, (event: Values) => void>();
  #last = 0;

  static async open(url: string): Promise<Session> {
    const socket = new WebSocket(url);
    await once(socket, 'open', { signal: AbortSignal.timeout(PATIENCE) });
    return new Session(socket);
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#take(JSON.parse(String(data)) as Values));
    socket.on('close', () => {
      for (const { reject } of this.#asked.values()) reject(new Error('Firefox is gone'));
    });
  }

  on(event: string, listener: (event: Values) => void): void {
    this.#listeners.set(event, listener);
  }

  ask(method: string, params: Values): Promise<Values> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #take({ type, id, result, error, message, method, params }: Values): void {
    if (type === 'event') {
      this.#listeners.get(String(method))?.(params as Values);
      return;
    }
    const asked = this.#asked.get(Number(id));
    this.#asked.delete(Number(id));
    if (type === 'success') asked?.resolve(result as Values);
    else asked?.reject(new Error(`${error}: ${message}`));
  }
}
