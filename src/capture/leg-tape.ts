/**
 * What of a leg's bytes goes on its tape: those of the handshake. Where that ends shows only once the session has read
 * the bytes, and while records wait for their secrets not even then.
 */
import type { Millis, TlsRole } from '../shared/model.ts';
import type { TlsSession } from '../wire/tls/session.ts';
import type { Tape } from './tape.ts';

const SENDERS = ['client', 'server'] as const;

/**
 * Keeps what belongs to the handshake of bytes that the session was just fed. What is no handshake any more is told from
 * the rest only once it was read; a chunk that ends the handshake is cut before it is copied.
 * @param wants whether the session wants more of this sender
 */
export function recordHandshake(
  tape: Tape,
  session: TlsSession,
  sender: TlsRole,
  bytes: Uint8Array,
  at: Millis,
  wants: boolean,
): void {
  if (wants && !isPast(session, sender)) {
    tape.record(sender, bytes, at);
    return;
  }
  const end = handshakeEnd(session, sender);
  const room = Math.max(0, end - tape.length(sender));
  tape.record(sender, bytes.subarray(0, room), at);
  tape.end(sender, end);
}

/** A secret that came late may have shown where the handshake ended: takes back what is behind it. */
export function trimToHandshake(tape: Tape, session: TlsSession): void {
  for (const sender of SENDERS) {
    if (isPast(session, sender)) tape.end(sender, handshakeEnd(session, sender));
  }
}

/** Nothing more comes. */
export function packHandshake(tape: Tape, session: TlsSession): void {
  if (session.complete) {
    for (const sender of SENDERS) tape.end(sender, handshakeEnd(session, sender));
  }
  tape.pack();
}

/** Whether application data of `sender` has begun. Early data, of clients alone, says nothing about that. */
function isPast(session: TlsSession, sender: TlsRole): boolean {
  if (!session.complete || !session.sawApplicationData(sender)) return false;
  return sender === 'server' || session.earlyData === undefined;
}

/** Where something stayed closed, nobody knows where the handshake ended. */
function handshakeEnd(session: TlsSession, sender: TlsRole): number {
  return session.complete && session.visibility.level === 'full' ? session.readUpTo(sender) : Infinity;
}
