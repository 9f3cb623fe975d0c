/** Connections that are refused as a whole: what was asked for by CONNECT, and the answer, are an exchange too. */
import type { Socket } from 'node:net';
import type { ConnectionRecorder } from '../capture/recorder.ts';
import type { ConnectHead } from '../net/front.ts';
import type { ProxyContext } from './context.ts';
import { endWith } from './last-words.ts';
import { recordOwnAnswer } from './own-answer.ts';
import { rawAnswer, textAnswer } from './page.ts';

/** Ends a connection on which no HTTP is spoken. */
export function refuse(socket: Socket, connection: ConnectionRecorder, reason: string): void {
  connection.decided({ action: 'refuse', reason });
  connection.closed({ by: 'proxy', cause: 'refused', text: `Refused: ${reason}.` });
  socket.destroy();
}

/** What is refused, as far as it could be read. */
interface Refused {
  readonly host: string;
  readonly port: number;
  readonly head?: ConnectHead | undefined;
}

/** Answers a CONNECT in HTTP, and ends the connection. */
export function refuseConnect(
  socket: Socket,
  connection: ConnectionRecorder,
  { host, port, head }: Refused,
  status: 400 | 403,
  reason: string,
  { traffic, now }: Pick<ProxyContext, 'traffic' | 'now'>,
): void {
  connection.decided({ action: 'refuse', reason });
  const text = `Refused: ${reason}.`;
  const answer = textAnswer(status, 'tlscope refuses this request', text);
  if (head !== undefined) {
    const recorder = traffic.exchanges({ conn: connection.id, scheme: 'http', host, port });
    const { target, bytes: wireBytes, ...rest } = head;
    recorder.request(1, { ...rest, method: 'CONNECT', target, authority: target, wireBytes, issues: [] }, now());
    recordOwnAnswer(recorder, 1, answer, { state: 'refused', by: 'proxy', text }, now());
  }
  connection.closed({ by: 'proxy', cause: 'refused', text });
  endWith(socket, rawAnswer(answer));
}
