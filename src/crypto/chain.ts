/** The server's certificates put in order up to a trusted root, as a client would. */
import type { CertificateChain, Handshake } from '../shared/model.ts';
import type { TrustStore } from './trust-store.ts';

export interface ChainOptions {
  readonly roots: TrustStore;
  /** The name the client asked for. */
  readonly host: string | undefined;
  /** When the handshake happened. */
  readonly at: Date;
}

/** Undefined when the handshake shows no certificate by its nature (resumed, pre-shared key). Never throws. */
export function buildChain(_handshake: Handshake, _options: ChainOptions): CertificateChain | undefined {
  return undefined;
}
