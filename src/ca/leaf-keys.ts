/**
 * The key pairs of leaves: one of each type for the life of the process, never written to disk, never the root's.
 *
 * All leaves of a type share it. A pair of its own for each leaf would guard nothing (they would all lie in the same
 * process's memory) and an RSA one takes a hundred milliseconds or more to make, in the middle of a handshake.
 */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { keyIdentifier } from './certificate.ts';
import { type Asn1, decode } from './der.ts';

export type KeyType = 'ec' | 'rsa';

export interface LeafKey {
  readonly type: KeyType;
  readonly label: 'EC P-256' | 'RSA 2048';
  /** In the form that OpenSSL loads fastest (PKCS#1 takes half of PKCS#8's time for RSA). */
  readonly privateKeyPem: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Asn1;
  readonly keyId: Uint8Array;
}

const generate = promisify(generateKeyPair);

/** Both run on the thread pool: the event loop goes on. */
const MAKERS: Readonly<Record<KeyType, () => Promise<LeafKey>>> = {
  ec: async () => {
    const pair = await generate('ec', { namedCurve: 'P-256' });
    return leafKey('ec', 'EC P-256', pair.publicKey, pair.privateKey.export({ type: 'sec1', format: 'pem' }));
  },
  rsa: async () => {
    const pair = await generate('rsa', { modulusLength: 2048 });
    return leafKey('rsa', 'RSA 2048', pair.publicKey, pair.privateKey.export({ type: 'pkcs1', format: 'pem' }));
  },
};

export class LeafKeys {
  readonly #made = new Map<KeyType, Promise<LeafKey>>();

  /** The pair of this type, made at the first call. */
  get(type: KeyType): Promise<LeafKey> {
    let made = this.#made.get(type);
    if (!made) {
      made = MAKERS[type]();
      this.#made.set(type, made);
      made.catch(() => this.#made.delete(type));
    }
    return made;
  }
}

function leafKey(
  type: KeyType,
  label: LeafKey['label'],
  publicKey: KeyObject,
  privateKeyPem: string | Buffer,
): LeafKey {
  const info = decode(publicKey.export({ type: 'spki', format: 'der' }));
  return { type, label, privateKeyPem: privateKeyPem.toString(), publicKey: info, keyId: keyIdentifier(info) };
}
