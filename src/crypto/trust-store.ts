/** Root certificates, parsed when first asked for and found by their subject. */
import { X509Certificate } from 'node:crypto';
import { toHex } from '../wire/hex.ts';
import { certificateParts } from '../wire/x509/structure.ts';
import { nameKey } from './chain/name-key.ts';
import { nodeDigest } from './digest.ts';

export class TrustStore {
  readonly #pem: () => readonly string[];
  #index: Index | undefined;

  /** @param pem each root, PEM; asked for once, when first needed */
  constructor(pem: () => readonly string[]) {
    this.#pem = pem;
  }

  get roots(): readonly X509Certificate[] {
    return [...this.#indexed().bySha256.values()];
  }

  /** The roots of that subject. @param key from `nameKey` */
  named(key: string): readonly X509Certificate[] {
    return this.#indexed().bySubject.get(key) ?? [];
  }

  /** Whether the certificate itself is a root. */
  has(sha256: string): boolean {
    return this.#indexed().bySha256.has(sha256);
  }

  #indexed(): Index {
    this.#index ??= indexOf(this.#pem());
    return this.#index;
  }
}

interface Index {
  readonly bySubject: ReadonlyMap<string, readonly X509Certificate[]>;
  readonly bySha256: ReadonlyMap<string, X509Certificate>;
}

function indexOf(pems: readonly string[]): Index {
  const bySubject = new Map<string, X509Certificate[]>();
  const bySha256 = new Map<string, X509Certificate>();
  for (const pem of pems) {
    const root = parsed(pem);
    if (root === undefined) continue;
    const der = root.raw;
    const sha256 = toHex(nodeDigest.sha256(der));
    if (bySha256.has(sha256)) continue;
    bySha256.set(sha256, root);
    const key = nameKey(der, certificateParts(der).subject);
    const sameName = bySubject.get(key);
    if (sameName) sameName.push(root);
    else bySubject.set(key, [root]);
  }
  return { bySubject, bySha256 };
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    // Systems carry roots that OpenSSL cannot read; they verify nothing.
    return undefined;
  }
}
