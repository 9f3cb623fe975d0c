/** How a gRPC call ended (grpc/doc/statuscodes.md). */
import type { HeaderPair } from '../../../shared/exchange.ts';

export interface GrpcStatus {
  readonly code: number;
  readonly name: string;
  /** grpc-message, its percent-encoding undone; empty when absent. */
  readonly message: string;
}

const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/**
 * The status in trailers, or in the headers of a response that has only those; undefined when neither says one.
 * @param pairs in the order they came
 */
export function grpcStatus(pairs: readonly HeaderPair[]): GrpcStatus | undefined {
  const value = find(pairs, 'grpc-status');
  if (value === undefined || !/^\d{1,9}$/.test(value.trim())) return undefined;
  const code = Number(value);
  return { code, name: NAMES[code] ?? 'unassigned', message: percentDecoded(find(pairs, 'grpc-message') ?? '') };
}

function find(pairs: readonly HeaderPair[], wanted: string): string | undefined {
  return pairs.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

const UTF8 = new TextDecoder();

/** Broken escapes stay as they are (PROTOCOL-HTTP2.md: a status message is never a reason to fail). */
function percentDecoded(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    const codes = escapes.slice(1).split('%');
    return UTF8.decode(Uint8Array.from(codes, (code) => Number.parseInt(code, 16)));
  });
}
