/** Finished: the verify_data of either side, in every version from TLS 1.0 on. */
import { Buffer } from 'node:buffer';
import { TYPE } from '../../wire/tls/messages/table.ts';
import { hmac } from '../hmac.ts';
import { expandLabel } from '../key-schedule.ts';
import { isTls13, suiteHash, transcriptHash } from '../transcript.ts';
import { masterOf, verifyData } from '../verify-data.ts';
import { counted, judge, type Subject, unchecked, type Verdict } from './subject.ts';

const HEADER = 4;

export function checkFinished(subject: Subject): Verdict {
  return isTls13(subject.run) ? checkTls13(subject) : checkTls12(subject);
}

/** RFC 5246 §7.4.9; RFC 2246 §7.4.9. */
function checkTls12({ run, message, before, secrets, masterDoubt, doubt }: Subject): Verdict {
  const spec = 'RFC 5246 §7.4.9';
  const { bytes, sender } = message;
  const sent = bytes.subarray(HEADER);
  const subject = `The ${sender}'s verify_data (${counted(sent.length, 'byte')})`;
  const master = masterOf(run, secrets);
  if (!master) return unchecked(spec, subject, 'the master secret is not at hand');
  const expected = verifyData(run, sender, before, master);
  if (!expected) return unchecked(spec, subject, 'how this version and cipher suite make it is not known here');
  const made = `what the PRF gives for "${sender} finished" over the ${counted(before.length, 'message')} before it`;
  return judge(isWhole(bytes) && equal(sent, expected), { spec, subject, made }, masterDoubt ?? doubt);
}

/** RFC 8446 §4.4.4. */
function checkTls13(finished: Subject): Verdict {
  const spec = 'RFC 8446 §4.4.4';
  const { run, message, before, doubt } = finished;
  const sent = message.bytes.subarray(HEADER);
  const subject = `The ${message.sender}'s verify_data (${counted(sent.length, 'byte')})`;
  const hash = suiteHash(run);
  if (hash === undefined) return unchecked(spec, subject, 'the hash of the cipher suite is not known here');
  const stage = finished.postHandshake ? 'application' : 'handshake';
  const secret = trafficSecret(finished, hash);
  if (!secret) return unchecked(spec, subject, `the ${message.sender}'s ${stage} traffic secret is not at hand`);
  const key = expandLabel(hash, secret, 'finished', secret.length);
  const expected = hmac(hash, key, transcriptHash(hash, before));
  const covered = counted(before.length, 'message');
  const made = `the HMAC that the finished key of its ${stage} traffic secret gives over the ${covered} before it`;
  return judge(isWhole(message.bytes) && equal(sent, expected), { spec, subject, made }, doubt);
}

/** After the handshake, the one in use: each KeyUpdate of the client's before made the next (RFC 8446 §7.2). */
function trafficSecret({ run, message, postHandshake, secrets }: Subject, hash: string): Uint8Array | undefined {
  const side = message.sender === 'client' ? 'CLIENT' : 'SERVER';
  if (!postHandshake) return secrets.get(`${side}_HANDSHAKE_TRAFFIC_SECRET`);
  let secret = secrets.get(`${side}_TRAFFIC_SECRET_0`);
  for (const { id, sender } of run.afterwards.slice(0, run.afterwards.indexOf(message))) {
    if (id !== TYPE.keyUpdate || sender !== message.sender || !secret) continue;
    secret = expandLabel(hash, secret, 'traffic upd', secret.length);
  }
  return secret;
}

/** The header's length is that of the message. */
function isWhole(message: Uint8Array): boolean {
  return (
    message.length >= HEADER && ((message[1]! << 16) | (message[2]! << 8) | message[3]!) === message.length - HEADER
  );
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
