/** What the steps are told from: the handshake, its hellos read again, and its messages sorted into steps. */
import type { Check, Handshake, HandshakeMessage, Step, TlsRole } from '../shared/model.ts';
import { fromHex } from '../wire/hex.ts';
import { readCertificateChain } from '../wire/tls/messages/table.ts';
import { type CipherSuite, cipherSuite } from '../wire/tls/registries.ts';
import type { ClientHello, DecodeContext, ServerHello } from '../wire/tls/values.ts';
import { nameText } from '../wire/x509/name.ts';
import { printable } from '../wire/x509/printable.ts';
import { certificateParts } from '../wire/x509/structure.ts';
import { answeredClientHello, finalServerHello, firstClientHello } from './hellos.ts';
import { rawKeyOf } from './raw-key.ts';
import { isEphemeralExchange } from './strength.ts';

/** What a step's teller says. The text of a pending step is what was seen of it so far, often nothing. */
export type Told = Pick<Step, 'state' | 'text' | 'decided'>;

export interface Story {
  readonly handshake: Handshake;
  readonly isTls13: boolean;
  /** The first one: what was offered. */
  readonly clientHello: ClientHello | undefined;
  /** The one that the ServerHello answers: the second after a HelloRetryRequest. */
  readonly answered: ClientHello | undefined;
  /** The one that settled things. */
  readonly serverHello: ServerHello | undefined;
  /** Parts of the chosen suite. */
  readonly suite: CipherSuite | undefined;
  readonly context: DecodeContext;
  /** What came after both Finished and is no ticket: key updates, renegotiations, late requests. */
  readonly afterwards: readonly HandshakeMessage[];
  /** Whether `sender` sent a message called `name` in this handshake. */
  sent(sender: TlsRole, name: string): boolean;
  find(sender: TlsRole, name: string): HandshakeMessage | undefined;
  /** The bare key, in words, that the sender showed in place of a certificate. */
  rawKey(sender: TlsRole): string | undefined;
  /** The messages of step 1..6, in order. */
  inStep(n: number): readonly HandshakeMessage[];
  /** What was checked of the messages of a step, with the message each is about. */
  checksIn(n: number): readonly { readonly check: Check; readonly message: HandshakeMessage }[];
}

export function storyOf(handshake: Handshake): Story {
  const { own, afterwards } = divided(handshake.messages);
  const find = (sender: TlsRole, name: string) =>
    own.find((message) => message.sender === sender && message.type.name === name);
  const serverHello = finalServerHello(handshake);
  const clientHello = firstClientHello(handshake);
  const isTls13 = handshake.version === 'TLS 1.3' || (serverHello ? serverHello.version >= 0x0304 : isSurelyTls13());
  const steps = own.map((message) => stepOf(message, isTls13));
  const inStep = (n: number) => own.filter((_, index) => steps[index] === n);
  const context = serverHello ? { version: serverHello.version, cipherSuite: serverHello.cipherSuite } : {};
  const rawKeys = { client: rawKeyOf(own, 'client', context), server: rawKeyOf(own, 'server', context) };
  return {
    handshake,
    isTls13,
    clientHello,
    answered: answeredClientHello(handshake),
    serverHello,
    suite: serverHello && cipherSuite(serverHello.cipherSuite),
    context,
    rawKey: (sender) => rawKeys[sender],
    afterwards,
    sent: (sender, name) => find(sender, name) !== undefined,
    find,
    inStep,
    checksIn: (n) =>
      inStep(n).flatMap((message) =>
        (handshake.checks ?? []).filter((check) => check.message === message.n).map((check) => ({ check, message })),
      ),
  };

  /** What TLS 1.3 alone has: a HelloRetryRequest, and a client that goes on before any answer. */
  function isSurelyTls13(): boolean {
    return clientHello?.hasEarlyData === true || find('server', 'HelloRetryRequest') !== undefined;
  }
}

/** The client's own chain: undefined when it was not asked or has not answered, else how many certificates it showed. */
export function clientCertificates(story: Story): number | undefined {
  return clientChain(story)?.length;
}

/** Whom the client's certificate names, safe to show; empty where it shows none. */
export function clientSubject(story: Story): string {
  const [leaf] = clientChain(story) ?? [];
  return leaf === undefined ? '' : printable(nameText(leaf, certificateParts(leaf).subject));
}

function clientChain({ find, context }: Story): readonly Uint8Array[] | undefined {
  const message = find('client', 'Certificate');
  return message && readCertificateChain(fromHex(message.raw), context);
}

/** Whether both sides made their key pairs for this handshake alone. */
export function isEphemeral({ suite, isTls13, handshake }: Story): boolean {
  if (isTls13) return handshake.group !== undefined;
  return suite !== undefined && isEphemeralExchange(suite);
}

/** Whether both sides have sent their Finished. */
export function isComplete({ sent }: Story): boolean {
  return sent('client', 'Finished') && sent('server', 'Finished');
}

/** Where the work of each message belongs. What is not here (HelloRequest, KeyUpdate) is in no step. */
const STEP_OF: Readonly<Record<string, number>> = {
  ClientHello: 1,
  'ClientHello (SSLv2)': 1,
  HelloRetryRequest: 2,
  ServerHello: 2,
  EncryptedExtensions: 3,
  Certificate: 3,
  CompressedCertificate: 3,
  CertificateStatus: 3,
  ServerKeyExchange: 3,
  CertificateRequest: 3,
  CertificateVerify: 3,
  ServerHelloDone: 3,
  ClientKeyExchange: 4,
  ChangeCipherSpec: 5,
  EndOfEarlyData: 6,
  Finished: 6,
  NewSessionTicket: 6,
};

function stepOf(message: HandshakeMessage, isTls13: boolean): number {
  const { name } = message.type;
  // Up to TLS 1.2 the client's certificate travels with its ClientKeyExchange, in TLS 1.3 there is none to travel with.
  if (!isTls13 && message.sender === 'client' && (name === 'Certificate' || name === 'CertificateVerify')) return 4;
  return Object.hasOwn(STEP_OF, name) ? STEP_OF[name]! : 0;
}

/** The handshake's own messages, late tickets among them, and those after both Finished. */
function divided(messages: readonly HandshakeMessage[]): { own: HandshakeMessage[]; afterwards: HandshakeMessage[] } {
  const finished = { client: false, server: false };
  const own: HandshakeMessage[] = [];
  const afterwards: HandshakeMessage[] = [];
  for (const message of messages) {
    const isLate = finished.client && finished.server && message.type.name !== 'NewSessionTicket';
    (message.renegotiation !== undefined || isLate ? afterwards : own).push(message);
    if (message.type.name === 'Finished') finished[message.sender] = true;
  }
  return { own, afterwards };
}
