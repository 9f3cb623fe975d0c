/** `--as`: whose ClientHello a probe repeats. */
import { readFile } from 'node:fs/promises';
import { reasonOf, UserError } from '../errors.ts';
import type { Offer } from '../proxy/mirror.ts';
import type { Connection, Leg } from '../shared/model.ts';
import { fromHex } from '../wire/hex.ts';
import { readClientHello } from '../wire/tls/session.ts';
import { ownOffer } from './own-offer.ts';
import { recordedOffer } from './recorded-offers.ts';

/** Where a running proxy keeps its recorded connections. */
export interface Dashboard {
  readonly url: string | undefined;
  readonly token: string | undefined;
}

/** The name of this runtime's own offer. */
export const OWN = 'node';

/**
 * @param like a program's name, a file with a connection as JSON, or a connection's number
 * @throws UserError `no-client-hello`
 */
export async function helloLike(like: string, dashboard: Dashboard): Promise<Offer> {
  if (like === OWN) return ownOffer();
  const recorded = recordedOffer(like);
  if (recorded !== undefined) return recorded;
  const source = /^\d+$/.test(like) ? `Connection ${like}` : like;
  let json: unknown;
  try {
    json = JSON.parse(/^\d+$/.test(like) ? await fetched(like, dashboard) : await readFile(like, 'utf8'));
  } catch (error) {
    throw new UserError('no-client-hello', { source, reason: reasonOf(error) });
  }
  const hello = clientHelloIn(json);
  if (hello === undefined) throw new UserError('no-client-hello', { source, reason: 'no ClientHello in it' });
  return hello;
}

/** Ms for the proxy's API, which is on this machine or near it. */
const PATIENCE = 5000;

async function fetched(id: string, { url, token }: Dashboard): Promise<string> {
  if (url === undefined || token === undefined) throw new Error('a number needs --ui and --token');
  const response = await fetch(new URL(`/api/connections/${id}`, url), {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok) throw new Error(`the proxy answered ${response.status}`);
  return response.text();
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
