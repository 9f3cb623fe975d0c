/** `--as`: whose ClientHello a probe repeats. */
import { readFile } from 'node:fs/promises';
import { reasonOf, UserError } from '../errors.ts';
import type { Offer } from '../proxy/mirror.ts';
import type { Connection, Leg } from '../shared/model.ts';
import { fromHex } from '../wire/hex.ts';
import { readClientHello } from '../wire/tls/session.ts';
import { ownOffer } from './own-offer.ts';
import { RECORDED_PROGRAMS, recordedOffer } from './recorded-offers.ts';

/** The name of this runtime's own offer. */
export const OWN = 'node';

/**
 * @param like a program's name, a file with one connection as JSON, or a connection's number
 * @param connection the JSON of a connection that a running tlscope has recorded, by its number
 * @throws UserError `offer-unknown`, `no-client-hello`, and whatever UserError `connection` throws
 */
export async function helloLike(like: string, connection: (id: string) => Promise<string>): Promise<Offer> {
  if (like === OWN) return ownOffer();
  const recorded = recordedOffer(like);
  if (recorded !== undefined) return recorded;
  const source = /^\d+$/.test(like) ? `Connection ${like}` : like;
  let json: unknown;
  try {
    json = JSON.parse(/^\d+$/.test(like) ? await connection(like) : await readFile(like, 'utf8'));
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (reasonOf(error) === 'ENOENT') {
      const names = [OWN, ...RECORDED_PROGRAMS.map(({ name }) => name)].join(', ');
      throw new UserError('offer-unknown', { like, names });
    }
    throw new UserError('no-client-hello', { source, reason: reasonOf(error) });
  }
  // What `tlscope export` writes is a list.
  const connections: readonly unknown[] = Array.isArray(json) ? json : [json];
  if (connections.length > 1) {
    throw new UserError('no-client-hello', { source, reason: `${connections.length} connections; it must be one` });
  }
  const hello = clientHelloIn(connections[0]);
  if (hello === undefined) throw new UserError('no-client-hello', { source, reason: 'no ClientHello in it' });
  return hello;
}

/** The client's own hello where the connection has one, else ours. The JSON may be anybody's. */
function clientHelloIn(json: unknown): Offer | undefined {
  const outer = json as { connection?: unknown } | null;
  const { legs } = ((outer?.connection ?? outer) || {}) as Partial<Connection>;
  for (const leg of [legs?.client, legs?.server] as (Leg | undefined)[]) {
    const messages: unknown = leg?.tls?.messages;
    if (!Array.isArray(messages)) continue;
    const raw: unknown = messages.find((each) => each?.type?.name === 'ClientHello')?.raw;
    if (typeof raw === 'string' && /^(?:[0-9a-f]{2})+$/.test(raw)) return readClientHello(fromHex(raw));
  }
  return undefined;
}
