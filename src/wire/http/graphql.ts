/**
 * GraphQL over HTTP (graphql.org/learn/serving-over-http, and the GraphQL specification's grammar, §2): which operations a
 * request is for. A document is scanned for its definitions, not parsed.
 */
import type { GraphqlOperation } from '../../shared/exchange-messages.ts';
import { type DocumentOperation, operationsOf } from './graphql/document.ts';

export interface GraphqlRequest {
  /** The operation that is to be run, for each entry of a batch. */
  readonly operations: readonly GraphqlOperation[];
  /** The request is a list (of requests). */
  readonly batched: boolean;
}

/** A longer body is not looked at, bytes. */
const MAX_BODY = 4 * 1024 * 1024;
/** Entries of a batch. */
const MAX_BATCH = 1000;
/** Characters of a name that are told. */
const MAX_NAME = 256;
const UTF8 = new TextDecoder();

/** The part of a request that is known without its body; `type` is its Content-Type as sent. */
export interface GraphqlHead {
  readonly method: string;
  readonly target: string;
  readonly type: string;
}

/** Whether its body, or its query, is worth a look. */
export function mayBeGraphql({ method, target, type }: GraphqlHead): boolean {
  return method === 'GET' ? /[?&](?:query|extensions)=/.test(target) : isDocument(type) || isJson(type);
}

/**
 * Undefined when it is no GraphQL request. Never throws.
 * @param request with its content coding taken off
 */
export function graphqlRequest(request: GraphqlHead & { readonly body: Uint8Array }): GraphqlRequest | undefined {
  if (!mayBeGraphql(request)) return undefined;
  if (request.method === 'GET') return fromQuery(request.target);
  if (request.body.length === 0 || request.body.length > MAX_BODY) return undefined;
  if (isDocument(request.type)) return single(operationIn(UTF8.decode(request.body), undefined, false));
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(request.body));
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return single(fromEntry(value));
  const operations = value.slice(0, MAX_BATCH).map(fromEntry);
  if (operations.length === 0 || !operations.every((operation) => operation !== undefined)) return undefined;
  return { operations, batched: true };
}

function isDocument(type: string): boolean {
  return essence(type) === 'application/graphql';
}

function isJson(type: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json$/.test(essence(type));
}

function essence(type: string): string {
  return type.split(';', 1)[0]!.trim().toLowerCase();
}

function fromQuery(target: string): GraphqlRequest | undefined {
  const mark = target.indexOf('?');
  if (mark < 0 || target.length > MAX_BODY) return undefined;
  const parameters = new URLSearchParams(target.slice(mark + 1));
  const query = parameters.get('query') ?? undefined;
  const extensions = parameters.get('extensions') ?? '';
  return single(
    operationIn(query, parameters.get('operationName') ?? undefined, extensions.includes('"persistedQuery"')),
  );
}

function fromEntry(entry: unknown): GraphqlOperation | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { query, operationName, extensions } = entry as Record<string, unknown>;
  const persisted = typeof extensions === 'object' && extensions !== null && 'persistedQuery' in extensions;
  return operationIn(
    typeof query === 'string' ? query : undefined,
    typeof operationName === 'string' && operationName !== '' ? operationName : undefined,
    persisted,
  );
}

function operationIn(
  document: string | undefined,
  name: string | undefined,
  persisted: boolean,
): GraphqlOperation | undefined {
  if (document === undefined) return persisted ? { kind: 'unknown', ...named(name), fields: [] } : undefined;
  const operations: readonly DocumentOperation[] = operationsOf(document);
  const chosen = name === undefined ? operations[0] : operations.find((operation) => operation.name === name);
  if (!chosen) return undefined;
  return { kind: chosen.kind, ...named(chosen.name), fields: chosen.fields };
}

function named(name: string | undefined): { name?: string } {
  return name === undefined ? {} : { name: name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name };
}

function single(operation: GraphqlOperation | undefined): GraphqlRequest | undefined {
  return operation && { operations: [operation], batched: false };
}
