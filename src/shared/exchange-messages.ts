/** `GET /api/exchanges/ID/messages`: what an exchange carries one by one. */
import type { HeaderPair } from './exchange.ts';
import type { Hex, Issue, Millis, TlsRole } from './model.ts';

export interface ExchangeMessages {
  /** `none`: its bodies are no list of messages. */
  readonly kind: 'websocket' | 'event-stream' | 'grpc' | 'none';
  readonly messages: readonly ExchangeMessage[];
  /** Lines of an event stream that are comments. */
  readonly comments?: number;
  /** Trailers that gRPC-Web puts into the content. */
  readonly trailers?: readonly HeaderPair[];
  /** What a GraphQL request is for: the operation that is to be run, for each entry of a batch. */
  readonly graphql?: readonly GraphqlOperation[];
  readonly issues: readonly Issue[];
}

export interface GraphqlOperation {
  /** `unknown` when the request names the document by its hash alone. */
  readonly kind: 'query' | 'mutation' | 'subscription' | 'unknown';
  /** Absent when it has none. */
  readonly name?: string;
  /** Names of the fields at its top, aliases taken off; what an operation without a name is best known by. */
  readonly fields: readonly string[];
}

export interface ExchangeMessage {
  readonly sender: TlsRole;
  /** WebSocket: `text`, `binary`, `ping`, …; an event's own type; gRPC: `message`. */
  readonly type: string;
  /** It was whole. */
  readonly at: Millis;
  /** Bytes of the message as the application means it; of an event, characters of its data. */
  readonly size: number;
  /** What is text; as `bytes`, at most its beginning. */
  readonly text?: string;
  readonly bytes?: Hex;
  /** `text` or `bytes` is not all of it. */
  readonly cut?: true;
  readonly compressed?: true;
  /** Of a close frame. */
  readonly close?: { readonly code: number; readonly name: string };
  /** Of a ping that was answered, ms. */
  readonly roundTrip?: Millis;
  /** Of an event: the last event ID as it is then. */
  readonly eventId?: string;
  /** Of a gRPC message: its fields by number (`ProtoField`, bytes as hex). */
  readonly protobuf?: readonly unknown[];
  readonly issues: readonly Issue[];
}
