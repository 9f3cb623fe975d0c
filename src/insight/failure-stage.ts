/** Where a handshake stood, told from the messages that were seen of it. */
import type { FailureStage, HandshakeMessage, TlsRole } from '../shared/model.ts';

type Seen = readonly Pick<HandshakeMessage, 'sender' | 'type'>[];

/** The last of these that was seen decides what the handshake was waiting for. */
const NEXT: readonly (readonly [sender: TlsRole, name: string, stage: FailureStage])[] = [
  ['client', 'ClientHello', 'server-hello'],
  ['server', 'ServerHello', 'certificate'],
  ['server', 'Certificate', 'key-exchange'],
  ['client', 'ClientKeyExchange', 'finished'],
  ['server', 'CertificateVerify', 'finished'],
];

/** The stage that a handshake with these messages failed in. */
export function stageOf(messages: Seen): FailureStage {
  if (sent(messages, 'client', 'Finished') && sent(messages, 'server', 'Finished')) return 'after-handshake';
  if (sent(messages, 'client', 'Finished') || sent(messages, 'server', 'Finished')) return 'finished';
  return NEXT.findLast(([sender, name]) => sent(messages, sender, name))?.[2] ?? 'client-hello';
}

/** Whether `sender` sent a message called `name`. */
export function sent(messages: Seen, sender: TlsRole, name: string): boolean {
  return messages.some((message) => message.sender === sender && message.type.name === name);
}
