/**
 * Two messages of one type field by field, whatever the type: their field trees, read side by side.
 *
 * What must differ from one handshake to the next (random values, keys, signatures, GREASE) is told from what need not.
 */
import type { Field } from '../shared/model.ts';
import { type Item, type Pairing, paired } from './field-diffs-list.ts';
import { marked } from './step-words.ts';

/** One field of the message of A beside the same field of B. */
export interface TreeDiff {
  /** Names from the message down, joined by ` › `; a field that has a name of its own besides is called by that. */
  readonly path: string;
  /** Absent where it is not there. */
  readonly a?: string;
  readonly b?: string;
  /** `fresh`: differs because it must. `moved`: the same in another place. */
  readonly verdict: 'equal' | 'different' | 'only-a' | 'only-b' | 'moved' | 'fresh';
  /** Why it differs, where that is known. */
  readonly text?: string;
}

export interface TreeDiffs {
  readonly rows: readonly TreeDiff[];
  /** The messages are larger than what was compared. */
  readonly cut: boolean;
}

/** Rows that are made at most; a hostile message has tens of thousands of fields. */
export const MAX_TREE_DIFFS = 4000;
const MAX_DEPTH = 40;
/** Fields of one level that are paired at most. */
const MAX_SIBLINGS = 1024;

/** Compares the trees. Never throws; bounded in depth and in rows. */
export function treeDiffs(a: readonly Field[], b: readonly Field[]): TreeDiffs {
  const walk = new Walk();
  walk.level(a, b, { path: [], depth: 0, certificate: false });
  return { rows: walk.rows, cut: walk.cut };
}

const ITS_OWN = 'Made anew for each handshake.';

/** Fields outside of certificates that are never alike, by the RFCs' names. */
const FRESH: ReadonlyMap<string, string> = new Map([
  ['random', 'Each hello has its own 32 random bytes.'],
  ['legacy_session_id', 'Made up anew, or the name of a session of this client’s own.'],
  ['legacy_session_id_echo', 'The server echoes what the client sent, or names a session of its own.'],
  ['session_id', 'Made up anew, or the name of a session of this client’s own.'],
  ['key_exchange', 'Each handshake has its own key pair.'],
  ['public', 'Each handshake has its own key pair.'],
  ['dh_Ys', 'Each handshake has its own key pair.'],
  ['dh_Yc', 'Each handshake has its own key pair.'],
  ['ecdh_Yc', 'Each handshake has its own key pair.'],
  ['encrypted_pre_master_secret', ITS_OWN],
  ['signature', 'Signed over this handshake’s own bytes.'],
  ['verify_data', 'Computed from this handshake’s own messages.'],
  ['ticket', 'Each ticket is its own.'],
  ['ticket_age_add', 'Drawn at random for each ticket.'],
  ['ticket_nonce', 'Counts the tickets of a connection.'],
  ['identity', 'It names a session that this client has.'],
  ['obfuscated_ticket_age', 'How old the ticket is, made unreadable.'],
  ['binder', 'Computed from this handshake’s own messages.'],
  ['cookie', ITS_OWN],
  ['encrypted_client_hello', 'Sealed anew in each hello, or made up to look so.'],
]);

const GREASE = 'GREASE';
const RESERVED = 'A reserved value without meaning, drawn at random: any stands for any other (RFC 8701).';
/** Lists whose entries have no names: the n-th belongs to the n-th. */
const BY_PLACE: ReadonlySet<string> = new Set(['cert_data', 'certificate_entry', 'psk_identity', 'binder', 'identity']);

/** Fields that only wrap what they are named after; a path is long enough without them. The message's own name is one too. */
const WRAPPERS: ReadonlySet<string> = new Set(['extension_data', 'certificate_list']);

const MOVED = {
  extensions: 'The same extension in another place. Browsers shuffle them in each hello; JA3 shows it, JA4 does not.',
  else: 'The same entry in another place. Whoever goes by the order may choose another one.',
} as const;

interface Entry extends Item {
  readonly field: Field;
}

/** Where a level of the trees is. */
interface Around {
  readonly path: readonly string[];
  readonly depth: number;
  /** Why all in here must differ, if it must. */
  readonly fresh?: string;
  readonly certificate: boolean;
}

class Walk {
  readonly rows: TreeDiff[] = [];
  cut = false;

  level(a: readonly Field[], b: readonly Field[], around: Around): void {
    if (a.length > MAX_SIBLINGS || b.length > MAX_SIBLINGS || around.depth >= MAX_DEPTH) this.cut = true;
    if (around.depth >= MAX_DEPTH) return;
    const repeated = repeatedNames(a, b);
    for (const pair of paired(entriesOf(a, repeated), entriesOf(b, repeated))) {
      if (this.rows.length >= MAX_TREE_DIFFS) {
        this.cut = true;
        return;
      }
      this.#pair(pair, around);
    }
  }

