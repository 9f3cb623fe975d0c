/**
 * What reading handshakes costs by itself: the golden flows through the wire session and the record opener, no sockets.
 *
 * A pair is the same handshake twice, as a connection has one on each leg.
 */
import { readFileSync } from 'node:fs';
import { nodeOpener } from '../src/crypto/opener.ts';
import type { WireMessage } from '../src/wire/tls/message.ts';
import { TlsSession } from '../src/wire/tls/session.ts';
import { parseFlow, type Step } from '../test/wire/tls/flow.ts';
import { median } from './statistics.ts';
import { table } from './table.ts';

export interface DecodeCost {
  readonly flow: string;
  readonly messages: number;
  /** Records cut, opened and put together to messages: the cost a connection always has, µs of CPU a pair. */
  readonly record: number;
  /** The same, then every message as JSON with its field tree: the cost when somebody looks, µs of CPU a pair. */
  readonly show: number;
}

const FLOWS = ['tls13-ecdsa', 'tls13-hybrid', 'tls13-retry', 'tls12-ecdsa-gcm', 'tls12-rsa-cbc'];
const BATCHES = 9;
const PAIRS = 100;

/** Takes some seconds. */
export function decodeCosts(): DecodeCost[] {
  const flows = FLOWS.map((flow) => {
    const file = new URL(`../test/fixtures/tls/${flow}.flow`, import.meta.url);
    return { flow, steps: parseFlow(readFileSync(file, 'utf8')).steps };
  });
  // All kinds once first: the first one measured would otherwise pay for compiling what they share.
  for (const { steps } of flows) pairCost(() => read(steps));
  return flows.map(({ flow, steps }) => {
    const show = () => {
      for (const message of read(steps)) JSON.stringify(message);
    };
    return { flow, messages: read(steps).length, record: pairCost(() => read(steps)), show: pairCost(show) };
  });
}

export function decodeReport(costs: readonly DecodeCost[]): string {
  return table([
    ['reading both handshakes, µs of CPU a pair', 'messages a leg', 'recorded', 'and shown'],
    ...costs.map(({ flow, messages, record, show }) => [flow, `${messages}`, record.toFixed(0), show.toFixed(0)]),
  ]);
}

/** The messages of one flow; complete, or the figure would be of something else. */
function read(steps: readonly Step[]): WireMessage[] {
  const messages: WireMessage[] = [];
  const session = new TlsSession({
    opener: nodeOpener,
    sink: { message: (message) => messages.push(message), alert() {}, limited() {} },
  });
  for (const step of steps) {
    if (step.kind === 'bytes') session.feed(step.sender, step.bytes, 0);
    else session.secret(step.label, step.secret);
  }
  session.end();
  if (!session.complete) throw new Error('the flow does not hold a whole handshake');
  return messages;
}

/** Median over batches, after one that warms up; µs of CPU a pair. */
function pairCost(work: () => void): number {
  const batch = () => {
    const before = process.cpuUsage();
    for (let n = 0; n < PAIRS * 2; n += 1) work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / PAIRS;
  };
  batch();
  return median(Array.from({ length: BATCHES }, batch));
}
