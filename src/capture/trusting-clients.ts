/**
 * Clients that have used a connection with a certificate of ours, by address and the name they give in CONNECT. One of
 * them that refuses a certificate does not distrust the CA: it is pinned, or wants this host's own certificate.
 */

/** Names a peer can make up without end. */
const MAX_CLIENTS = 1000;

export class TrustingClients {
  readonly #known = new Set<string>();

  /** Nothing without a name: programs on one machine are told apart by it alone. */
  note(address: string | undefined, userAgent: string | undefined): void {
    const key = keyOf(address, userAgent);
    if (key !== undefined && this.#known.size < MAX_CLIENTS) this.#known.add(key);
  }

  has(address: string | undefined, userAgent: string | undefined): boolean {
    const key = keyOf(address, userAgent);
    return key !== undefined && this.#known.has(key);
  }
}

function keyOf(address: string | undefined, userAgent: string | undefined): string | undefined {
  return userAgent === undefined ? undefined : `${address} ${userAgent.slice(0, 200)}`;
}
