/** A capture in memory to the events and connections that are made of it. */

import type { CapturedStream } from '../../src/capture/captured-connection.ts';
import { CapturedConnections } from '../../src/capture/captured-connections.ts';
import type { CapturedEnd } from '../../src/capture/captured-leg.ts';
import { KeyRing } from '../../src/capture/key-ring.ts';
import { formatKeyLogLine } from '../../src/crypto/keylog.ts';
import type { CaptureEvent } from '../../src/shared/events.ts';
import type { Connection, TlsRole } from '../../src/shared/model.ts';
import type { Flow } from '../wire/tls/flow.ts';
import { replay } from '../wire/tls/replay.ts';

export type Told =
  | { readonly sender: TlsRole; readonly text?: string; readonly bytes?: Uint8Array }
  | { readonly missing: number; readonly sender: TlsRole }
  | { readonly keyLog: string };

export interface Gathered {
  readonly events: CaptureEvent[];
  readonly closed: Connection[];
  readonly connections: CapturedConnections;
}

export const STREAM: CapturedStream = {
  client: { address: '192.0.2.1', port: 50_000 },
  server: { address: '192.0.2.2', port: 443 },
  openedAt: 0,
  connectedAt: 1,
  exported: undefined,
};

export class Capture implements Gathered {
  readonly events: CaptureEvent[] = [];
  readonly closed: Connection[] = [];
  readonly keys = new KeyRing();
  readonly connections: CapturedConnections;
  #at = 2;

  constructor(options: { readonly awaitsSecrets?: boolean } = {}) {
    this.connections = new CapturedConnections({
      keys: this.keys,
      awaitsSecrets: options.awaitsSecrets ?? false,
      event: (event) => this.events.push(event),
      closed: (connection) => this.closed.push(connection),
    });
    this.connections.start(1_700_000_000_000, '1.2.3');
  }

  log(text: string): void {
    const reader = this.keys.reader();
    reader.push(new TextEncoder().encode(text));
    reader.end();
  }

  /** One TCP connection, told to its end. */
  stream(
    told: readonly Told[],
    how: Partial<CapturedEnd> = {},
    stream: CapturedStream = STREAM,
  ): Connection | undefined {
    const reader = this.connections.open(stream);
    const bytes = { client: 0, server: 0 };
    for (const each of told) {
      const at = this.#at++;
      if ('keyLog' in each) {
        this.log(each.keyLog);
      } else if ('missing' in each) {
        reader.missing(each.sender, each.missing, at);
      } else {
        const said = each.bytes ?? new TextEncoder().encode(each.text);
        bytes[each.sender] += said.length;
        reader.bytes(each.sender, said.slice(), at);
      }
    }
    const before = this.closed.length;
    reader.closed({ how: 'fin', by: 'client', bytes, ...how }, this.#at++);
    return this.closed[before];
  }
}

/** What a golden flow's client and server say. */
export function saidIn(flow: Flow): { readonly sender: TlsRole; readonly bytes: Uint8Array }[] {
  return flow.steps.flatMap((step) => (step.kind === 'bytes' ? [{ sender: step.sender, bytes: step.bytes }] : []));
}

/** The secrets of a golden flow as a key log for its first ClientHello. */
export function keyLogOf(flow: Flow): string {
  const { session } = replay(flow.steps);
  const clientRandom = session.clientHello?.random ?? new Uint8Array(32);
  const secrets = flow.steps.flatMap((step) => (step.kind === 'secret' ? [step] : []));
  return secrets.map(({ label, secret }) => `${formatKeyLogLine({ label, clientRandom, secret })}\n`).join('');
}
