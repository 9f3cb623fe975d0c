/** An API server on a free loopback port over a log that the test fills. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { PassthroughDesk } from '../../src/api/passthrough.ts';
import type { Replay } from '../../src/api/replay.ts';
import { type Api, type ApiConfig, createApi } from '../../src/api/server.ts';
import { deleteRecorded } from '../../src/capture/deletion.ts';
import { EventLog } from '../../src/capture/event-log.ts';
import type { Recall } from '../../src/capture/recall.ts';
import { LiveState } from '../../src/capture/session-state.ts';
import type { TextSearch } from '../../src/capture/store/search.ts';
import type { Setup } from '../../src/shared/api.ts';
import type { Fact } from '../../src/shared/events.ts';
import { MemoryBodies } from './memory-bodies.ts';
import { plainDetail } from './plain-detail.ts';

export const TOKEN = 'correct horse battery staple';
export const CA_PEM = '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n';

export interface SampleApi {
  readonly log: EventLog;
  readonly state: LiveState;
  readonly bodies: MemoryBodies;
  readonly api: Api;
  readonly port: number;
  /** `127.0.0.1:PORT` */
  readonly authority: string;
  /** Faults of ours that the server reported; checked to be none when the test ends. */
  readonly faults: unknown[];
  append(facts: readonly Fact[], weight?: number): void;
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Answer>;
  /** With the token. */
  ask(path: string): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  json(): any;
}

export interface SampleApiOptions extends Partial<ApiConfig> {
  readonly maxBytes?: number;
  /** What the state keeps; its own bounds unless given. */
  readonly keeps?: { readonly maxConnections?: number; readonly maxExchanges?: number };
  readonly replay?: Replay | undefined;
  readonly passthrough?: PassthroughDesk | undefined;
  readonly text?: TextSearch;
  readonly recall?: Recall;
  readonly setup?: () => Promise<Setup>;
  /** Deletes here; it is refused unless given. */
  readonly deletes?: true;
}

export async function startSampleApi(t: TestContext, options: SampleApiOptions = {}): Promise<SampleApi> {
  const { maxBytes, keeps, replay, passthrough, setup, text, recall, deletes, ...config } = options;
  let now = 0;
  const log = new EventLog({ now: () => now++, ...(maxBytes !== undefined && { maxBytes }) });
  const state = new LiveState(log, keeps);
  const bodies = new MemoryBodies();
  const faults: unknown[] = [];
  const api = await createApi({
    detail: plainDetail,
    log,
    state,
    bodies,
    ...(replay && { replay }),
    ...(passthrough && { passthrough }),
    ...(setup && { setup }),
    ...(deletes && { remove: (order) => deleteRecorded(order, { log, state, store: { delete: async () => true } }) }),
    ...(text && { text }),
    ...(recall && { recall }),
    config: {
      host: '127.0.0.1',
      port: 0,
      token: TOKEN,
      caPem: () => CA_PEM,
      version: '0.1.0',
      uiDir: join(tmpdir(), 'tlscope-no-such-folder'),
      proxy: () => ({ host: '127.0.0.1', port: 8080 }),
      ...config,
    },
    onError: (error) => faults.push(error),
  });
  const { port } = await api.listen();
  t.after(async () => {
    await api.close();
    state.close();
    for (const fault of faults) throw fault;
  });
  const authority = `127.0.0.1:${port}`;
  const get: SampleApi['get'] = (path, headers = {}, method = 'GET') => send(port, method, path, headers);
  return {
    log,
    state,
    bodies,
    api,
    port,
    authority,
    faults,
    append: (facts, weight) => {
      for (const fact of facts) log.append(fact, weight);
    },
    get,
    ask: (path) => get(path, { authorization: `Bearer ${TOKEN}` }),
  };
}

/** A folder that looks like a built dashboard. */
export function sampleUiDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tlscope-ui-'));
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>Sample</title>');
  writeFileSync(join(dir, 'app.js'), 'export {};');
  return dir;
}

/** The path goes out as it is written, which `fetch` would not do; nor would it set Host and Origin. */
function send(port: number, method: string, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
      answer.setEncoding('utf8');
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json: () => JSON.parse(text) }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}
