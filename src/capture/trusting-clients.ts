/**
 * Clients that have taken certificates of ours, and for which hosts: by address and the name they give in CONNECT, and by
 * address and what they offer. One that refuses the certificate of a host it has never used does not distrust the CA: it
 * may be pinned there. One that drops a connection to a host which it has used only had no use for it.
 */
import { isGrease } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';

/** What a client is told by. */
export interface ClientMarks {
  readonly address: string | undefined;
  /** User-Agent of its CONNECT. */
  readonly userAgent?: string | undefined;
  readonly hello?: ClientHello | undefined;
}

/** Names and hosts that peers can make up without end. */
const MAX_ENTRIES = 2000;

/** Characters of a name or an offer that are kept. */
const MAX_MARK = 300;

export class TrustingClients {
  /** Hosts that a client has used, by the client; and each such pair, the one that was used longest ago in front. */
  readonly #hosts = new Map<string, Set<string>>();
  readonly #entries = new Map<string, { readonly key: string; readonly host: string }>();
  /** Connections of a client to a host that stand now. */
  readonly #standing = new Tally();
  /** Those that are in their handshakes, or stand. */
  readonly #coming = new Tally();

  /** The client has used a connection to the host. Nothing of it is kept without a name or an offer. */
  note(client: ClientMarks, host: string): void {
    for (const key of keysOf(client)) {
      const hosts = this.#hosts.get(key) ?? new Set();
      this.#hosts.set(key, hosts.add(host));
      const entry = `${key} ${host}`;
      this.#entries.delete(entry);
      this.#entries.set(entry, { key, host });
      if (this.#entries.size > MAX_ENTRIES) this.#forgetOldest();
    }
  }

  #forgetOldest(): void {
    for (const [entry, { key, host }] of this.#entries) {
      this.#entries.delete(entry);
      const hosts = this.#hosts.get(key)!;
      hosts.delete(host);
      if (hosts.size === 0) this.#hosts.delete(key);
      return;
    }
  }

  /** The client has begun a handshake for the host. Call what is returned when that connection ends. */
  comes(client: ClientMarks, host: string): () => void {
    return this.#coming.count(keysOf(client).map((key) => `${key} ${host}`));
  }

  /** The client has finished a handshake with a certificate for the host. Call what is returned when that connection ends. */
  stands(client: ClientMarks, host: string): () => void {
    return this.#standing.count(keysOf(client).map((key) => `${key} ${host}`));
  }

  /** Whether it has trusted us for others and never for this host. Only a name tells programs well enough apart for this. */
  onlyElsewhere({ address, userAgent }: ClientMarks, host: string): boolean {
    const [key] = keysOf({ address, userAgent });
    const hosts = key === undefined ? undefined : this.#hosts.get(key);
    return hosts !== undefined && hosts.size > 0 && !hosts.has(host);
  }

  /**
   * Whether it has used a connection to this host, or has one that stands. It is known again by its name, or by its offer
   * if that is a browser's (RFC 8701 GREASE): of other clients, two programs that make the same offer may well trust
   * differently.
   */
  here(client: ClientMarks, host: string): boolean {
    return knownBy(client).some((key) => this.#hosts.get(key)?.has(host) || this.#standing.has(`${key} ${host}`));
  }

  /** Whether it has a connection to this host of which it is not known yet what becomes of it. It is known as for `here`. */
  undecided(client: ClientMarks, host: string): boolean {
    return knownBy(client).some((key) => this.#coming.has(`${key} ${host}`));
  }
}

/** How many there are of each key. */
class Tally {
  readonly #counts = new Map<string, number>();

  has(key: string): boolean {
    return this.#counts.has(key);
  }

  /** One more of each. @returns takes them back; only its first call counts */
  count(keys: string[]): () => void {
    for (const key of keys) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    return () => {
      for (const key of keys.splice(0)) {
        const left = this.#counts.get(key)! - 1;
        if (left > 0) this.#counts.set(key, left);
        else this.#counts.delete(key);
      }
    };
  }
}

function knownBy(client: ClientMarks): string[] {
  const isBrowser = client.hello?.cipherSuites.some(isGrease) ?? false;
  return keysOf(isBrowser ? client : { ...client, hello: undefined });
}

function keysOf({ address, userAgent, hello }: ClientMarks): string[] {
  return [
    ...(userAgent === undefined ? [] : [`${address} name ${userAgent.slice(0, MAX_MARK)}`]),
    ...(hello === undefined ? [] : [`${address} offer ${offerOf(hello)}`]),
  ];
}

/** What is the same in all hellos of a client: the order of extensions is not, nor is what is there only to resume. */
function offerOf({ cipherSuites, supportedGroups, signatureAlgorithms }: ClientHello): string {
  const lists = [cipherSuites, supportedGroups, signatureAlgorithms];
  return lists
    .map((list) => list.filter((id) => !isGrease(id)).join('-'))
    .join(',')
    .slice(0, MAX_MARK);
}
