/** The golden flows as handshakes with the secrets that were logged beside them. */
import { Tape } from '../../src/capture/tape.ts';
import { nodeDecompress } from '../../src/crypto/decompress.ts';
import type { Evidence } from '../../src/shared/evidence.ts';
import type { Handshake, HandshakeMessage } from '../../src/shared/model.ts';
import type { Flow } from '../wire/tls/flow.ts';
import { flows, optionsOf, replay } from '../wire/tls/replay.ts';

export interface Recorded {
  readonly handshake: Handshake;
  readonly secrets: Evidence['secrets'];
}

/** Every flow by its name, replayed once. */
export const recorded: ReadonlyMap<string, Recorded> = new Map(
  [...flows].map(([name, flow]) => [name, fromFlow(flow)]),
);

export function recordedFlow(name: string): Recorded {
  const found = recorded.get(name);
  if (!found) throw new Error(`no flow ${name}`);
  return found;
}

function fromFlow(flow: Flow): Recorded {
  const { negotiated, messages, alerts } = replay(flow.steps, { ...optionsOf(flow), decompress: nodeDecompress });
  const plain = messages.map((message) => message.toJSON());
  const tape = new Tape();
  for (const step of flow.steps) if (step.kind === 'secret') tape.secret(step.label, step.secret, step.clientRandom);
  const { secrets } = tape;
  return { handshake: { ...negotiated, state: 'established', messages: plain, alerts, at: {} } as Handshake, secrets };
}

/** The same handshake with other messages. */
export function withMessages(handshake: Handshake, messages: readonly HandshakeMessage[]): Handshake {
  return { ...handshake, messages: [...messages] };
}

/** A message with only what matters to computing. */
export function messageOf(
  n: number,
  sender: HandshakeMessage['sender'],
  raw: Uint8Array,
  epoch: HandshakeMessage['epoch'] = 'plaintext',
): HandshakeMessage {
  const type = { id: raw[0] ?? 0, name: '' };
  const spans = [[0, 0]] as const;
  const hex = Buffer.from(raw).toString('hex');
  return { n, sender, contentType: 22, type, epoch, spans, raw: hex, fields: [], summary: '', issues: [], at: 0 };
}

/** A handshake message around its body. */
export function framed(type: number, ...body: readonly Uint8Array[]): Buffer {
  const whole = Buffer.concat(body);
  return Buffer.concat([Uint8Array.of(type, whole.length >> 16, whole.length >> 8, whole.length), whole]);
}
