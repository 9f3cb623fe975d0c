/** A log and its store in a folder that goes with the test, and what there is to say of an HTTP exchange. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { BodySide, BodyStore } from '../../../src/capture/body-store.ts';
import { detailOf } from '../../../src/capture/detail.ts';
import { EventLog } from '../../../src/capture/event-log.ts';
import { LiveState } from '../../../src/capture/session-state.ts';
import { type OpenedSession, openSession } from '../../../src/capture/store/open-session.ts';
import { SessionStore, type SessionStoreOptions } from '../../../src/capture/store/session-store.ts';
import type { Fact } from '../../../src/shared/events.ts';
import type { HttpExchange } from '../../../src/shared/exchange.ts';
import { plainDetail } from '../../support/plain-detail.ts';

export const MIB = 1024 * 1024;

export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'tlscope-store-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export interface SampleSession {
  readonly log: EventLog;
  readonly store: SessionStore;
  readonly path: string;
  readonly now: () => number;
}

export function startSession(t: TestContext, options: Partial<SessionStoreOptions> & { maxBytes?: number } = {}) {
  let time = 0;
  const now = () => (time += 0.25);
  const { maxBytes, ...others } = options;
  const log = new EventLog({ now, ...(maxBytes !== undefined && { maxBytes }) });
  const path = options.path ?? join(folder(t), 'test.session');
  const store = new SessionStore({ log, path, maxBody: 10 * MIB, maxSession: 1024 * MIB, meta: {}, ...others });
  t.after(() => store.close());
  return { log, store, path: store.path, now } satisfies SampleSession;
}

export async function reopen(t: TestContext, path: string, maxBytes = 1024 * MIB): Promise<OpenedSession> {
  const session = await openSession(path, { maxBytes });
  t.after(() => session.close());
  return session;
}

/** All there is to see of all connections, as JSON. */
export function everythingOf(log: EventLog): string[] {
  const state = new LiveState(log);
  state.close();
  return [...state.current().connections.values()].map((connection) =>
    JSON.stringify(detailOf(connection, plainDetail)),
  );
}

export function eventsOf(log: EventLog): string[] {
  return log
    .cursor()
    .read(1_000_000)
    .events.map((event) => JSON.stringify(event));
}

export async function bodyOf(store: BodyStore, exchange: number, side: BodySide): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const { bytes } of store.read(exchange, side)) parts.push(bytes);
  return Buffer.concat(parts);
}

/** Resolves with what `found` gives as soon as it is something. */
export async function until<T>(found: () => T | undefined | false): Promise<T> {
  for (;;) {
    const value = found();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function opened(conn: number): Fact {
  const from = { address: '127.0.0.1', port: 50_000 };
  return { type: 'connection.opened', conn, from, local: { address: '127.0.0.1', port: 8080 } };
}

export function closed(conn: number): Fact {
  return { type: 'connection.closed', conn, end: { by: 'client', cause: 'finished', text: 'It ended.' } };
}

export function exchange(id: number, conn: number): HttpExchange {
  return {
    id,
    conn,
    stream: 1,
    protocol: 'HTTP/1.1',
    scheme: 'https',
    authority: 'example.test',
    request: {
      method: 'POST',
      target: '/ö?\n\u2028"',
      headers: [['Host', 'example.test']],
      trailers: [],
      headBytes: 40,
      body: { size: 0, wireBytes: 0, kept: 0, type: '', encoding: '' },
    },
    informational: [],
    at: { started: 1 },
    outcome: { state: 'open' },
    issues: [],
  };
}

/** Every kind of event there is of HTTP. */
export function httpFacts(id: number, conn: number): Fact[] {
  const counts = { size: 3, wireBytes: 4, kept: 3 };
  const body = { ...counts, type: 'text/plain', encoding: '' };
  return [
    { type: 'http.connected', conn, protocol: 'HTTP/2', http2: { settings: { client: [] }, fingerprint: '1:2' } },
    { type: 'http.requested', conn, exchange: exchange(id, conn) },
    {
      type: 'http.responded',
      conn,
      exchange: id,
      at: 2,
      response: { status: 200, headers: [['A', 'b']], trailers: [], headBytes: 9, body },
    },
    { type: 'http.progressed', conn, exchange: id, request: counts, response: counts },
    {
      type: 'http.finished',
      conn,
      exchange: id,
      outcome: { state: 'finished' },
      times: { requested: 2, ended: 3 },
      request: { ...counts, trailers: [] },
      response: { ...counts, trailers: [['T', 'x']] },
      issues: [{ severity: 'note', text: 'odd' }],
    },
    { type: 'http.noted', conn, note: { severity: 'warning', text: 'odd', at: 3 } },
    { type: 'http.lost', conn, sender: 'server', offset: 12, reason: 'no frame' },
  ];
}
