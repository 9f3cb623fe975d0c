/** Exchanges as lines of JSON, one each: as the API gives them, with their bodies when asked for. */
import type { HttpExchange, HttpRequest } from '../shared/exchange.ts';
import type { GraphqlOperation } from '../shared/exchange-messages.ts';
import { graphqlRequest } from '../wire/http/graphql.ts';
import { type Content, type ExchangeContent, textOf } from './content.ts';

/** @param content left out unless given. @param redacted how many values were masked, when any should have been */
export function exchangeLine(exchange: HttpExchange, content?: ExchangeContent, redacted?: number): string {
  const { request, response } = exchange;
  const graphql = content && graphqlOf(request, content.request);
  return `${JSON.stringify({
    ...exchange,
    ...(content && {
      bodies: {
        request: bodyOf(content.request, request.body.type),
        ...(response && { response: bodyOf(content.response, response.body.type) }),
      },
    }),
    ...(graphql && { graphql }),
    ...(redacted !== undefined && { redacted }),
  })}\n`;
}

/** As in `ExchangeMessages`. */
function graphqlOf(
  { method, target, body }: HttpRequest,
  { decoded }: Content,
): readonly GraphqlOperation[] | undefined {
  return graphqlRequest({ method, target, type: body.type, body: decoded })?.operations;
}

/** Content codings are off. */
function bodyOf({ decoded, notes }: Content, type: string): object {
  const inText = textOf(decoded, type);
  return {
    ...(inText === undefined ? { base64: Buffer.from(decoded).toString('base64') } : { text: inText }),
    ...(notes.length > 0 && { notes }),
  };
}
