/** Client authentication after the handshake (RFC 8446 §4.6.2): the messages of each, with what they cover. */
import { TYPE } from '../../wire/tls/messages/table.ts';
import { type HandshakeRun, isFrom, type TranscriptMessage } from '../transcript.ts';
import type { Subject } from './subject.ts';

const CERTIFICATE_REQUEST = 13;
const ANSWERS: ReadonlySet<number> = new Set([
  TYPE.certificate,
  TYPE.compressedCertificate,
  TYPE.certificateVerify,
  TYPE.finished,
]);

/** Each answer covers the handshake, its own request and the answers before it (RFC 8446 §4.4). */
export function* laterAuthentications(run: HandshakeRun): Generator<Pick<Subject, 'message' | 'before'>> {
  const requests = run.afterwards.filter(isFrom('server', CERTIFICATE_REQUEST));
  let transcript: readonly TranscriptMessage[] | undefined;
  for (const message of run.afterwards) {
    if (message.sender !== 'client' || !ANSWERS.has(message.id)) continue;
    if (message.id === TYPE.certificate || message.id === TYPE.compressedCertificate) {
      const request = requestOf(message, requests);
      transcript = request && [...run.messages, request];
    }
    if (!transcript) continue;
    yield { message, before: transcript };
    transcript = message.id === TYPE.finished ? undefined : [...transcript, message];
  }
}

/** Answers may come in another order than requests: the context says which it is for, where it is in clear to read. */
function requestOf(answer: TranscriptMessage, requests: readonly TranscriptMessage[]): TranscriptMessage | undefined {
  const context = contextOf(answer);
  return requests.find((request) => contextOf(request) === context) ?? requests.at(-1);
}

/** certificate_request_context, the first member of both messages. */
function contextOf({ bytes }: TranscriptMessage): string {
  return Buffer.from(bytes.subarray(5, 5 + (bytes[4] ?? 0))).toString('hex');
}
