/** The GraphQL operations of one exchange, read from its body or its query when somebody looks. */
import type { HttpExchange } from '../shared/exchange.ts';
import type { GraphqlOperation } from '../shared/exchange-messages.ts';
import { graphqlRequest, mayBeGraphql } from '../wire/http/graphql.ts';
import type { BodyStore } from './body-store.ts';
import { decodeContent } from './content-coding.ts';

/** Bytes of a request, as sent and as decoded, beyond which it is not read. */
const MAX_BODY = 1024 * 1024;

/** Undefined when it is no GraphQL request, and when its body is too long or is not kept whole. */
export async function graphqlOf(
  { id, request }: HttpExchange,
  bodies: BodyStore,
): Promise<readonly GraphqlOperation[] | undefined> {
  const { method, target, body: facts } = request;
  const head = { method, target, type: facts.type };
  if (!mayBeGraphql(head) || facts.size > MAX_BODY || facts.kept < facts.size) return undefined;
  const decoded = await decodeContent(sentBytes(bodies, id), facts.encoding, MAX_BODY);
  if (decoded === undefined || decoded.problem !== undefined) return undefined;
  return graphqlRequest({ ...head, body: decoded.bytes })?.operations;
}

async function* sentBytes(bodies: BodyStore, id: number): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of bodies.read(id, 'request')) yield bytes;
}
