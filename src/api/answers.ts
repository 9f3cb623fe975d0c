/** How the API says no, and the headers that stand on everything it says. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyReply } from 'fastify';
import type { ApiError } from '../shared/api.ts';

/** A request not granted: the status and what to say. */
export interface Refusal extends ApiError {
  readonly status: number;
}

/** Sends a refusal as `{error, hint}`. */
export function refuse(reply: FastifyReply, { status, error, hint }: Refusal): FastifyReply {
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="tlscope"');
  return reply.code(status).send({ error, hint } satisfies ApiError);
}

/** The same on a socket that asked for an upgrade, and ends it. */
export function refuseUpgrade(socket: Duplex, { status, error, hint }: Refusal): void {
  const body = JSON.stringify({ error, hint } satisfies ApiError);
  const headers = {
    ...securityHeaders(),
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'));
}

/** Whether nobody waits for the answer any more: long work for it stops. */
export function isAbandoned(reply: FastifyReply): boolean {
  return reply.raw.destroyed;
}

const SEND_JSON = 'Send a JSON object, with content-type: application/json.';

/** What Fastify says of a body that it could not read, by its code. */
const BODY_FAULTS: Readonly<Record<string, ApiError>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: { error: 'The body is not valid JSON.', hint: SEND_JSON },
  FST_ERR_CTP_EMPTY_JSON_BODY: { error: 'The body is empty.', hint: SEND_JSON },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { error: 'The body is not said to be JSON.', hint: SEND_JSON },
};

/**
 * The client's part in an error of Fastify's or ours: never a stack, never what was asked (it may hold the token).
 * @returns whether the fault is ours
 */
export function answerError(error: FastifyError, reply: FastifyReply): boolean {
  const status = error.statusCode ?? 500;
  const hint = 'Correct the request and send it again.';
  if (error.validation) {
    const first = error.validation[0];
    const name = first?.instancePath.slice(1) || error.validationContext;
    refuse(reply, { status: 400, error: `${name} ${first?.message ?? 'is not valid'}.`, hint });
    return false;
  }
  const ofBody = BODY_FAULTS[error.code];
  if (ofBody !== undefined) {
    refuse(reply, { status, ...ofBody });
    return false;
  }
  if (status >= 400 && status < 500) {
    refuse(reply, { status, error: `${STATUS_CODES[status] ?? 'Bad request'}.`, hint });
    return false;
  }
  refuse(reply, { status: 500, error: 'tlscope failed to answer.', hint: 'Its log has the reason; please report it.' });
  return true;
}

/** @param host the Host header, once it is known to be ours: browsers differ on whether 'self' covers ws: */
export function securityHeaders(host?: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      host === undefined ? "connect-src 'self'" : `connect-src 'self' ws://${host}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  };
}
