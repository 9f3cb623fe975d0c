/** The key that a peer proves to hold: that of the first certificate it sent. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readCertificates, TYPE } from '../../wire/tls/messages/table.ts';
import { keyText } from '../../wire/x509/public-key.ts';
import { certificateParts } from '../../wire/x509/structure.ts';
import { contextOf, type Subject } from './subject.ts';

/**
 * `words`: `the EC P-256 key of its certificate`, `its bare EC P-256 key`. `key` is undefined when there is none to read;
 * `reason` then says why, as a clause.
 */
export type LeafKey =
  | { readonly key: KeyObject; readonly words: string }
  | { readonly key: undefined; readonly reason: string };

/** The key of the message's sender, from the last certificate message it sent before. Never throws. */
export function leafKey({ run, message, before }: Subject): LeafKey {
  const carrier = before.findLast(
    ({ sender, id }) => sender === message.sender && (id === TYPE.certificate || id === TYPE.compressedCertificate),
  );
  if (!carrier) return { key: undefined, reason: `the ${message.sender}'s certificate is not at hand` };
  const { chain, rawKey } = readCertificates(carrier.bytes, contextOf(run));
  const [leaf] = chain;
  if (!leaf) return { key: undefined, reason: `the ${message.sender}'s certificate could not be read` };
  const { publicKey } = certificateParts(leaf);
  try {
    const spki = publicKey && leaf.subarray(...publicKey.range);
    // Where raw public keys were agreed on, the entry is the key itself (RFC 7250 §3).
    const key = createPublicKey({ key: Buffer.from(spki ?? leaf), format: 'der', type: 'spki' });
    return {
      key,
      words: rawKey === undefined ? `the ${keyText(leaf, publicKey)} key of its certificate` : `its bare ${rawKey} key`,
    };
  } catch {
    // node:crypto's only word for a key that it does not know or cannot read.
    return { key: undefined, reason: `this runtime cannot use the key of the ${message.sender}'s certificate` };
  }
}
