/**
 * The handshakes of a connection, each with its messages in the order that Finished and the signatures hash them.
 *
 *     TLS 1.3             hellos                │ server … Finished  │ client … Finished │ what comes after
 *     TLS 1.2, full       ClientHello           │ server … HelloDone │ client … Finished │ server … Finished
 *     TLS 1.2, resumed    ClientHello           │ server … Finished  │ client … Finished │
 *
 * Messages are put into that order here and not taken as they were read: a record whose keys come late is read late.
 */
import { hash } from 'node:crypto';
import type { HandshakeMessage, TlsRole } from '../shared/model.ts';
import { isRetry } from '../wire/tls/messages/hello.ts';
import { isSslv2ClientHello } from '../wire/tls/messages/sslv2-hello.ts';
import { readClientHello, readServerHello, TYPE } from '../wire/tls/messages/table.ts';
import { cipherSuite } from '../wire/tls/registries.ts';
import type { ClientHello, ServerHello } from '../wire/tls/values.ts';

const HANDSHAKE = 22;
const TLS12 = 0x0303;
const TLS13 = 0x0304;
const HELLO_REQUEST = 0;
const MESSAGE_HASH = 254;

export interface TranscriptMessage {
  readonly n: number;
  readonly sender: TlsRole;
  /** HandshakeType. */
  readonly id: number;
  /** As the transcript takes it: header included, but not the length before an SSLv2-style ClientHello (RFC 5246 §E.2). */
  readonly bytes: Uint8Array;
}

/** One handshake: the connection's first, or one that renegotiated. */
export interface HandshakeRun {
  /** 0 for the first. */
  readonly renegotiation: number;
  /** The first, before a HelloRetryRequest. */
  readonly clientHello: ClientHello | undefined;
  /** The one that is no HelloRetryRequest. */
  readonly serverHello: ServerHello | undefined;
  /** Up to both Finished, in the order above, without HelloRequest. */
  readonly messages: readonly TranscriptMessage[];
  /** TLS 1.3: what follows the sender's Finished, in the order it was read. */
  readonly afterwards: readonly TranscriptMessage[];
  /** TLS 1.2 and earlier: keys of an earlier session are used again (RFC 5246 §7.3). */
  readonly resumed: boolean;
}

/** The handshakes that `messages` hold, in order. Never throws, whatever the messages are. */
export function runsOf(messages: readonly HandshakeMessage[]): HandshakeRun[] {
  const groups = new Map<number, ReadMessage[]>();
  for (const { n, sender, contentType, raw, renegotiation = 0 } of messages) {
    const bytes = Buffer.from(raw, 'hex');
    const id = bytes[0];
    if (contentType !== HANDSHAKE || id === undefined || id === HELLO_REQUEST) continue;
    const group = groups.get(renegotiation) ?? [];
    if (isSslv2ClientHello(bytes))
      group.push({ n, sender, id: TYPE.clientHello, bytes: bytes.subarray(2), whole: bytes });
    else group.push({ n, sender, id, bytes, whole: bytes });
    groups.set(renegotiation, group);
  }
  return [...groups].map(([renegotiation, group]) => runOf(group, renegotiation));
}

export function isTls13(run: HandshakeRun): boolean {
  return (run.serverHello?.version ?? 0) >= TLS13;
}

const HASHES: Readonly<Record<string, string>> = {
  DEFAULT: 'sha256',
  SHA256: 'sha256',
  SHA384: 'sha384',
  SHA512: 'sha512',
  SM3: 'sm3',
};

/** node:crypto's name of the suite's hash, for the key schedule and the PRF since TLS 1.2; undefined when it is not known. */
export function suiteHash(run: HandshakeRun): string | undefined {
  return run.serverHello && HASHES[cipherSuite(run.serverHello.cipherSuite)?.prf ?? ''];
}

/** The hash of the transcript: the suite's, and MD5 and SHA-1 side by side before TLS 1.2 (RFC 4346 §7.4.9). */
export function transcriptHashName(run: HandshakeRun): string | undefined {
  const version = run.serverHello?.version ?? 0;
  if (version >= TLS12) return suiteHash(run);
  return version > 0x0300 ? 'md5-sha1' : undefined;
}

