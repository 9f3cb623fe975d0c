/** PSK binders: the proof that the client holds the key it offers to resume with (RFC 8446 §4.2.11.2). */
import { hash as digest } from 'node:crypto';
import { toHex } from '../../wire/hex.ts';
import { readClientHello } from '../../wire/tls/messages/table.ts';
import { hmac } from '../hmac.ts';
import { deriveSecret, expandLabel, extract } from '../key-schedule.ts';
import { preSharedKey } from '../pre-shared-key.ts';
import { transcriptHash } from '../transcript.ts';
import { counted, judge, type Subject, unchecked, type Verdict } from './subject.ts';

const SPEC = 'RFC 8446 §4.2.11.2';

/** The hash of a PSK's session, told by the length of its binder. */
const HASHES: Readonly<Record<number, string>> = { 32: 'sha256', 48: 'sha384' };

/** One verdict for each binder of a ClientHello, in order. */
export function checkBinders({ message, before, secrets, doubt }: Subject): Verdict[] {
  const hello = readClientHello(message.bytes);
  const { bindersAt, binders } = hello;
  if (bindersAt === undefined) return [];
  const covered = [...before, { bytes: message.bytes.subarray(0, bindersAt) }];
  // A client may repeat one identity a thousand times.
  const computed = new Map<string, Uint8Array>();
  const expected = (hash: string, psk: Uint8Array) => {
    const which = `${hash} ${toHex(psk)}`;
    const binder = computed.get(which) ?? binderOf(hash, psk, covered);
    computed.set(which, binder);
    return binder;
  };
  return binders.map((binder, i) => {
    const which = binders.length === 1 ? 'The PSK binder' : `The PSK binder of identity ${i}`;
    const subject = `${which} (${counted(binder.length, 'byte')})`;
    const psk = preSharedKey(hello, i, secrets);
    if (!psk)
      return unchecked(SPEC, subject, 'the pre-shared key comes from before this connection and is not at hand');
    const hash = HASHES[binder.length];
    if (hash === undefined) return unchecked(SPEC, subject, 'no hash of a cipher suite has its length');
    const made = 'the HMAC under the binder key of the resumption PSK over the ClientHello up to its binders';
    return judge(Buffer.compare(binder, expected(hash, psk)) === 0, { spec: SPEC, subject, made }, doubt);
  });
}

function binderOf(hash: string, psk: Uint8Array, covered: readonly { readonly bytes: Uint8Array }[]): Uint8Array {
  const nothing = digest(hash, '', 'buffer');
  const earlySecret = extract(hash, new Uint8Array(nothing.length), psk);
  const binderKey = deriveSecret(hash, earlySecret, 'res binder', nothing);
  return hmac(hash, expandLabel(hash, binderKey, 'finished', nothing.length), transcriptHash(hash, covered));
}
