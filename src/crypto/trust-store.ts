/** Root certificates, parsed when first asked for. */
import { X509Certificate } from 'node:crypto';

export class TrustStore {
  readonly #pem: () => readonly string[];
  #roots: readonly X509Certificate[] | undefined;

  /** @param pem each root, PEM; asked for once, when first needed */
  constructor(pem: () => readonly string[]) {
    this.#pem = pem;
  }

  get roots(): readonly X509Certificate[] {
    this.#roots ??= this.#pem().flatMap((pem) => {
      try {
        return [new X509Certificate(pem)];
      } catch {
        // Systems carry roots that OpenSSL cannot read; they verify nothing.
        return [];
      }
    });
    return this.#roots;
  }
}
