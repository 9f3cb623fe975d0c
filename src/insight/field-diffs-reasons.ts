/** Why our ClientHello is not the client's, where that is known: the mirror's gaps first, then what is so by nature. */
import type { MirrorGap } from '../shared/model.ts';
import { isGrease } from '../wire/tls/registries.ts';
import type { Item, Pairing } from './field-diffs-list.ts';

export type Reasons = ReturnType<typeof reasons>;

const SUPPORTED_VERSIONS = 0x002b;

/** Whose code points an extension lists. */
const KINDS: ReadonlyMap<number, MirrorGap['kind']> = new Map([
  [0x000a, 'supportedGroup'],
  [0x0033, 'supportedGroup'],
  [0x000d, 'signatureAlgorithm'],
  [0x0032, 'signatureAlgorithm'],
  [SUPPORTED_VERSIONS, 'version'],
]);

const OWN_SESSION = 'The session to resume belongs to the client and its server; tlscope has no key to it.';

/** Extensions that the client has by itself, or that differ inside. */
const BY_NATURE: ReadonlyMap<number, string> = new Map([
  [0x0015, 'Padding brings a hello to a certain length, and the rest of the two has not the same.'],
  [0x0023, OWN_SESSION],
  [0x0029, OWN_SESSION],
  [
    0x002a,
    'Early data is encrypted under a session that only the client has. tlscope does not take it; the client sends it again after the handshake.',
  ],
  [0x0033, 'Each side makes its own key pair for each group.'],
  [0xfe0d, 'Sealed, or made up to look so (GREASE), anew in each hello; tlscope cannot look inside.'],
]);

/** What stands in our hello alone. */
const ADDED: ReadonlyMap<string, string> = new Map([
  ['255', 'A signal that secure renegotiation is understood, as an empty renegotiation_info is (RFC 5746 §3.3).'],
]);

export function reasons(gaps: readonly MirrorGap[]) {
  const ofAll = gaps.find(({ kind }) => kind === 'other');
  const ofGap = (kind: MirrorGap['kind'] | undefined, id: number | undefined) =>
    sentence(gaps.find((gap) => gap.kind === kind && gap.id === id));
  const ofVersion = () => sentence(gaps.find(({ kind }) => kind === 'version')) ?? sentence(ofAll);
  const missing = 'tlscope’s TLS library does not send it.';
  return {
    ofVersion,
    ofGrease: () => 'A reserved value without meaning, drawn at random: any stands for any other (RFC 8701).',
    ofOrder: () =>
      'tlscope’s TLS library puts extensions in an order of its own. JA3 shows the difference, JA4 does not; browsers shuffle them in each hello.',
    /** Whose code points the extension lists. */
    kindOf: (type: number) => KINDS.get(type),
    /** An extension that both have, different as it must be. */
    ofFresh: (type: number) => BY_NATURE.get(type),
    /** An extension that both have, with other contents. */
    ofContent: (type: number, isList: boolean) => {
      const ofRange = type === SUPPORTED_VERSIONS ? ofVersion() : undefined;
      if (ofRange !== undefined) return ofRange;
      const known = ofGap('extension', type);
      return known ?? (isList ? 'The lists differ; the entries say in what.' : BY_NATURE.get(type));
    },
    /** An extension on one side alone. */
    ofExtension: ({ client, server }: Pairing<Item>) => {
      const type = (client ?? server)?.item.id;
      const known = ofGap('extension', type) ?? (client && BY_NATURE.get(type ?? -1)) ?? sentence(ofAll);
      return (
        known ??
        (client
          ? isGrease(type ?? 0)
            ? `A reserved value without meaning (RFC 8701). ${missing}`
            : missing
          : 'Added by tlscope’s TLS library.')
      );
    },
    /** An entry of a list that is not equal. @param within the type of the extension whose list it is */
    ofEntry: ({ client, server, moved }: Pairing<Item>, kind: MirrorGap['kind'] | undefined, within?: number) => {
      const item = (client ?? server)!.item;
      if (moved)
        return 'The same entry in another place. A server that goes by the client’s order may choose another one.';
      const known = kind === 'version' ? ofVersion() : (ofGap(kind, item.id) ?? sentence(ofAll));
      // Of an extension that is sent with other contents the reason stands there.
      if (known === undefined && within !== undefined && ofGap('extension', within) !== undefined) return undefined;
      return known ?? (client ? missing : (ADDED.get(item.key) ?? 'Added by tlscope’s TLS library.'));
    },
  };
}

function sentence(gap: MirrorGap | undefined): string | undefined {
  if (gap === undefined) return undefined;
  const { reason } = gap;
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`.replace(/\.\.$/, '.');
}
