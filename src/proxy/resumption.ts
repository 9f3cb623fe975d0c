/**
 * Which handshakes are abbreviated (`--resumption`):
 *
 *     off     full handshakes on both legs; clients get no ticket
 *     client  clients get tickets and may resume; the server leg is always full
 *     server  the server leg resumes what it can; the client leg is always full
 *     mirror  a client that resumes makes the server leg resume the session that was paired with it. When the server
 *             declines, so does tlscope. Whoever does not ask to resume gets two full handshakes.
 */
import type { ClientHello } from '../wire/tls/values.ts';
import { LruCache } from './lru.ts';
import { offerKey } from './mirror.ts';
import { type PairedSessions, type ServerSession, type TicketPolicy, Tickets } from './tickets.ts';

export type ResumptionMode = 'off' | 'client' | 'server' | 'mirror';

/** What the server leg of one connection resumes with, and where its new sessions go. */
export interface ServerResumption {
  readonly earlier: ServerSession | undefined;
  readonly keep: (session: ServerSession) => void;
}

/** What one connection does about resumption. */
export interface ConnectionResumption {
  readonly server: ServerResumption | undefined;
  /**
   * @param resumed whether the server leg was
   * @returns undefined when the client gets no tickets
   */
  client(resumed: boolean): TicketPolicy | undefined;
}

/** Sessions kept of one connection: servers give two tickets as a rule. */
const KEPT = 4;

export class Resumption {
  readonly tickets: Tickets;
  readonly #mode: ResumptionMode;
  /** By server and offer. */
  readonly #sessions: LruCache<string, PairedSessions>;

  /** @param limit servers whose sessions are kept */
  constructor(mode: ResumptionMode, limit = 512) {
    this.#mode = mode;
    this.tickets = new Tickets();
    this.#sessions = new LruCache(limit);
  }

  of({ host, port }: { readonly host: string; readonly port: number }, hello: ClientHello): ConnectionResumption {
    const target = [host, port, hello.serverName].join('|');
    switch (this.#mode) {
      case 'off':
        return { server: undefined, client: () => undefined };
      case 'client':
        return { server: undefined, client: () => ({ accept: true, target, paired: [] }) };
      case 'server':
        return { server: this.#serverAlone(target, hello), client: () => undefined };
      case 'mirror':
        return this.#mirrored(target, hello);
    }
  }

  #serverAlone(target: string, hello: ClientHello): ServerResumption {
    // A session belongs to the parameters it was made with: another client's offer may forbid them.
    const key = [target, hello.alpn.join(), offerKey(hello)].join('|');
    const sessions = this.#sessions.get(key) ?? [];
    this.#sessions.set(key, sessions);
    return { earlier: sessions.at(-1), keep: (session) => keepIn(sessions, session) };
  }

  #mirrored(target: string, hello: ClientHello): ConnectionResumption {
    const earlier = this.tickets.pairedWith(hello, target);
    // Until the server gives a new session, the client's new tickets stand for the one it came with.
    const paired: PairedSessions = [...(earlier ?? [])];
    return {
      server: { earlier: earlier?.at(-1), keep: (session) => keepIn(paired, session) },
      client: (resumed) => ({ accept: resumed, target, paired }),
    };
  }
}

function keepIn(sessions: PairedSessions, session: ServerSession): void {
  sessions.push(session);
  if (sessions.length > KEPT) sessions.shift();
}
