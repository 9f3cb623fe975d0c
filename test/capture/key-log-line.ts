/** Secrets of a golden flow as node:tls would tell them: with the random of the flow's own ClientHello. */
import { formatKeyLogLine } from '../../src/crypto/keylog.ts';
import { readClientHello } from '../../src/wire/tls/session.ts';
import type { SecretStep, Step } from '../wire/tls/flow.ts';

const RECORD_HEADER = 5;

/** Gives the key log line of a step of this flow, line end included. */
export function keyLogLines(steps: readonly Step[]): (step: SecretStep) => Buffer {
  const hello = steps.find((step) => step.kind === 'bytes')!.bytes;
  const { random: clientRandom } = readClientHello(hello.subarray(RECORD_HEADER));
  return (step) => Buffer.from(`${formatKeyLogLine({ ...step, clientRandom })}\n`);
}
