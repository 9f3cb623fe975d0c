/** What is said to a request that could not be read as HTTP. */
import type { Socket } from 'node:net';
import { type Refusal, refuseUpgrade } from './answers.ts';

/**
 * Bytes of a request line with its header fields: addresses of exports name the rows that were chosen, and a filter may
 * have 40,000 characters, three times as many when they are encoded.
 */
export const MAX_HEADER_SIZE = 256 * 1024;

const TOO_LARGE: Refusal = {
  status: 431,
  error: 'The address and the header fields of the request are too large.',
  hint: `Keep them within ${MAX_HEADER_SIZE / 1024} KiB together: name fewer ids, or use a shorter filter.`,
};

const TOO_SLOW: Refusal = {
  status: 408,
  error: 'The request did not come to its end in time.',
  hint: 'Send it again.',
};

const NOT_HTTP: Refusal = {
  status: 400,
  error: 'The request is not HTTP/1.1 as RFC 9112 has it.',
  hint: 'Correct the request and send it again.',
};

/** Answers as all refusals do, and ends the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  refuseUpgrade(socket, refusalOf(error.code));
  socket.destroySoon();
}

function refusalOf(code: string | undefined): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return TOO_LARGE;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? TOO_SLOW : NOT_HTTP;
}
