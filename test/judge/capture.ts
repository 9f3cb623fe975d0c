/** A golden flow as a capture file that tshark can read, by the way our exports go: frames, blocks and secrets. */
import { formatKeyLogLine } from '../../src/crypto/keylog.ts';
import {
  decryptionSecrets,
  enhancedPacket,
  interfaceDescription,
  LINKTYPE_RAW,
  OPTION,
  sectionHeader,
  TLS_KEY_LOG,
} from '../../src/export/pcapng-blocks.ts';
import { framedPackets } from '../../src/export/tcp-framing.ts';
import type { Leg } from '../../src/shared/model.ts';
import { readClientHello } from '../../src/wire/tls/session.ts';
import type { Step } from '../wire/tls/flow.ts';

/** What the only interface is called. */
export const FLOW_LEG = 'flow';

const LEG: Leg = {
  side: 'server',
  local: { address: '192.0.2.1', port: 50_001 },
  remote: { address: '192.0.2.2', port: 443 },
  tcp: { startedAt: 0, connectedAt: 0 },
  bytes: { sent: 0, received: 0 },
};

const RECORD_HEADER = 5;
const MICROSECONDS_A_STEP = 1000;

export function captureOf(steps: readonly Step[]): Uint8Array {
  const pieces = steps.flatMap((step, at) => (step.kind === 'bytes' ? [{ ...step, at }] : []));
  const clientRandom = readClientHello(pieces[0]!.bytes.subarray(RECORD_HEADER)).random;
  const secrets = steps.flatMap((step) =>
    step.kind === 'secret' && /^[A-Z_0-9]+$/.test(step.label)
      ? [`${formatKeyLogLine({ clientRandom, ...step })}\n`]
      : [],
  );
  return Buffer.concat([
    sectionHeader([]),
    interfaceDescription(LINKTYPE_RAW, [{ code: OPTION.if_name, value: FLOW_LEG }]),
    ...(secrets.length === 0 ? [] : [decryptionSecrets(TLS_KEY_LOG, Buffer.from(secrets.join('')))]),
    ...framedPackets(LEG, pieces, 0).map(({ at, bytes }) => enhancedPacket(0, at * MICROSECONDS_A_STEP, bytes, [])),
  ]);
}