  #pair(pair: Pairing<Entry>, around: Around): void {
    const [a, b] = [pair.client?.item.field, pair.server?.item.field];
    const field = (a ?? b)!;
    const path = [...around.path, pair.label];
    const reserved = isGrease(field) ? RESERVED : undefined;
    if (a === undefined || b === undefined) {
      this.#row(path, a && shown(a), b && shown(b), a === undefined ? 'only-b' : 'only-a', reserved);
      return;
    }
    if (pair.moved) {
      const [from, to] = [pair.client!.position + 1, pair.server!.position + 1];
      const why = MOVED[around.path.at(-1) === 'extensions' ? 'extensions' : 'else'];
      this.#row(path, `place ${from}`, `place ${to}`, 'moved', reserved ?? why);
    }
    const certificate = around.certificate || field.name === 'tbsCertificate';
    const why = around.fresh ?? (certificate ? undefined : FRESH.get(field.name));
    const [inA, inB] = [partsOf(a), partsOf(b)];
    if (inA.length > 0 && inB.length > 0) {
      const isWrapper = around.depth === 0 || WRAPPERS.has(field.name);
      const within = { path: isWrapper ? around.path : path, depth: around.depth + 1, certificate };
      this.level(inA, inB, why === undefined ? within : { ...within, fresh: why });
    } else if (isSame(a, b)) {
      if (!pair.moved) this.#row(path, shown(a), shown(b), 'equal', undefined);
    } else if (isGrease(a) && isGrease(b)) this.#row(path, shown(a), shown(b), 'fresh', RESERVED);
    else this.#row(path, shown(a), shown(b), why === undefined ? 'different' : 'fresh', why);
  }

  #row(
    path: readonly string[],
    a: string | undefined,
    b: string | undefined,
    verdict: TreeDiff['verdict'],
    text: string | undefined,
  ): void {
    this.rows.push({
      path: path.join(' › '),
      ...(a !== undefined && { a }),
      ...(b !== undefined && { b }),
      verdict,
      ...(text !== undefined && { text }),
    });
  }
}

/** Lengths follow from what they measure, and say nothing beside it. */
function partsOf({ children = [] }: Field): readonly Field[] {
  return children.filter(({ name, issue }) => name !== 'length' || issue !== undefined);
}

function entriesOf(fields: readonly Field[], repeated: ReadonlySet<string>): Entry[] {
  const places = new Map<string, number>();
  return fields
    .slice(0, MAX_SIBLINGS)
    .filter(({ name, issue }) => name !== 'length' || issue !== undefined)
    .map((field) => {
      const grease = isGrease(field);
      const { name } = field;
      if (!repeated.has(name) || grease) {
        const label = grease ? GREASE : name;
        return { key: label, label, value: '', field };
      }
      const place = (places.get(name) ?? 0) + 1;
      places.set(name, place);
      const own = BY_PLACE.has(name) ? undefined : (field.text ?? field.value);
      const label = own === undefined ? `${name} ${place}` : String(own);
      // By what it is, not by how it is called: two unknown values may be called alike.
      const key = own === undefined ? label : `${name}=${field.value ?? field.text}`;
      return { key, label, value: '', field };
    });
}

function repeatedNames(...levels: readonly (readonly Field[])[]): ReadonlySet<string> {
  const repeated = new Set<string>();
  for (const level of levels) {
    const seen = new Set<string>();
    for (const { name } of level) {
      if (seen.has(name)) repeated.add(name);
      seen.add(name);
    }
  }
  return repeated;
}

/** Its name or number is one of RFC 8701’s. What a peer wrote as text is none, however it reads. */
function isGrease({ name, value, text }: Field): boolean {
  return name.startsWith(GREASE) || (typeof value === 'number' && text?.startsWith(GREASE) === true);
}

function isSame(a: Field, b: Field): boolean {
  return a.value === b.value && a.text === b.text && partsOf(a).length === partsOf(b).length;
}

function shown({ value, text, children = [] }: Field): string {
  if (text !== undefined) return typeof value === 'string' && /^[0-9]+ bytes?$/.test(text) ? marked(value) : text;
  if (value === undefined)
    return children.length === 0 ? 'present' : `${partsOf({ name: '', range: [0, 0], children }).length} parts`;
  return typeof value === 'string' && value.length > 64 && /^[0-9a-f]+$/.test(value) ? marked(value) : String(value);
}
