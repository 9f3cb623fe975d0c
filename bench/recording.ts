/**
 * What recording a connection costs by itself, in time and in memory: the recorder, the log and the state that follows
 * it, fed with a golden flow on both legs, no sockets.
 */
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { EventLog } from '../src/capture/event-log.ts';
import { type ConnectionRecorder, Recorder } from '../src/capture/recorder.ts';
import { LiveState } from '../src/capture/session-state.ts';
import { keyLogLines } from '../test/capture/key-log-line.ts';
import { parseFlow } from '../test/wire/tls/flow.ts';
import { table } from './table.ts';

export interface RecordingCost {
  /** µs of CPU a connection, with everything kept. */
  readonly keeping: number;
  /** µs of CPU a connection, with the log so small that hardly anything is kept. */
  readonly dropping: number;
  /** Bytes that a connection keeps in memory, on the JavaScript heap and off it. */
  readonly retained: number;
  /** Bytes that the log takes a connection for; its budget is counted in these. */
  readonly declared: number;
}

const FLOWS = new URL('../test/fixtures/tls/', import.meta.url);
const WARM = 500;
const CONNECTIONS = 2000;
const TINY = 65_536;

/** Takes some seconds. */
export async function recordingCost(): Promise<RecordingCost> {
  const flow = 'tls13-ecdsa';
  // The first is for the compiler.
  await recordSeries({ flow, maxBytes: TINY });
  const dropping = await recordSeries({ flow, maxBytes: TINY });
  const keeping = await recordSeries({ flow });
  return { keeping: keeping.cpu, dropping: dropping.cpu, retained: keeping.retained, declared: keeping.declared };
}

export function recordingReport({ keeping, dropping, retained, declared }: RecordingCost): string {
  const kib = (bytes: number) => (bytes / 1024).toFixed(1);
  return table([
    ['recording one connection (tls13-ecdsa on both legs)', ''],
    ['CPU, everything kept, µs', keeping.toFixed(0)],
    ['CPU, nothing kept, µs', dropping.toFixed(0)],
    ['memory kept, KiB', kib(retained)],
    ['counted by the log for it, KiB', kib(declared)],
  ]);
}

export interface RecordedSeries {
  /** µs of CPU a connection. */
  readonly cpu: number;
  /** As in `RecordingCost`. */
  readonly retained: number;
  readonly declared: number;
}

/**
 * Records many connections, one after the other.
 * @param options.flow on both legs; `maxBytes` of the log, unbounded unless given; `stayOpen`: none is closed, and what
 *   records it is kept, as the sockets of an open connection keep it
 */
export async function recordSeries(options: {
  readonly flow: string;
  readonly maxBytes?: number;
  readonly connections?: number;
  readonly stayOpen?: boolean;
}): Promise<RecordedSeries> {
  const { flow, maxBytes = Number.MAX_SAFE_INTEGER, connections = CONNECTIONS, stayOpen = false } = options;
  const now = () => performance.now();
  const log = new EventLog({ now, maxBytes });
  const state = new LiveState(log);
  const kept: ConnectionRecorder[] = [];
  const record = script(new Recorder(log, now), now, flow, (connection) => {
    if (stayOpen) kept.push(connection);
    else close(connection, now());
  });
  for (let n = 0; n < WARM; n += 1) await record();
  const [memory, bytes, before] = [live(), log.bytes, process.cpuUsage()];
  for (let n = 0; n < connections; n += 1) await record();
  const { user, system } = process.cpuUsage(before);
  const series = {
    cpu: (user + system) / connections,
    retained: (live() - memory) / connections,
    declared: (log.bytes - bytes) / connections,
  };
  state.close();
  kept.length = 0;
  return series;
}

/** A whole connection as the proxy tells it to the recorder, up to its last byte. */
function script(
  recorder: Recorder,
  now: () => number,
  flow: string,
  end: (connection: ConnectionRecorder) => void,
): () => Promise<void> {
  const { steps } = parseFlow(readFileSync(new URL(`${flow}.flow`, FLOWS), 'utf8'));
  const line = keyLogLines(steps);
  const feed = steps.map((step) => (step.kind === 'bytes' ? step : { kind: 'line' as const, line: line(step) }));
  return async () => {
    // The sockets hand over objects and a chunk of its own each time.
    const here = () => ({ address: '127.0.0.1', port: 8080 });
    const connection = recorder.open(here(), here());
    connection.intent({ how: 'connect', host: 'localhost', port: 443 });
    connection.decided({ action: 'intercept', reason: 'TLS inside CONNECT' });
    for (const role of ['client', 'server'] as const) {
      const leg = connection.leg(role);
      leg.connected(here(), here());
      for (const step of feed) {
        if (step.kind === 'line') leg.keylog(step.line);
        else leg.bytes(step.sender === role ? 'received' : 'sent', Buffer.from(step.bytes), now());
      }
      leg.established();
      if (!leg.isEstablished) throw new Error('the flow does not hold a whole handshake');
    }
    end(connection);
    await turn();
  };
}

function close(connection: ConnectionRecorder, at: number): void {
  for (const role of ['client', 'server'] as const) {
    connection.leg(role).closed({ sent: 0, received: 0 }, { at, by: 'peer', how: 'fin' });
  }
  connection.closed({ by: 'client', cause: 'finished', text: 'The client closed the connection.' });
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use after a full collection. */
function live(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
