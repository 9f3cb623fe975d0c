/** verify_data of TLS 1.0 to 1.2 (RFC 5246 §7.4.9), and what it tells: whose a master secret is. */
import { type Evidence, laterMaster } from '../shared/evidence.ts';
import { toHex } from '../wire/hex.ts';
import { TYPE } from '../wire/tls/messages/table.ts';
import { prf } from './key-schedule.ts';
import {
  type HandshakeRun,
  isTls13,
  suiteHash,
  type TranscriptMessage,
  transcriptHash,
  transcriptHashName,
} from './transcript.ts';

/** Bytes; no registered suite asks for another length. */
export const VERIFY_DATA_LENGTH = 12;
const HEADER = 4;

/**
 * What `sender` has to send behind `before`.
 * @returns undefined where the version or the suite's hash is not known here.
 */
export function verifyData(
  run: HandshakeRun,
  sender: TranscriptMessage['sender'],
  before: readonly TranscriptMessage[],
  masterSecret: Uint8Array,
): Uint8Array | undefined {
  const name = transcriptHashName(run);
  if (name === undefined || isTls13(run) || !run.serverHello) return undefined;
  const seed = transcriptHash(name, before);
  const { version } = run.serverHello;
  return prf(version, suiteHash(run) ?? name, masterSecret, `${sender} finished`, seed, VERIFY_DATA_LENGTH);
}

/** The master secret of this handshake where it is known by its random, else the connection's first. */
export function masterOf(run: HandshakeRun, secrets: Evidence['secrets']): Uint8Array | undefined {
  const random = run.clientHello?.random;
  return (random && secrets.get(laterMaster(toHex(random)))) ?? secrets.get('CLIENT_RANDOM');
}

/** Whether a Finished of the handshake was made under `masterSecret`. A connection that renegotiates has several. */
export function isMasterOf(run: HandshakeRun, masterSecret: Uint8Array): boolean {
  return run.messages.some(({ id, sender, bytes }, i) => {
    if (id !== TYPE.finished) return false;
    const expected = verifyData(run, sender, run.messages.slice(0, i), masterSecret);
    return expected !== undefined && Buffer.compare(expected, bytes.subarray(HEADER)) === 0;
  });
}
