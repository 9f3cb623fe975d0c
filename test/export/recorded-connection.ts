/** Recorded connections for tests of exports: golden flows played to a recorder as the taps would, on both legs. */
import { EventLog } from '../../src/capture/event-log.ts';
import { type LegRecorder, Recorder } from '../../src/capture/recorder.ts';
import { LiveState } from '../../src/capture/session-state.ts';
import type { Connection, Endpoint, LegRole } from '../../src/shared/model.ts';
import { keyLogLines } from '../capture/key-log-line.ts';
import { flows } from '../wire/tls/replay.ts';

export interface RecordOptions {
  readonly client: Endpoint;
  readonly proxy: Endpoint;
  /** Our end and the server's of the server leg. */
  readonly dialled: readonly [local: Endpoint, remote: Endpoint];
  /** Whether the connection ends. */
  readonly open?: true;
  /** How both legs end; `fin` unless given. */
  readonly end?: 'reset';
}

export const V4: RecordOptions = {
  client: { address: '127.0.0.1', port: 50_001 },
  proxy: { address: '127.0.0.1', port: 8080 },
  dialled: [
    { address: '192.168.1.2', port: 40_001 },
    { address: '192.0.2.7', port: 443 },
  ],
};

/** A connection with this flow on each leg. */
export function recordedConnection(flow: string, options: RecordOptions = V4): Connection {
  let t = 0;
  const now = () => (t += 0.25);
  const log = new EventLog({ now });
  const state = new LiveState(log);
  record(new Recorder(log, now), flow, now, options);
  state.close();
  return state.current().connections.get(1)!;
}

/** The same, told to a recorder. */
export function record(recorder: Recorder, flow: string, now: () => number, options: RecordOptions = V4): void {
  const connection = recorder.open(options.client, options.proxy);
  connection.intent({ how: 'connect', host: 'example.test', port: 443 });
  const [local, remote] = options.dialled;
  const [client, server] = [connection.leg('client'), connection.leg('server')];
  client.connected(options.proxy, options.client);
  server.dialing('example.test', 443);
  server.connected(local, remote);
  server.established();
  play(server, 'server', flow, now);
  client.established();
  play(client, 'client', flow, now);
  if (options.open) return;
  for (const leg of [client, server]) {
    leg.closed({ sent: 9000, received: 9000 }, { at: now(), by: 'peer', how: options.end ?? 'fin' });
  }
  connection.closed({ by: 'client', cause: 'finished', text: 'The client closed the connection.' });
}

function play(leg: LegRecorder, role: LegRole, flow: string, now: () => number): void {
  const { steps } = flows.get(flow)!;
  const line = keyLogLines(steps);
  const unwanted = new Set<string>();
  leg.keylog(line({ kind: 'secret', label: 'NOT_FOR_KEY_LOGS', secret: Uint8Array.of(1, 2, 3) }));
  for (const step of steps) {
    if (step.kind === 'secret') {
      leg.keylog(line(step));
      continue;
    }
    const direction = step.sender === role ? 'received' : 'sent';
    if (!unwanted.has(direction) && !leg.bytes(direction, step.bytes, now())) unwanted.add(direction);
  }
}
