/**
 * Clients that have used connections with certificates of ours, by address and the name they give in CONNECT, and for
 * which hosts. One of them that refuses the certificate of a host it has never used does not distrust the CA: it may be
 * pinned there.
 */

/** Names and hosts that peers can make up without end. */
const MAX_ENTRIES = 2000;

export class TrustingClients {
  readonly #hosts = new Map<string, Set<string>>();
  #entries = 0;

  /** Nothing without a name: programs on one machine are told apart by it alone. */
  note(address: string | undefined, userAgent: string | undefined, host: string): void {
    const key = keyOf(address, userAgent);
    if (key === undefined || this.#entries >= MAX_ENTRIES) return;
    const hosts = this.#hosts.get(key) ?? new Set();
    this.#hosts.set(key, hosts);
    if (hosts.has(host)) return;
    hosts.add(host);
    this.#entries++;
  }

  /** Whether it has trusted us for others and never for this host. */
  onlyElsewhere(address: string | undefined, userAgent: string | undefined, host: string): boolean {
    const key = keyOf(address, userAgent);
    const hosts = key === undefined ? undefined : this.#hosts.get(key);
    return hosts !== undefined && hosts.size > 0 && !hosts.has(host);
  }
}

function keyOf(address: string | undefined, userAgent: string | undefined): string | undefined {
  return userAgent === undefined ? undefined : `${address} ${userAgent.slice(0, 200)}`;
}
