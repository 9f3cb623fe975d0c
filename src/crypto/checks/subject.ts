/** What a check is given and what it says. */
import type { Evidence } from '../../shared/evidence.ts';
import type { Check } from '../../shared/model.ts';
import type { DecodeContext } from '../../wire/tls/values.ts';
import { nodeDecompress } from '../decompress.ts';
import type { HandshakeRun, TranscriptMessage } from '../transcript.ts';

export interface Subject {
  readonly run: HandshakeRun;
  /** The message that carries the value. */
  readonly message: TranscriptMessage;
  /** The messages that the value covers, in order. */
  readonly before: readonly TranscriptMessage[];
  /** The message belongs to a client authentication after the handshake (RFC 8446 §4.6.2). */
  readonly postHandshake: boolean;
  readonly secrets: Evidence['secrets'];
  /** Why the master secret may be that of another handshake, as a clause. */
  readonly masterDoubt: string | undefined;
  /** Why what the value covers may not all be at hand, as a clause. A difference then proves nothing. */
  readonly doubt: string | undefined;
}

export type Verdict = Pick<Check, 'result' | 'text' | 'spec'>;

/** What was compared with what: `subject` is equal to `made`. */
export interface Claim {
  readonly spec: string;
  /** Begins a sentence: `The server's verify_data (12 bytes)`. */
  readonly subject: string;
  /** Ends it: `what the PRF gives over the 9 messages before it`. */
  readonly made: string;
}

/** @param doubt When there is one, a difference proves nothing. */
export function judge(holds: boolean, { spec, subject, made }: Claim, doubt?: string): Verdict {
  if (holds) return { result: 'verified', spec, text: `${subject} is ${made}.` };
  if (doubt === undefined) return { result: 'failed', spec, text: `${subject} is not ${made}.` };
  return { result: 'unchecked', spec, text: `${subject} is not ${made}, which proves nothing: ${doubt}.` };
}

/** @param reason What was missing; a clause without a full stop. */
export function unchecked(spec: string, subject: string, reason: string): Verdict {
  return { result: 'unchecked', spec, text: `${subject} was not checked: ${reason}.` };
}

/** What the message is decoded with. */
export function contextOf({ serverHello }: HandshakeRun): DecodeContext {
  const settled = serverHello && { version: serverHello.version, cipherSuite: serverHello.cipherSuite };
  return { ...settled, decompress: nodeDecompress };
}

/** `1 byte`, `9 messages`. */
export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
