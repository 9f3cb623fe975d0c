/**
 * Damaged connections: the records of the golden flows, some of them flipped, cut, stretched, doubled, swapped, dropped,
 * or with foreign ones between, fed in chunks of any size, with their secrets early, late or never.
 *
 * A case is a number, from which all of it follows; `scripts/fuzz.ts` runs millions of them.
 */
import { nodeDecompress } from '../../../src/crypto/decompress.ts';
import { nodeOpener } from '../../../src/crypto/opener.ts';
import type { Alert, TlsRole } from '../../../src/shared/model.ts';
import type { WireMessage } from '../../../src/wire/tls/message.ts';
import { TlsSession } from '../../../src/wire/tls/session.ts';
import type { SecretStep } from './flow.ts';
import { assertNested } from './nesting.ts';
import { flows } from './replay.ts';

const HEADER = 5;
const CONTENT_TYPES = [20, 21, 22, 23, 24, 0, 99, 0x80];
/** A fact has at least so many bytes of the wire behind it; see `MAX_REMARKS`. */
const BYTES_PER_FACT = 4;
/** Facts beside those: of odd records each kind is told once. */
const MAX_REMARKS = 300;

interface WireRecord {
  readonly sender: TlsRole;
  readonly bytes: Uint8Array;
}

interface Script {
  readonly name: string;
  readonly records: readonly WireRecord[];
  readonly secrets: readonly SecretStep[];
}

/** What a case was made of. */
export interface CaseReport {
  /** Records that were changed, added, moved or left out. */
  readonly mutated: number;
  /** Records and other pieces that were fed. */
  readonly fed: number;
  readonly messages: number;
}

/** The next of a run of numbers that a seed stands for (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    // Neighbouring seeds are to differ from the first number on.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  }

  /** From 0 to below `n`. */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const scripts: readonly Script[] = [...flows].map(([name, { steps }]) => ({
  name,
  records: steps.flatMap((step) => (step.kind === 'bytes' ? cutRecords(step.sender, step.bytes) : [])),
  secrets: steps.filter((step): step is SecretStep => step.kind === 'secret'),
}));

/**
 * Runs one case and looks at everything that came of it as a person would.
 * @throws on what must not be, with the case's number
 */
export function runCase(seed: number): CaseReport {
  const dice = new Dice(seed);
  const script = dice.pick(scripts);
  try {
    const records = [...script.records];
    const mutated = damage(records, dice);
    const messages = play(records, script.secrets, dice);
    return { mutated, fed: records.length, messages };
  } catch (error) {
    throw new Error(`case ${seed} of ${script.name}`, { cause: error });
  }
}

/** Damages a list of records. @returns how many */
export function damage(records: WireRecord[], dice: Dice): number {
  // Mostly little, so that what follows is still understood; sometimes everything.
  const count = dice.below(4) > 0 ? 1 + dice.below(4) : 1 + dice.below(2 * records.length);
  for (let i = 0; i < count && records.length > 0; i++) dice.pick(DAMAGES)(records, dice.below(records.length), dice);
  return count;
}

type Damage = (records: WireRecord[], at: number, dice: Dice) => void;

const DAMAGES: readonly Damage[] = [
  flip,
  flip,
  header,
  stuff,
  cutBytes,
  cutBody,
  grow,
  double,
  swap,
  drop,
  split,
  add,
  foreign,
];

function flip(records: WireRecord[], at: number, dice: Dice): void {
  change(records, at, (bytes) => {
    for (let i = dice.below(3); i >= 0 && bytes.length > 0; i--) bytes[dice.below(bytes.length)]! ^= 1 << dice.below(8);
  });
}

/** In the record's header or the first bytes behind it, where types and lengths stand. */
function header(records: WireRecord[], at: number, dice: Dice): void {
  change(records, at, (bytes) => {
    const place = dice.below(Math.min(bytes.length, HEADER + 6));
    if (bytes.length > 0) bytes[place] = place === 0 ? dice.pick(CONTENT_TYPES) : dice.below(256);
  });
}

/** A run of zeros or ones, as lengths at their limits are made of. */
function stuff(records: WireRecord[], at: number, dice: Dice): void {
  change(records, at, (bytes) => {
    const start = dice.below(bytes.length);
    bytes.fill(dice.pick([0, 0xff]), start, start + 1 + dice.below(4));
  });
}

function change(records: WireRecord[], at: number, make: (bytes: Uint8Array) => void): void {
  const { sender, bytes } = records[at]!;
  const copy = Uint8Array.from(bytes);
  make(copy);
  records[at] = { sender, bytes: copy };
}

/** Bytes that are missing: the framing is lost. */
function cutBytes(records: WireRecord[], at: number, dice: Dice): void {
  const { sender, bytes } = records[at]!;
  records[at] = { sender, bytes: bytes.subarray(0, dice.below(bytes.length)) };
}

/** A shorter record, framed. */
function cutBody(records: WireRecord[], at: number, dice: Dice): void {
  const { sender, bytes } = records[at]!;
  const body = bytes.subarray(HEADER, HEADER + dice.below(Math.max(1, bytes.length - HEADER)));
  records[at] = { sender, bytes: framed(bytes[0]!, body) };
}

