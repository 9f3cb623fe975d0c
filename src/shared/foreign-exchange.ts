/** An exchange that was recorded elsewhere, with what it says of its connection: what a file of another format gives. */
import type { Negotiated } from './events.ts';
import type { HttpExchange } from './exchange.ts';
import type { Certificate, LegRole } from './model.ts';

export interface ForeignExchange {
  /** On its way to be told: ids are for whoever stores it. */
  readonly exchange: Omit<HttpExchange, 'id' | 'conn'>;
  /** Its times count from the beginning of the request, which was then, in ms since 1970. */
  readonly startedAt: number;
  readonly requestBody: Uint8Array;
  readonly responseBody: Uint8Array;
  /** Names the connection within the file; its origin where the file names none. */
  readonly connection: string;
  readonly host: string;
  readonly port: number;
  readonly serverAddress?: string;
  readonly legs: Partial<Record<LegRole, ForeignLeg>>;
}

/** What is known of a leg: what was settled, without a byte of the handshake. */
export interface ForeignLeg extends Omit<Negotiated, 'certificates' | 'fingerprints' | 'visibility'> {
  readonly state: string;
  readonly ja3?: string;
  readonly ja4?: string;
  /** As the server sent them, leaf first. */
  readonly certificates: readonly ForeignCertificate[];
  /** Why it failed, one sentence. */
  readonly failure?: string;
}

export type ForeignCertificate = Pick<
  Certificate,
  'subject' | 'issuer' | 'serial' | 'notBefore' | 'notAfter' | 'names' | 'key' | 'signature' | 'sha256'
>;
