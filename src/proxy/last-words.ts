/** The end of a client's connection after an answer of ours. */
import type { Socket } from 'node:net';

/** Ms that a client has to take the answer and close. */
const PATIENCE = 1000;

/** Sends `answer` and ends. What the client still sends is dropped, and not read for ever. */
export function endWith(socket: Socket, answer: string): void {
  socket.end(answer);
  socket.resume();
  setTimeout(() => socket.destroy(), PATIENCE).unref();
}
