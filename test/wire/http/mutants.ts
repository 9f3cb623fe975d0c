/**
 * Damaged HTTP: the recorded flows of test/fixtures/http, some of their frames or lines flipped, cut, stretched, doubled,
 * swapped, dropped, turned round, or with foreign ones between, given to the observers whole and in chunks of any size;
 * and what stood in their bodies (WebSocket, event streams, gRPC, Protocol Buffers, GraphQL) to its decoders.
 *
 * A case is a number, from which all of it follows; `scripts/fuzz.ts` runs millions of them.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Http1Observer } from '../../../src/wire/http/http1.ts';
import { Http2Observer } from '../../../src/wire/http/http2.ts';
import { parseFlow } from '../tls/flow.ts';
import { type CaseReport, Dice } from '../tls/mutants.ts';
import { type Carried, carriedBy, lookInto } from './carried.ts';
import { assertEnded } from './ends.ts';
import { Listener, type Piece } from './http2-told.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/http');
const PREFACE = 24;
const FRAME_HEADER = 9;
/** A fact has at least so many bytes of the wire behind it, beside some that each connection has anyway. */
const BYTES_PER_FACT = 4;
const MAX_REMARKS = 300;

interface Script {
  readonly name: string;
  readonly isHttp2: boolean;
  /** Frames of HTTP/2; lines and pieces of HTTP/1. */
  readonly units: readonly Piece[];
}

const scripts: readonly Script[] = globSync('*.flow', { cwd: FOLDER })
  .sort()
  .map((file) => {
    const { steps } = parseFlow(readFileSync(join(FOLDER, file), 'utf8'));
    const pieces = steps.filter((step) => step.kind === 'bytes');
    const isHttp2 = Buffer.from(pieces[0]!.bytes).toString('latin1', 0, 3) === 'PRI';
    return { name: basename(file, '.flow'), isHttp2, units: isHttp2 ? framesOf(pieces) : linesOf(pieces) };
  });

/** Bodies of all scripts, undamaged. */
const carried: readonly Carried[] = scripts.flatMap(({ isHttp2, units }) => carriedBy(observe(isHttp2, units)));

/**
 * Runs one case and looks at everything that came of it as a person would.
 * @throws on what must not be, with the case's number
 */
export function runCase(seed: number): CaseReport {
  const dice = new Dice(seed);
  const isBody = dice.below(3) === 0;
  const script = dice.pick(scripts);
  try {
    return isBody ? bodyCase(dice) : streamCase(script, dice);
  } catch (error) {
    throw new Error(`HTTP case ${seed} of ${isBody ? 'a body' : script.name}`, { cause: error });
  }
}

function streamCase({ isHttp2, units }: Script, dice: Dice): CaseReport {
  const list = [...units];
  // Mostly little, so that what follows is still understood; sometimes everything.
  const count = dice.below(4) > 0 ? 1 + dice.below(4) : 1 + dice.below(2 * list.length);
  const damages = isHttp2 ? FRAME_DAMAGES : LINE_DAMAGES;
  for (let i = 0; i < count && list.length > 0; i++) dice.pick(damages)(list, dice.below(list.length), dice);
  const told = observe(isHttp2, list);
  look(told, list, isHttp2);
  const again = observe(isHttp2, chunked(list, dice));
  assert.deepEqual(again.told, told.told, 'told otherwise in other chunks');
  assert.deepEqual(again.contents, told.contents, 'other content in other chunks');
  for (const body of carriedBy(told)) lookInto(body, dice);
  return { mutated: count, fed: list.length, messages: told.told.length };
}

function bodyCase(dice: Dice): CaseReport {
  const body = dice.pick(carried);
  const count = 1 + dice.below(dice.pick([2, 4, 20]));
  let bytes = body.bytes;
  for (let i = 0; i < count; i++) bytes = dice.pick(BYTE_DAMAGES)(bytes, dice);
  const messages = lookInto({ ...body, bytes }, dice);
  return { mutated: count, fed: 1, messages };
}

function observe(isHttp2: boolean, pieces: Iterable<Piece>): Listener {
  const listener = new Listener();
  const observer = isHttp2 ? new Http2Observer(listener) : new Http1Observer(listener);
  for (const { sender, bytes } of pieces) observer.feed(sender, bytes, 0);
  observer.end('client', true, 0);
  observer.end('server', true, 0);
  return listener;
}

