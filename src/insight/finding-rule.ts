/** What a rule of the findings is, and what it gets to see. */
import type { Connection, Finding, Handshake, HandshakeMessage, LegRole, TlsRole } from '../shared/model.ts';
import { type CipherSuite, cipherSuite } from '../wire/tls/registries.ts';
import type { ClientHello, ServerHello } from '../wire/tls/values.ts';
import { finalServerHello, firstClientHello } from './hellos.ts';

/** One leg's handshake with its hellos read. */
export interface SeenLeg {
  readonly role: LegRole;
  readonly tls: Handshake;
  readonly hello: ClientHello | undefined;
  readonly serverHello: ServerHello | undefined;
  /** Parts of the chosen suite. */
  readonly suite: CipherSuite | undefined;
  /** The messages called `name`, of `sender` if given. */
  all(name: string, sender?: TlsRole): readonly HandshakeMessage[];
}

/** What the rules look at. */
export interface Scene {
  readonly connection: Connection;
  readonly client: SeenLeg | undefined;
  readonly server: SeenLeg | undefined;
  /** The leg whose ClientHello is the client's own: the client leg; the server leg where there is no other. */
  readonly offer: SeenLeg | undefined;
  /** The leg on which the server chose: tlscope only follows it on the other. */
  readonly choice: SeenLeg | undefined;
  /** When it happened. */
  readonly at: Date;
}

/** What a rule saw; the row adds its name, title and advice. */
export interface Sighting {
  readonly leg?: SeenLeg | undefined;
  readonly text: string;
  readonly messages?: readonly HandshakeMessage[];
  /** Where one kind of sighting is graver, or less grave, than the row says. */
  readonly severity?: Finding['severity'];
  /** In place of the row's advice, where one kind of sighting needs another. */
  readonly advice?: string;
}

export interface FindingRule {
  /** Stable; the filter language and scripts use it. */
  readonly rule: string;
  readonly severity: Finding['severity'];
  readonly title: string;
  readonly spec?: string;
  readonly advice?: string;
  /** Every sighting; undefined for none. */
  readonly look: (scene: Scene) => Sighting | readonly Sighting[] | undefined;
}

export function seenLeg(role: LegRole, tls: Handshake | undefined): SeenLeg | undefined {
  if (tls === undefined) return undefined;
  const serverHello = finalServerHello(tls);
  return {
    role,
    tls,
    hello: firstClientHello(tls),
    serverHello,
    suite: serverHello && cipherSuite(serverHello.cipherSuite),
    all: (name, sender) =>
      tls.messages.filter((message) => message.type.name === name && (sender ?? message.sender) === message.sender),
  };
}

/** What a rule says: a sentence, or one with the messages that show it. */
export type Words = Omit<Sighting, 'leg'> | string | undefined;

/** A rule on the leg where the server chose. A sentence alone is shown by the ServerHello. */
export function onChoice(look: (leg: SeenLeg, scene: Scene) => Words): FindingRule['look'] {
  return (scene) => sightingOn(scene.choice, scene, 'ServerHello', look);
}

/** A rule on the client's own offer, shown by its ClientHello. */
export function onOffer(look: (leg: SeenLeg, scene: Scene) => Words): FindingRule['look'] {
  return (scene) => sightingOn(scene.offer, scene, 'ClientHello', look);
}

/** A rule on each leg by itself. */
export function onEach(
  look: (leg: SeenLeg) => readonly Omit<Sighting, 'leg'>[],
): (scene: Scene) => readonly Sighting[] {
  return ({ client, server }) =>
    [client, server].flatMap((leg) => (leg ? look(leg).map((sighting) => ({ leg, ...sighting })) : []));
}

function sightingOn(
  leg: SeenLeg | undefined,
  scene: Scene,
  shownBy: string,
  look: (leg: SeenLeg, scene: Scene) => Words,
): Sighting | undefined {
  const words = leg && look(leg, scene);
  if (words === undefined) return undefined;
  return typeof words === 'string' ? { leg, text: words, messages: leg!.all(shownBy).slice(0, 1) } : { leg, ...words };
}