/** Hash of `messages`, the first ClientHello standing in as message_hash before a HelloRetryRequest (RFC 8446 §4.4.1). */
export function transcriptHash(name: string, messages: readonly Pick<TranscriptMessage, 'bytes'>[]): Uint8Array {
  const [first, second] = messages;
  const parts = messages.map(({ bytes }) => bytes);
  if (first && second && isRetry(second.bytes)) {
    const digest = hash(name, first.bytes, 'buffer');
    parts[0] = Buffer.concat([Uint8Array.of(MESSAGE_HASH, 0, 0, digest.length), digest]);
  }
  return hash(name, Buffer.concat(parts), 'buffer');
}

/** The messages up to and with the last one that `isLast` takes; undefined when there is none. */
export function upTo(
  messages: readonly TranscriptMessage[],
  isLast: (message: TranscriptMessage) => boolean,
): readonly TranscriptMessage[] | undefined {
  const at = messages.findLastIndex(isLast);
  return at < 0 ? undefined : messages.slice(0, at + 1);
}

export function isFrom(sender: TlsRole, id: number): (message: TranscriptMessage) => boolean {
  return (message) => message.sender === sender && message.id === id;
}

/** @property whole What decoders take. */
type ReadMessage = TranscriptMessage & { readonly whole: Uint8Array };

function runOf(group: readonly ReadMessage[], renegotiation: number): HandshakeRun {
  const firstHello = group.find(isFrom('client', TYPE.clientHello));
  const answer = group.find((message) => isFrom('server', TYPE.serverHello)(message) && !isRetry(message.bytes));
  const serverHello = answer && readServerHello(answer.bytes);
  const clientHello = firstHello && readClientHello(firstHello.whole);
  const common = { renegotiation, clientHello, serverHello };
  if (answer && (serverHello?.version ?? 0) >= TLS13)
    return { ...common, resumed: false, ...orderTls13(group, answer) };
  const serverIsDone = group.some(isFrom('server', TYPE.serverHelloDone));
  const finished = group.some(isFrom('server', TYPE.finished));
  const resumed = !serverIsDone && (finished || echoesSession(clientHello, serverHello));
  return { ...common, resumed, messages: orderTls12(group, serverIsDone), afterwards: [] };
}

function orderTls13(
  group: readonly TranscriptMessage[],
  serverHello: TranscriptMessage,
): Pick<HandshakeRun, 'messages' | 'afterwards'> {
  const offers = group.filter(isFrom('client', TYPE.clientHello));
  const answers = group.slice(0, group.indexOf(serverHello) + 1).filter(isFrom('server', TYPE.serverHello));
  // Each answer, be it a HelloRetryRequest, stands behind the offer it answers.
  const hellos = new Set(answers.flatMap((answer, i) => [...offers.slice(i, i + 1), answer]));
  const rest = group.filter((message) => !hellos.has(message));
  const messages = [...hellos, ...throughFinished(rest, 'server'), ...throughFinished(rest, 'client')];
  const taken = new Set(messages);
  return { messages, afterwards: rest.filter((message) => !taken.has(message)) };
}

function orderTls12(group: readonly TranscriptMessage[], serverIsDone: boolean): TranscriptMessage[] {
  const client = throughFinished(group, 'client');
  const server = throughFinished(group, 'server');
  const hello = client.slice(0, 1);
  const turn = serverIsDone ? server.findIndex(({ id }) => id === TYPE.serverHelloDone) + 1 : server.length;
  return [...hello, ...server.slice(0, turn), ...client.slice(1), ...server.slice(turn)];
}

/** What `sender` said up to its Finished, that included; all of it when there is none. */
function throughFinished(group: readonly TranscriptMessage[], sender: TlsRole): TranscriptMessage[] {
  const said = group.filter((message) => message.sender === sender);
  const at = said.findIndex(({ id }) => id === TYPE.finished);
  return at < 0 ? said : said.slice(0, at + 1);
}

function echoesSession(client: ClientHello | undefined, server: ServerHello | undefined): boolean {
  const id = server?.sessionId ?? new Uint8Array(0);
  return id.length > 0 && client !== undefined && Buffer.compare(id, client.sessionId) === 0;
}