function look(told: Listener, list: readonly Piece[], isHttp2: boolean): void {
  const fed = { client: 0, server: 0 };
  for (const { sender, bytes } of list) fed[sender] += bytes.length;
  const facts = told.told.length;
  assert.ok(facts <= (fed.client + fed.server) / BYTES_PER_FACT + MAX_REMARKS, `${facts} facts`);
  assertEnded(told, isHttp2);
  // What is told of bytes is told once: no side weighs more than it sent, and a side of HTTP/1 that was clear, no less.
  const weight = { client: 0, server: 0 };
  const unclear = { client: isHttp2, server: isHttp2 };
  const sizes = new Map<string, number>();
  for (const each of told.told) {
    if (each.what === 'request' || each.what === 'response' || each.what === 'informational') {
      const pushed = isHttp2 && each.what === 'request' && each.stream % 2 === 0;
      weight[each.what === 'request' && !pushed ? 'client' : 'server'] += each.head.wireBytes;
      assert.ok(each.head.issues.length <= each.head.wireBytes + MAX_REMARKS, `${each.head.issues.length} issues`);
    } else if (each.what === 'ended') {
      weight[each.sender] += each.wireBytes;
      const key = `${each.stream} ${each.sender}`;
      const before = sizes.get(key) ?? 0;
      assert.ok(each.size - before <= each.wireBytes, `${each.size} bytes of content in ${each.wireBytes}`);
      sizes.set(key, each.size);
    } else if (each.what === 'cut') {
      unclear.client = unclear.server = true;
    } else if (each.what === 'lost') {
      assert.ok(each.offset <= fed[each.sender], `lost at ${each.offset} of ${fed[each.sender]}`);
      unclear[each.sender] = true;
    } else if (each.what === 'issue' && each.stream === undefined) {
      unclear.client = unclear.server = true;
    }
  }
  for (const sender of ['client', 'server'] as const) {
    assert.ok(weight[sender] <= fed[sender], `${weight[sender]} bytes told of ${fed[sender]} of the ${sender}`);
    if (!unclear[sender]) assert.equal(weight[sender], fed[sender], `bytes of the ${sender}`);
  }
}

function* chunked(list: readonly Piece[], dice: Dice): Generator<Piece> {
  const largest = dice.pick([1, 3, 20, 300]);
  for (const { sender, bytes } of list) {
    for (let at = 0; at < bytes.length; ) {
      const size = 1 + dice.below(largest);
      yield { sender, bytes: bytes.subarray(at, at + size) };
      at += size;
    }
  }
}

function framesOf(pieces: readonly Piece[]): Piece[] {
  const held = { client: Buffer.alloc(0), server: Buffer.alloc(0) };
  const begun = { client: false, server: true };
  const frames: Piece[] = [];
  for (const { sender, bytes } of pieces) {
    held[sender] = Buffer.concat([held[sender], bytes]);
    for (;;) {
      const own = held[sender];
      const length = begun[sender] ? FRAME_HEADER + (own.length < 3 ? own.length : own.readUIntBE(0, 3)) : PREFACE;
      if (own.length < length) break;
      begun[sender] = true;
      frames.push({ sender, bytes: own.subarray(0, length) });
      held[sender] = own.subarray(length);
    }
  }
  return frames;
}

function linesOf(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap(({ sender, bytes }) => {
    const lines: Piece[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(0x0a, at) + 1 || bytes.length;
      lines.push({ sender, bytes: bytes.subarray(at, end) });
      at = end;
    }
    return lines;
  });
}

type ByteDamage = (bytes: Uint8Array, dice: Dice) => Uint8Array;

/** What stands between things, and numbers at their limits. */
const WORDS = [
  '\r\n',
  '\n',
  '\r',
  ':',
  ' ',
  ',',
  '0',
  '-1',
  'ffffffffffffffffff',
  '\0',
  '"',
  '{',
  '}',
  '\xff',
  '0\r\n\r\n',
].map((word) => Buffer.from(word, 'latin1'));

