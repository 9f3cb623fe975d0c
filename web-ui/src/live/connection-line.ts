/** A connection's line on this page: its summary, and what else the live stream told that a column shows. */
import type { Connection, ConnectionSummary, Millis } from '../../../src/shared/model.ts';
import { summarise } from '../../../src/shared/summary.ts';

export interface ConnectionLine extends ConnectionSummary {
  /** How many of its exchanges are known. */
  readonly exchanges: number;
  /** Of the client's ClientHello. */
  readonly ja4?: string;
  /** From the first byte of TLS to the end of the handshake, on each leg that has had both. */
  readonly took: { readonly client?: Millis; readonly server?: Millis };
}

/** Replaced when the connection changes, never changed itself. */
export function connectionLine(connection: Connection, exchanges: number): ConnectionLine {
  const { client, server } = connection.legs;
  const ja4 = client?.tls?.fingerprints.ja4;
  const [ofClient, ofServer] = [client, server].map((leg) => {
    const at = leg?.tls?.at;
    return at?.startedAt === undefined || at.establishedAt === undefined ? undefined : at.establishedAt - at.startedAt;
  });
  return {
    ...summarise(connection),
    exchanges,
    ...(ja4 !== undefined && { ja4 }),
    took: { ...(ofClient !== undefined && { client: ofClient }), ...(ofServer !== undefined && { server: ofServer }) },
  };
}
