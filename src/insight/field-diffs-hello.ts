/** The client's first ClientHello beside ours to the server, field by field, in the client's order. */
import type { FieldDiff, Handshake, MirrorGap } from '../shared/model.ts';
import { fromHex, toHex } from '../wire/hex.ts';
import { readClientHello } from '../wire/tls/messages/table.ts';
import { cipherSuiteName, compressionMethodName, isGrease, versionName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import { type ExtensionItem, extensionItems, GREASE } from './field-diffs-extensions.ts';
import { type Item, type Pairing, paired } from './field-diffs-list.ts';
import { type Reasons, reasons } from './field-diffs-reasons.ts';
import { treeOf } from './field-tree.ts';
import { firstClientHelloMessage, resumptionOffer } from './hellos.ts';
import { marked } from './step-words.ts';

/** Entries of one list that get a row each; a hostile hello has tens of thousands. */
const MAX_ENTRIES = 256;

const KEY_SHARE = 0x0033;
/** What each side makes anew for each connection, or has for itself alone. */
const FRESH: ReadonlySet<number> = new Set([0x0029, 0xfe0d]);

/** Empty when either side has sent none. */
export function helloDiffs(client: Handshake, server: Handshake): FieldDiff[] {
  const [theirs, ours] = [firstClientHelloMessage(client), firstClientHelloMessage(server)];
  if (theirs === undefined || ours === undefined) return [];
  const [offer, repeated] = [readClientHello(fromHex(theirs.raw)), readClientHello(fromHex(ours.raw))];
  const why = reasons(server.notMirrored ?? []);
  return orderSaidOnce([
    whole('legacy_version', versionName(offer.legacyVersion), versionName(repeated.legacyVersion), why.ofVersion()),
    {
      path: 'random',
      client: marked(toHex(offer.random)),
      server: marked(toHex(repeated.random)),
      verdict: 'fresh',
      text: 'Each side draws its own 32 random bytes.',
    },
    sessionId(offer, repeated),
    ...list('cipher_suites', suiteItems(offer), suiteItems(repeated), why, 'cipherSuite'),
    ...list('legacy_compression_methods', compressionItems(offer), compressionItems(repeated), why),
    ...extensionRows(extensionItems(offer, treeOf(theirs)), extensionItems(repeated, treeOf(ours)), why),
  ]);
}

/** The sentence on an order stands at the first row of its list that moved. */
function orderSaidOnce(rows: readonly FieldDiff[]): FieldDiff[] {
  const said = new Set<string>();
  return rows.map((row) => {
    if (row.verdict !== 'moved') return row;
    const list = row.path.slice(0, row.path.lastIndexOf(' › '));
    if (!said.has(list)) {
      said.add(list);
      return row;
    }
    const { text: _, ...silent } = row;
    return silent;
  });
}

function whole(path: string, client: string, server: string, why: string | undefined): FieldDiff {
  if (client === server) return { path, client, server, verdict: 'equal' };
  return { path, client, server, verdict: 'different', ...(why !== undefined && { text: why }) };
}

/** RFC 8446 appendix D.4; RFC 5246 §7.4.1.2. */
function sessionId(offer: ClientHello, repeated: ClientHello): FieldDiff {
  const words = ({ sessionId }: ClientHello) => (sessionId.length === 0 ? 'empty' : marked(toHex(sessionId)));
  const [client, server] = [words(offer), words(repeated)];
  const path = 'legacy_session_id';
  if (client === server) return { path, client, server, verdict: 'equal' };
  const resumes = resumptionOffer(offer);
  const verdict = offer.sessionId.length > 0 && repeated.sessionId.length > 0 ? 'fresh' : 'different';
  const text =
    resumes === 'ticket' || resumes === 'session-id'
      ? 'It names a session of the client’s own, which tlscope does not have.'
      : 'Made up anew for each hello: TLS 1.3 fills it for middleboxes alone (RFC 8446 appendix D.4).';
  return { path, client, server, verdict, text };
}

const suiteItems = (hello: ClientHello) => hello.cipherSuites.map((id) => codeItem(id, cipherSuiteName));
const compressionItems = (hello: ClientHello) =>
  hello.compressionMethods.map((id) => codeItem(id, compressionMethodName));

function codeItem(id: number, name: (id: number) => string): Item {
  const isReserved = isGrease(id);
  return { key: isReserved ? GREASE : String(id), label: isReserved ? GREASE : name(id), value: name(id), id };
}

function list(
  path: string,
  client: readonly Item[],
  server: readonly Item[],
  why: Reasons,
  kind?: MirrorGap['kind'],
  within?: number,
): FieldDiff[] {
  const rows = paired(client.slice(0, MAX_ENTRIES), server.slice(0, MAX_ENTRIES)).map((pair) =>
    entryRow(path, pair, why, kind, within),
  );
  const [more, ourMore] = [client, server].map(({ length }) => `${Math.max(0, length - MAX_ENTRIES)} more`);
  if (more !== ourMore || more !== '0 more') rows.push(whole(`${path} › more`, more!, ourMore!, undefined));
  return rows;
}

/** @param within the type of the extension that lists the entry */
function entryRow(
  path: string,
  pair: Pairing<Item>,
  why: Reasons,
  kind: MirrorGap['kind'] | undefined,
  within: number | undefined,
): FieldDiff {
  const isReserved = (pair.client ?? pair.server)?.item.key === GREASE;
  const verdict = verdictOf(pair);
  const text =
    isReserved && verdict === 'equal'
      ? why.ofGrease()
      : verdict === 'equal'
        ? undefined
        : why.ofEntry(pair, kind, within);
  return rowOf(`${path} › ${pair.label}`, pair, verdict, text);
}

function extensionRows(client: readonly ExtensionItem[], server: readonly ExtensionItem[], why: Reasons): FieldDiff[] {
  return paired(client, server).flatMap((pair) => {
    const path = `extensions › ${pair.label}`;
    const [theirs, ours] = [pair.client?.item, pair.server?.item];
    const rows = [extensionRow(path, pair, why)];
    if (theirs?.items === undefined || ours?.items === undefined) return rows;
    const entries = list(path, theirs.items, ours.items, why, why.kindOf(theirs.extension.type), theirs.extension.type);
    return [...rows, ...(theirs.extension.type === KEY_SHARE ? entries.map(freshShare) : entries)];
  });
}

function extensionRow(path: string, pair: Pairing<ExtensionItem>, why: Reasons): FieldDiff {
  const [theirs, ours] = [pair.client?.item, pair.server?.item];
  const type = (theirs ?? ours)!.extension.type;
  if (theirs === undefined || ours === undefined) return rowOf(path, pair, verdictOf(pair), why.ofExtension(pair));
  const isSame = theirs.sameness === ours.sameness;
  if (!FRESH.has(type) && !isSame)
    return rowOf(path, pair, 'different', why.ofContent(type, theirs.items !== undefined));
  if (pair.moved) return rowOf(path, pair, 'moved', why.ofOrder());
  if (isGrease(type)) return rowOf(path, pair, 'equal', why.ofGrease());
  if (FRESH.has(type) || type === KEY_SHARE) return rowOf(path, pair, 'fresh', why.ofFresh(type));
  return rowOf(path, pair, 'equal', undefined);
}

/** The group is the same, the key never. */
function freshShare(row: FieldDiff): FieldDiff {
  if (row.verdict !== 'equal' || row.path.endsWith(`› ${GREASE}`)) return row;
  return { ...row, verdict: 'fresh', text: 'The same group; each side makes its own key pair.' };
}

function verdictOf({ client, server, moved }: Pairing<Item>): FieldDiff['verdict'] {
  if (server === undefined) return 'client-only';
  if (client === undefined) return 'server-only';
  return moved ? 'moved' : 'equal';
}

function rowOf(path: string, pair: Pairing<Item>, verdict: FieldDiff['verdict'], text: string | undefined): FieldDiff {
  const { client, server } = pair;
  return {
    path,
    ...(client && { client: client.item.value }),
    ...(server && { server: server.item.value }),
    position: { ...(client && { client: client.position }), ...(server && { server: server.position }) },
    verdict,
    ...(text !== undefined && { text }),
  };
}
