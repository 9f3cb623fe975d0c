/** What a GraphQL request over HTTP holds (graphql.org/learn/serving-over-http), as text to read. */
import type { GraphqlOperation } from '../../../../src/shared/exchange-messages.ts';
import { graphqlRequest } from '../../../../src/wire/http/graphql.ts';
import { parsedAsWritten } from './as-written.ts';

export interface GraphqlEntry {
  readonly operation: GraphqlOperation;
  /** The document as sent; absent when it is named by its hash. */
  readonly document?: string;
  /** JSON, indented; absent when there are none. */
  readonly variables?: string;
  /** JSON, indented. */
  readonly extensions?: string;
}

export interface GraphqlSubject {
  readonly method: string;
  readonly target: string;
  readonly type: string;
  readonly body: Uint8Array;
}

/** One for each request of a batch; empty when it is no GraphQL. */
export function graphqlEntries(subject: GraphqlSubject): GraphqlEntry[] {
  const request = graphqlRequest(subject);
  if (!request) return [];
  const sources = sourcesOf(subject);
  return request.operations.map((operation, index) => {
    const source = sources[index] ?? {};
    const document = source['query'];
    const variables = pretty(source['variables']);
    const extensions = pretty(source['extensions']);
    return {
      operation,
      ...(typeof document === 'string' && { document }),
      ...(variables !== undefined && { variables }),
      ...(extensions !== undefined && { extensions }),
    };
  });
}

type Source = Readonly<Record<string, unknown>>;

function sourcesOf({ method, target, type, body }: GraphqlSubject): readonly Source[] {
  if (method === 'GET') return [Object.fromEntries(new URLSearchParams(target.slice(target.indexOf('?') + 1)))];
  const text = new TextDecoder().decode(body);
  if (/^\s*application\/graphql\s*(?:;|$)/i.test(type)) return [{ query: text }];
  const value: unknown = parsedAsWritten(text);
  return (Array.isArray(value) ? value : [value]).map((each) =>
    typeof each === 'object' && each !== null ? each : {},
  );
}

function pretty(value: unknown): string | undefined {
  const given = typeof value === 'string' ? (parsedAsWritten(value) ?? value) : value;
  if (given === undefined || given === null) return undefined;
  if (typeof given === 'object' && Object.keys(given).length === 0) return undefined;
  return typeof given === 'string' ? given : JSON.stringify(given, undefined, 2);
}
