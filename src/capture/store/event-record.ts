/**
 * An event as one line of JSON and the bytes beside it, and back. A message is stored as its bytes, its place and what its
 * decoding needs; what a handshake settled without what the messages show; a comparison not at all, since the handshakes
 * make it again.
 */
import { nodeDecompress } from '../../crypto/decompress.ts';
import { compare } from '../../insight/comparison.ts';
import type { CaptureEvent, Fact, Negotiated } from '../../shared/events.ts';
import type { Comparison, Connection, Handshake, HandshakeMessage, LegRole } from '../../shared/model.ts';
import { type ConnectionEvent, openConnection, reduceConnection } from '../../shared/reduce-connection.ts';
import { type MessagePlace, WireMessage } from '../../wire/tls/message.ts';
import { Settled } from '../settled.ts';
import type { StoredEvidence } from './evidence-record.ts';

export interface EventRecord {
  readonly json: string;
  readonly bytes?: Uint8Array;
}

interface StoredMessage extends MessagePlace {
  readonly contentType: 20 | 22;
  readonly version?: number | undefined;
  readonly suite?: number | undefined;
  readonly inflates?: true;
}

/** What the line of an event holds: the event, with the members that are stored in another way in that way. */
export function eventRecord(event: CaptureEvent): EventRecord {
  switch (event.type) {
    case 'tls.message': {
      const { message } = event;
      if (!(message instanceof WireMessage)) return { json: JSON.stringify(event) };
      const { place, context } = message.origin;
      const stored: StoredMessage = {
        ...place,
        contentType: message.contentType,
        version: context.version,
        suite: context.cipherSuite,
        ...(context.decompress && { inflates: true }),
      };
      return { json: JSON.stringify({ ...event, message: stored }), bytes: message.bytes };
    }
    case 'tls.established':
    case 'tls.failed':
    case 'tls.opaque': {
      const { negotiated } = event;
      // A spread leaves out the getters of a class: all that is read from the messages.
      return {
        json: JSON.stringify(negotiated instanceof Settled ? { ...event, negotiated: { ...negotiated } } : event),
      };
    }
    case 'comparison.made':
      return { json: JSON.stringify({ ...event, comparison: undefined }) };
    default:
      return { json: JSON.stringify(event) };
  }
}

/** A stored event made again. */
export interface Restored {
  readonly fact: Fact;
  readonly t: number;
  /** Bytes that it keeps alive. */
  readonly weight: number;
}

/** Makes events again, in the order they were written. Keeps of a connection what its later events refer to. */
export class EventRestorer {
  readonly #open = new Map<
    number,
    { readonly connection: Connection; readonly messages: Record<LegRole, WireMessage[]> }
  >();

  /**
   * @param bytes of the message; kept, not copied
   * @param evidence of the leg it settles
   * @returns undefined for what cannot be made again, such as a comparison of handshakes that are not there
   */
  restore(json: string, bytes: Uint8Array, evidence: StoredEvidence): Restored | undefined {
    const { seq, t, ...stored } = JSON.parse(json) as CaptureEvent;
    const fact = this.#fact(stored as Fact, bytes, evidence);
    if (fact === undefined) return undefined;
    this.#follow({ ...fact, seq, t });
    return { fact, t, weight: json.length + bytes.length + evidence.weight };
  }

  #fact(fact: Fact, bytes: Uint8Array, evidence: StoredEvidence): Fact | undefined {
    switch (fact.type) {
      case 'tls.message': {
        if ('raw' in fact.message) return fact;
        const message = madeAgain(fact.message as unknown as StoredMessage, bytes);
        this.#open.get(fact.conn)?.messages[fact.leg].push(message);
        return { ...fact, message };
      }
      case 'tls.established':
      case 'tls.failed':
      case 'tls.opaque': {
        if (fact.negotiated.certificates !== undefined) return fact;
        return { ...fact, negotiated: this.#settled(fact.conn, fact.leg, fact.negotiated, evidence) };
      }
      case 'comparison.made': {
        const { client, server } = this.#open.get(fact.conn)?.connection.legs ?? {};
        if (!client?.tls || !server?.tls) return undefined;
        return { ...fact, comparison: new ComparisonAgain(client.tls, server.tls) };
      }
      default:
        return fact;
    }
  }

  #settled(conn: number, leg: LegRole, negotiated: Negotiated, evidence: StoredEvidence): Settled {
    return new Settled(negotiated, this.#open.get(conn)?.messages[leg] ?? [], evidence);
  }

  #follow(event: CaptureEvent): void {
    if (event.type === 'connection.opened') {
      this.#open.set(event.conn, { connection: openConnection(event), messages: { client: [], server: [] } });
    } else if (event.type === 'connection.closed') {
      this.#open.delete(event.conn);
    } else if ('conn' in event) {
      const entry = this.#open.get(event.conn);
      if (entry) reduceConnection(entry.connection, event satisfies ConnectionEvent);
    }
  }
}

function madeAgain(stored: StoredMessage, bytes: Uint8Array): HandshakeMessage & WireMessage {
  const { contentType, version, suite, inflates, ...place } = stored;
  return new WireMessage(contentType, bytes, place, {
    ...(version !== undefined && { version }),
    ...(suite !== undefined && { cipherSuite: suite }),
    ...(inflates && { decompress: nodeDecompress }),
  });
}

/** Compares when looked at; the count, which lists show, is kept then. */
class ComparisonAgain implements Comparison {
  readonly #client: Handshake;
  readonly #server: Handshake;
  #counted: Pick<Comparison, 'differences'> | undefined;

  constructor(client: Handshake, server: Handshake) {
    this.#client = client;
    this.#server = server;
  }

  get rows(): Comparison['rows'] {
    return compare(this.#client, this.#server).rows;
  }

  /** The count, if somebody has asked for it. */
  get known(): number | undefined {
    return this.#counted?.differences;
  }

  get differences(): number | undefined {
    this.#counted ??= { differences: compare(this.#client, this.#server).differences };
    return this.#counted.differences;
  }

  toJSON(): Comparison {
    return compare(this.#client, this.#server);
  }
}
