/** PSK binders: the proof that the client holds the key it offers to resume with (RFC 8446 §4.2.11.2). */
import { hash as digest } from 'node:crypto';
import { readClientHello } from '../../wire/tls/messages/table.ts';
import { hmac } from '../hmac.ts';
import { deriveSecret, expandLabel, extract } from '../key-schedule.ts';
import { transcriptHash } from '../transcript.ts';
import { counted, judge, type Subject, unchecked, type Verdict } from './subject.ts';

const SPEC = 'RFC 8446 §4.2.11.2';

/** The hash of a PSK's session, told by the length of its binder. */
const HASHES: Readonly<Record<number, string>> = { 32: 'sha256', 48: 'sha384' };

/** One verdict for each binder of a ClientHello, in order. */
export function checkBinders({ run, message, before, secrets, doubt }: Subject): Verdict[] {
  const { bindersAt, binders } = readClientHello(message.bytes);
  if (bindersAt === undefined) return [];
  const psk = secrets.get('TLSCOPE_PSK');
  // One key is at hand; which identity it belongs to shows when the server picks it.
  const picked = run.serverHello?.selectedPsk ?? (binders.length === 1 ? 0 : undefined);
  const covered = [...before, { bytes: message.bytes.subarray(0, bindersAt) }];
  const expected = new Map<string, Uint8Array>();
  return binders.map((binder, i) => {
    const which = binders.length === 1 ? 'The PSK binder' : `The PSK binder of identity ${i}`;
    const subject = `${which} (${counted(binder.length, 'byte')})`;
    if (!psk) return unchecked(SPEC, subject, 'the pre-shared key comes from an earlier connection and is not at hand');
    const hash = HASHES[binder.length];
    if (hash === undefined) return unchecked(SPEC, subject, 'no hash of a cipher suite has its length');
    if (!expected.has(hash)) expected.set(hash, binderOf(hash, psk, covered));
    const made = 'the HMAC under the binder key of the resumption PSK over the ClientHello up to its binders';
    const other = i === picked ? doubt : 'the pre-shared key at hand may belong to another identity';
    return judge(Buffer.compare(binder, expected.get(hash)!) === 0, { spec: SPEC, subject, made }, other);
  });
}

function binderOf(hash: string, psk: Uint8Array, covered: readonly { readonly bytes: Uint8Array }[]): Uint8Array {
  const nothing = digest(hash, '', 'buffer');
  const earlySecret = extract(hash, new Uint8Array(nothing.length), psk);
  const binderKey = deriveSecret(hash, earlySecret, 'res binder', nothing);
  return hmac(hash, expandLabel(hash, binderKey, 'finished', nothing.length), transcriptHash(hash, covered));
}
