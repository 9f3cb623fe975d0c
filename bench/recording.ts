/**
 * What recording a connection costs by itself, in time and in memory: the recorder, the log and the state that follows
 * it, fed with a golden flow on both legs, no sockets.
 */
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { EventLog } from '../src/capture/event-log.ts';
import { Recorder } from '../src/capture/recorder.ts';
import { LiveState } from '../src/capture/session-state.ts';
import { formatKeyLogLine } from '../src/crypto/keylog.ts';
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

const FLOW = new URL('../test/fixtures/tls/tls13-ecdsa.flow', import.meta.url);
const WARM = 500;
const CONNECTIONS = 2000;
const TINY = 65_536;

/** Takes some seconds. */
export async function recordingCost(): Promise<RecordingCost> {
  const dropping = await series(TINY);
  const keeping = await series(Number.MAX_SAFE_INTEGER);
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

async function series(maxBytes: number): Promise<{ cpu: number; retained: number; declared: number }> {
  const now = () => performance.now();
  const log = new EventLog({ now, maxBytes });
  const state = new LiveState(log);
  const connection = script(new Recorder(log, now), now);
  for (let n = 0; n < WARM; n += 1) await connection();
  const [memory, bytes, before] = [live(), log.bytes, process.cpuUsage()];
  for (let n = 0; n < CONNECTIONS; n += 1) await connection();
  const { user, system } = process.cpuUsage(before);
  const cost = {
    cpu: (user + system) / CONNECTIONS,
    retained: (live() - memory) / CONNECTIONS,
    declared: (log.bytes - bytes) / CONNECTIONS,
  };
  state.close();
  return cost;
}

/** A whole connection as the proxy tells it to the recorder. */
function script(recorder: Recorder, now: () => number): () => Promise<void> {
  const { steps } = parseFlow(readFileSync(FLOW, 'utf8'));
  const clientRandom = Buffer.alloc(32, 1);
  const feed = steps.map((step) =>
    step.kind === 'bytes'
      ? step
      : { kind: 'line' as const, line: Buffer.from(formatKeyLogLine({ ...step, clientRandom })) },
  );
  const here = { address: '127.0.0.1', port: 8080 };
  return async () => {
    const connection = recorder.open(here, here);
    connection.intent({ how: 'connect', host: 'localhost', port: 443 });
    connection.decided({ action: 'intercept', reason: 'TLS inside CONNECT' });
    for (const role of ['client', 'server'] as const) {
      const leg = connection.leg(role);
      leg.connected(here, here);
      for (const step of feed) {
        // The sockets hand over a chunk of its own each time.
        if (step.kind === 'line') leg.keylog(step.line);
        else leg.bytes(step.sender === role ? 'received' : 'sent', Buffer.from(step.bytes), now());
      }
      leg.established();
      if (!leg.isEstablished) throw new Error('the flow does not hold a whole handshake');
    }
    for (const role of ['client', 'server'] as const) {
      connection.leg(role).closed({ sent: 0, received: 0 }, { at: now(), by: 'peer', how: 'fin' });
    }
    connection.closed({ by: 'client', cause: 'finished', text: 'The client closed the connection.' });
    await turn();
  };
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