/** A longer one. */
function grow(records: WireRecord[], at: number, dice: Dice): void {
  const { sender, bytes } = records[at]!;
  const more = noise(dice, dice.pick([1, 2, 16, 200, 17_000]));
  records[at] = { sender, bytes: framed(bytes[0]!, Buffer.concat([bytes.subarray(HEADER), more])) };
}

function double(records: WireRecord[], at: number, dice: Dice): void {
  const copies = dice.below(8) === 0 ? 40 : 1;
  records.splice(at, 0, ...new Array<WireRecord>(copies).fill(records[at]!));
}

function swap(records: WireRecord[], at: number, dice: Dice): void {
  const other = dice.below(records.length);
  [records[at], records[other]] = [records[other]!, records[at]!];
}

function drop(records: WireRecord[], at: number): void {
  records.splice(at, 1);
}

/** The same content in two records. */
function split(records: WireRecord[], at: number, dice: Dice): void {
  const { sender, bytes } = records[at]!;
  if (bytes.length <= HEADER) return;
  const place = HEADER + dice.below(bytes.length - HEADER);
  const [type] = bytes;
  const parts = [bytes.subarray(HEADER, place), bytes.subarray(place)];
  records.splice(at, 1, ...parts.map((part) => ({ sender, bytes: framed(type!, part) })));
}

/** A record of noise. */
function add(records: WireRecord[], at: number, dice: Dice): void {
  const { sender } = records[at]!;
  records.splice(at, 0, { sender, bytes: framed(dice.pick(CONTENT_TYPES), noise(dice, dice.below(40))) });
}

/** One from another connection. */
function foreign(records: WireRecord[], at: number, dice: Dice): void {
  records.splice(at, 0, dice.pick(dice.pick(scripts).records));
}

function framed(type: number, body: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(type, 3, 3, body.length >> 8, body.length), body]);
}

function noise(dice: Dice, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(dice.below(256));
  for (let i = 0; i < 64 && i < length; i++) bytes[i] = dice.below(256);
  return bytes;
}

/** @returns how many messages came of it */
function play(records: readonly WireRecord[], secrets: readonly SecretStep[], dice: Dice): number {
  const messages: WireMessage[] = [];
  let facts = 0;
  const alerts: Alert[] = [];
  const session = new TlsSession({
    opener: dice.below(8) === 0 ? undefined : nodeOpener,
    decompress: nodeDecompress,
    dataBudget: dice.pick([0, 0, 1000, Infinity]),
    ...(dice.below(4) === 0 && { budget: 1 + dice.below(4000) }),
    sink: {
      message: (message) => messages.push(message),
      alert: (alert) => alerts.push(alert),
      limited: () => void facts++,
    },
  });
  const tellSecrets = () => {
    for (const { label, secret, clientRandom } of secrets) session.secret(label, secret, clientRandom);
  };
  // Before the first record, before some other, or never.
  const when = dice.pick([0, 0, dice.below(records.length + 1), Infinity]);
  const size = dice.below(3) > 0 ? Infinity : 1 + dice.below(300);
  let fed = 0;
  for (const [n, { sender, bytes }] of records.entries()) {
    if (n === when) tellSecrets();
    fed += bytes.length;
    for (let at = 0; at < bytes.length; at += size) session.feed(sender, bytes.subarray(at, at + size), n);
  }
  if (when === records.length) tellSecrets();
  session.end();
  look(session, messages);
  facts += messages.length + alerts.length;
  if (facts > fed / BYTES_PER_FACT + MAX_REMARKS) throw new Error(`${facts} facts of ${fed} bytes`);
  return messages.length;
}

/** Decodes everything that somebody may ask for. */
function look(session: TlsSession, messages: readonly WireMessage[]): void {
  for (const message of messages) {
    // Each is decoded at every call of a getter; this decodes once.
    const { fields, issues, summary, type } = message.toJSON();
    assertNested(fields, [0, message.length], type.name);
    if (summary.length > MAX_TEXT) throw new Error(`a summary of ${summary.length} characters`);
    if (issues.length > message.length + MAX_REMARKS) throw new Error(`${issues.length} issues of ${type.name}`);
  }
  const { visibility } = session.negotiated;
  if ((visibility.level === 'full') !== (visibility.reason === undefined)) throw new Error(JSON.stringify(visibility));
  session.certificateChain();
  session.readUpTo('client');
  session.earlyData;
}

/** Characters of a line that may have the longest list of ALPN names in it. */
const MAX_TEXT = 1100;

function cutRecords(sender: TlsRole, bytes: Uint8Array): WireRecord[] {
  const records: WireRecord[] = [];
  for (let at = 0; at < bytes.length; ) {
    // A hello in the framing of SSLv2 is one piece, as is what a chunk broke off.
    const length = bytes[at]! & 0x80 ? bytes.length : HEADER + ((bytes[at + 3]! << 8) | bytes[at + 4]!);
    records.push({ sender, bytes: bytes.subarray(at, at + length) });
    at += length;
  }
  return records;
}