const BYTE_DAMAGES: readonly ByteDamage[] = [
  function flip(bytes, dice) {
    const copy = Uint8Array.from(bytes);
    for (let i = dice.below(3); i >= 0 && copy.length > 0; i--) copy[dice.below(copy.length)]! ^= 1 << dice.below(8);
    return copy;
  },
  function put(bytes, dice) {
    const copy = Uint8Array.from(bytes);
    if (copy.length > 0) copy[dice.below(copy.length)] = dice.below(256);
    return copy;
  },
  function stuff(bytes, dice) {
    const start = dice.below(bytes.length + 1);
    return Uint8Array.from(bytes).fill(dice.pick([0, 0xff]), start, start + 1 + dice.below(6));
  },
  function word(bytes, dice) {
    const at = dice.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), dice.pick(WORDS), bytes.subarray(at)]);
  },
  function cut(bytes, dice) {
    return bytes.subarray(0, dice.below(bytes.length + 1));
  },
  function remove(bytes, dice) {
    const at = dice.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice.below(8))]);
  },
  function repeat(bytes, dice) {
    const at = dice.below(bytes.length + 1);
    const part = bytes.subarray(at, at + 1 + dice.below(40));
    const times = bytes.length < 10_000 ? dice.pick([1, 1, 1, 30]) : 1;
    return Buffer.concat([bytes.subarray(0, at), ...new Array<Uint8Array>(times).fill(part), bytes.subarray(at)]);
  },
];

type Damage = (list: Piece[], at: number, dice: Dice) => void;

function inBytes(damage: ByteDamage): Damage {
  return (list, at, dice) => {
    const { sender, bytes } = list[at]!;
    list[at] = { sender, bytes: damage(bytes, dice) };
  };
}

const UNIT_DAMAGES: readonly Damage[] = [
  function drop(list, at) {
    list.splice(at, 1);
  },
  function double(list, at, dice) {
    const copies = dice.below(8) === 0 ? 40 : 1;
    list.splice(at, 0, ...new Array<Piece>(copies).fill(list[at]!));
  },
  function swap(list, at, dice) {
    const other = dice.below(list.length);
    [list[at], list[other]] = [list[other]!, list[at]!];
  },
  function turn(list, at) {
    const { sender, bytes } = list[at]!;
    list[at] = { sender: sender === 'client' ? 'server' : 'client', bytes };
  },
  function foreign(list, at, dice) {
    list.splice(at, 0, dice.pick(dice.pick(scripts).units));
  },
];

const LINE_DAMAGES: readonly Damage[] = [...BYTE_DAMAGES.map(inBytes), ...UNIT_DAMAGES];

const FRAME_DAMAGES: readonly Damage[] = [
  ...BYTE_DAMAGES.slice(0, 3).map(inBytes),
  inBytes(BYTE_DAMAGES[4]!),
  ...UNIT_DAMAGES,
  function header(list, at, dice) {
    const { sender, bytes } = list[at]!;
    if (bytes.length < FRAME_HEADER) return;
    const copy = Uint8Array.from(bytes);
    copy[3 + dice.below(6)] = dice.pick([0, 1, 4, 5, 8, 9, 0xff, dice.below(256)]);
    list[at] = { sender, bytes: copy };
  },
  /** A payload that is damaged, and framed. */
  ...BYTE_DAMAGES.map(
    (damage): Damage =>
      (list, at, dice) => {
        const { sender, bytes } = list[at]!;
        if (bytes.length < FRAME_HEADER || bytes[0] === 0x50) return;
        const body = damage(bytes.subarray(FRAME_HEADER), dice);
        const head = Buffer.from(bytes.subarray(0, FRAME_HEADER));
        head.writeUIntBE(body.length, 0, 3);
        list[at] = { sender, bytes: Buffer.concat([head, body]) };
      },
  ),
  function add(list, at, dice) {
    const body = Buffer.alloc(dice.below(40), dice.below(256));
    const head = Buffer.from([0, 0, body.length, dice.below(20), dice.below(256), 0, 0, 0, dice.below(60)]);
    list.splice(at, 0, { sender: dice.pick(['client', 'server'] as const), bytes: Buffer.concat([head, body]) });
  },
];
