/** The public halves of a key exchange as they crossed the wire. */
import type { Hex } from '../shared/model.ts';
import { fromHex } from '../wire/hex.ts';
import { readServerKeyExchange } from '../wire/tls/messages/table.ts';
import { groupName } from '../wire/tls/registries.ts';
import { printable } from '../wire/x509/printable.ts';
import { fieldNamed, fieldsNamed, treeOf } from './field-tree.ts';
import type { Story } from './step-story.ts';
import { marked } from './step-words.ts';

export interface PublicShares {
  /** Undefined where it was not sent yet. */
  readonly client?: Hex;
  readonly server?: Hex;
}

/** Names of the fields that hold the share: elliptic curves (RFC 8422 §5.4, §5.7) and finite fields (RFC 5246 §7.4). */
const SERVER_FIELDS = ['public', 'dh_Ys'];
const CLIENT_FIELDS = ['ecdh_Yc', 'dh_Yc'];

/** Both shares of the chosen group, from the hellos in TLS 1.3 and from the key exchange messages before. */
export function publicShares(story: Story): PublicShares {
  const { find, context, isTls13 } = story;
  if (isTls13) return sharesOf13(story);
  const theirs = find('server', 'ServerKeyExchange');
  const ours = find('client', 'ClientKeyExchange');
  return shares(
    ours && firstValue(treeOf(ours, context), CLIENT_FIELDS),
    theirs && firstValue(treeOf(theirs, context), SERVER_FIELDS),
  );
}

/** What the client sent in place of a share with RSA key exchange. */
export function sealedPreMaster({ find, context }: Story): Hex | undefined {
  const message = find('client', 'ClientKeyExchange');
  return message && firstValue(treeOf(message, context), ['encrypted_pre_master_secret']);
}

/** What the client calls the pre-shared key of a suite up to TLS 1.2 (RFC 4279 §2), safe to show. */
export function pskIdentity({ find, context }: Story): string | undefined {
  const message = find('client', 'ClientKeyExchange');
  const identity = message && firstValue(treeOf(message, context), ['psk_identity']);
  return identity === undefined ? undefined : printable(new TextDecoder().decode(fromHex(identity)));
}

/** ` (32 bytes, 5f3a9c01…)`, or nothing where the share was not seen. */
export function shareMark(share: Hex | undefined): string {
  return share === undefined ? '' : ` (${marked(share)})`;
}

/** `public key on x25519`, `Diffie-Hellman value in ffdhe2048`, `temporary RSA key of 512 bits`. */
export function exchangeWords(story: Story): string {
  const parameters = parametersOf(story);
  const exchange = story.suite?.keyExchange;
  if (exchange === 'RSA') return parameters ?? 'temporary RSA key';
  if (exchange === 'DHE' || exchange === 'DH')
    return `Diffie-Hellman value${parameters === undefined ? '' : ` in ${parameters.replace(/^DH (\d+) bits$/, 'a group of $1 bits')}`}`;
  return `public key${parameters === undefined ? '' : ` on ${parameters}`}`;
}

/** The group of the key exchange, registered or not. */
export function parametersOf(story: Story): string | undefined {
  if (story.handshake.group !== undefined) return story.handshake.group;
  const message = story.find('server', 'ServerKeyExchange');
  return message && readServerKeyExchange(fromHex(message.raw), story.context).parameters;
}

function sharesOf13({ inStep, find, serverHello }: Story): PublicShares {
  const group = serverHello?.keyShareGroup;
  const hello = inStep(1).at(-1);
  const answer = find('server', 'ServerHello');
  if (group === undefined || hello === undefined || answer === undefined) return {};
  const entries = fieldsNamed(treeOf(hello), 'key_share_entry');
  const entry = entries.find(({ children = [] }) => fieldNamed(children, 'group')?.text === groupName(group));
  return shares(firstValue(entry?.children ?? [], ['key_exchange']), firstValue(treeOf(answer), ['key_exchange']));
}

function shares(client: Hex | undefined, server: Hex | undefined): PublicShares {
  return { ...(client !== undefined && { client }), ...(server !== undefined && { server }) };
}

function firstValue(fields: Parameters<typeof fieldNamed>[0], names: readonly string[]): Hex | undefined {
  for (const name of names) {
    const value = fieldNamed(fields, name)?.value;
    if (typeof value === 'string') return value;
  }
  return undefined;
}
