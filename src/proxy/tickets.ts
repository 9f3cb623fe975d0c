/**
 * The tickets that tlscope gives to clients (RFC 5077, RFC 8446 §4.6.1), each sealed under a key of its own, and the
 * sessions of clients that go by session id instead (RFC 5246 §7.4.1.2).
 *
 * Node has no word for most of this. A ticket key callback is asked for the key of each ticket that OpenSSL makes or is
 * shown; it runs within the handshake. The name of a ticket's key, with which the ticket begins, leads to what is
 * known of the session it was made in.
 */
import { createDecipheriv, createHmac, randomBytes, timingSafeEqual, type X509Certificate } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { SecureContext } from 'node:tls';
import type { ClientHello } from '../wire/tls/values.ts';
import { LruCache } from './lru.ts';
import { preSharedKey } from './ssl-session.ts';

/** A session with the server, as node:tls gives it. */
export interface ServerSession {
  readonly session: Buffer;
  /** The server's, which a resumed handshake does not show again. */
  readonly certificate: X509Certificate | undefined;
}

/** The sessions with the server that a client's tickets stand for. Newest last; empty where there are none. */
export type PairedSessions = ServerSession[];

interface TicketKey {
  readonly hmac: Buffer;
  readonly aes: Buffer;
  readonly policy: TicketPolicy;
}

/** What a client leg does with tickets. */
export interface TicketPolicy {
  /** Whether a ticket that the client shows is taken. */
  readonly accept: boolean;
  /** Where the connection goes: tickets made on the way elsewhere are not taken. */
  readonly target: string;
  /** What the tickets made now stand for. */
  readonly paired: PairedSessions;
}

/** A session kept here for a client that has no tickets. */
interface KeptSession {
  readonly session: Buffer;
  readonly policy: TicketPolicy;
}

const PART = 16;
const HMAC_LENGTH = 32;
const SESSION_TICKET = 35;

/** Clients show one or two. */
const MAX_KEYS = 8;

export class Tickets {
  readonly #keys: LruCache<string, TicketKey>;
  /** By session id. */
  readonly #kept: LruCache<string, KeptSession>;

  /** @param limit tickets that are still taken when they come back; as many sessions by id */
  constructor(limit = 4096) {
    this.#keys = new LruCache(limit);
    this.#kept = new LruCache(limit);
  }

  /**
   * What the ticket or session id stands for that a client asks to resume with, on its way to `target`; undefined when it
   * shows none of ours. A ticket is told by all of it, as anybody who listens can repeat its name; a session id, which is
   * no more than a name, leads to a session only with the server it was made for.
   */
  pairedWith(hello: ClientHello, target: string): PairedSessions | undefined {
    for (const ticket of ticketsIn(hello)) {
      const key = this.#keyOf(ticket);
      if (key?.policy.target === target && opened(ticket, key) !== undefined) return key.policy.paired;
    }
    // In TLS 1.3 the id means nothing, and is none of ours.
    return this.#keptFor(hello.sessionId, target)?.policy.paired;
  }

  /** The pre-shared keys in those of our TLS 1.3 tickets that a client shows, up to `MAX_KEYS`. */
  preSharedKeysIn({ pskIdentities }: ClientHello): { readonly identity: Uint8Array; readonly key: Uint8Array }[] {
    const found: { identity: Uint8Array; key: Uint8Array }[] = [];
    for (const { identity } of pskIdentities) {
      const ticket = this.#keyOf(identity);
      const session = ticket && opened(identity, ticket);
      const key = session && preSharedKey(session);
      if (key !== undefined) found.push({ identity, key });
      if (found.length === MAX_KEYS) break;
    }
    return found;
  }

  /** Makes the context give and take tickets; it is for one connection. */
  install(context: SecureContext, policy: TicketPolicy): void {
    onTicket(context, (name, _iv, making) => {
      if (making) {
        const [hmac, aes] = [randomBytes(PART), randomBytes(PART)];
        const fresh = randomBytes(PART);
        this.#keys.set(fresh.toString('hex'), { hmac, aes, policy });
        return [MAKE, hmac, aes, fresh, randomBytes(PART)];
      }
      const key = policy.accept ? this.#keyOf(name) : undefined;
      return key?.policy.target === policy.target ? [TAKE_AND_RENEW, key.hmac, key.aes] : NO_TICKET;
    });
  }

  /**
   * What a server-side TLSSocket takes for its server, so that it resumes by session id; for one connection of a version
   * before TLS 1.3.
   */
  sessionsById(policy: TicketPolicy): EventEmitter {
    return new EventEmitter()
      .on('newSession', (id: Buffer, session: Buffer, done: () => void) => {
        this.#kept.set(idOf(id), { session, policy });
        done();
      })
      .on('resumeSession', (id: Buffer, done: (error: null, session: Buffer | null) => void) => {
        const session = policy.accept ? this.#keptFor(id, policy.target)?.session : undefined;
        // From now on it stands for what this connection gets of the server.
        if (session !== undefined) this.#kept.set(idOf(id), { session, policy });
        done(null, session ?? null);
      });
  }

  #keptFor(id: Uint8Array, target: string): KeptSession | undefined {
    const kept = this.#kept.get(idOf(id));
    return kept?.policy.target === target ? kept : undefined;
  }

  #keyOf(ticket: Uint8Array): TicketKey | undefined {
    return this.#keys.get(Buffer.from(ticket.subarray(0, PART)).toString('hex'));
  }
}

/** No ticket is made or taken, in any version: SSL_OP_NO_TICKET only turns those of TLS 1.3 into stateful ones. */
export function withholdTickets(context: SecureContext): void {
  onTicket(context, () => NO_TICKET);
}

function idOf(sessionId: Uint8Array): string {
  return Buffer.from(sessionId).toString('hex');
}

type Answer = readonly [verdict: number, ...parts: Buffer[]];
type OnTicket = (name: Buffer, iv: Buffer, making: boolean) => Answer;

const MAKE = 1;
/** OpenSSL makes a new ticket in the resumed handshake, so that a client need not show the same twice. */
const TAKE_AND_RENEW = 2;
const NO_TICKET: Answer = [0, Buffer.alloc(PART), Buffer.alloc(PART), Buffer.alloc(PART), Buffer.alloc(PART)];

function onTicket(context: SecureContext, callback: OnTicket): void {
  const native = context.context as { enableTicketKeyCallback(): void; onticketkeycallback: OnTicket };
  native.enableTicketKeyCallback();
  native.onticketkeycallback = callback;
}

/** Of both kinds: session_ticket's body and pre_shared_key's identities. */
function ticketsIn(hello: ClientHello): Uint8Array[] {
  const old = hello.extensions.find(({ type }) => type === SESSION_TICKET)?.data;
  const ids = hello.pskIdentities.map(({ identity }) => identity);
  return [...ids, ...(old === undefined ? [] : [old])].filter(({ length }) => length > PART);
}

/** key_name, IV, the session under AES-128-CBC, HMAC-SHA256 over all of that (RFC 5077 §4), as Node has OpenSSL make it. */
function opened(ticket: Uint8Array, { hmac, aes }: TicketKey): Uint8Array | undefined {
  const end = ticket.length - HMAC_LENGTH;
  if (end < 2 * PART) return undefined;
  const made = createHmac('sha256', hmac).update(ticket.subarray(0, end)).digest();
  if (!timingSafeEqual(made, ticket.subarray(end))) return undefined;
  const decipher = createDecipheriv('aes-128-cbc', aes, ticket.subarray(PART, 2 * PART));
  return Buffer.concat([decipher.update(ticket.subarray(2 * PART, end)), decipher.final()]);
}
