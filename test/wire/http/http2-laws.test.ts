/** What must hold of every HTTP/2 conversation, however it is cut, truncated or damaged. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Http2Observer } from '../../../src/wire/http/http2.ts';
import fc from '../../support/property.ts';
import { Dice } from '../tls/mutants.ts';
import { assertEnded } from './ends.ts';
import { converse } from './http2-conversation.ts';
import { frame } from './http2-frames.ts';
import { Listener, observe, type Piece } from './http2-told.ts';

const { pieces } = await converse();
const whole = observe(pieces);
const facts = JSON.stringify(whole.told);

/** Each piece in chunks of these sizes, one after the other and round again. */
function* chunks(of: readonly Piece[], sizes: readonly number[]): Generator<Piece> {
  let n = 0;
  for (const { sender, bytes } of of) {
    for (let at = 0; at < bytes.length; ) {
      const size = sizes[n++ % sizes.length]!;
      yield { sender, bytes: bytes.subarray(at, at + size) };
      at += size;
    }
  }
}

test('cut into any chunks, the facts and the contents are the same', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 30_000 })), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(sizes, (cycle) => {
      const told = observe([...chunks(pieces, cycle)]);
      assert.equal(JSON.stringify(told.told), facts);
      assert.deepEqual(told.contents, whole.contents);
    }),
    { numRuns: 15 },
  );
});

test('chunks that come in the same memory, each over the last, tell the same', () => {
  const memory = new Uint8Array(700);
  const listener = new Listener();
  const observer = new Http2Observer(listener);
  for (const { sender, bytes } of chunks(pieces, [700])) {
    memory.fill(0xff).set(bytes);
    observer.feed(sender, memory.subarray(0, bytes.length), 0);
  }
  observer.end('client', true, 0);
  observer.end('server', true, 0);
  assert.equal(JSON.stringify(listener.told), facts);
  assert.deepEqual(listener.contents, whole.contents);
});

test('cut off anywhere, what was told stays true', () => {
  const total = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  for (let length = 0; length < total; length += 9001) {
    const cut = observe(truncated(length), false);
    assert.ok(facts.startsWith(JSON.stringify(cut.told).slice(0, -1)));
    for (const [key, content] of cut.contents)
      assert.ok(whole.contents.get(key)!.subarray(0, content.length).equals(content));
  }
});

test('cut off anywhere, every exchange has an end', () => {
  const total = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  for (let length = 0; length < total; length += 7001) assertEnded(observe(truncated(length)));
});

function truncated(length: number): Piece[] {
  let left = length;
  return pieces.flatMap(({ sender, bytes }) => {
    const part = bytes.subarray(0, Math.max(0, left));
    left -= bytes.length;
    return part.length > 0 ? [{ sender, bytes: part }] : [];
  });
}

/** The conversation's frames, each a piece. */
const frames: readonly Piece[] = (['client', 'server'] as const).flatMap((sender) => {
  const bytes = Buffer.concat(pieces.filter((piece) => piece.sender === sender).map((piece) => piece.bytes));
  const list: Piece[] = sender === 'client' ? [{ sender, bytes: bytes.subarray(0, 24) }] : [];
  for (let at = sender === 'client' ? 24 : 0; at < bytes.length; ) {
    const length = 9 + bytes.readUIntBE(at, 3);
    // Large contents say nothing that small ones do not.
    if (length < 2000) list.push({ sender, bytes: bytes.subarray(at, at + length) });
    at += length;
  }
  return list;
});

type Damage = (list: Piece[], at: number, dice: Dice) => void;

const DAMAGES: readonly Damage[] = [
  function flip(list, at, dice) {
    change(list, at, (bytes) => {
      bytes[dice.below(bytes.length)]! ^= 1 << dice.below(8);
    });
  },
  function header(list, at, dice) {
    change(list, at, (bytes) => {
      bytes[3 + dice.below(6)] = dice.pick([0, 1, 4, 5, 8, 9, 0xff, dice.below(256)]);
    });
  },
  function stuff(list, at, dice) {
    change(list, at, (bytes) => {
      bytes.fill(dice.pick([0, 0xff]), dice.below(bytes.length));
    });
  },
  function shorten(list, at, dice) {
    reframe(list, at, (body) => body.subarray(0, dice.below(body.length + 1)));
  },
  function grow(list, at, dice) {
    reframe(list, at, (body) => Buffer.concat([body, Buffer.alloc(dice.pick([1, 4, 200, 17_000]), dice.below(256))]));
  },
  function cut(list, at, dice) {
    const { sender, bytes } = list[at]!;
    list[at] = { sender, bytes: bytes.subarray(0, dice.below(bytes.length)) };
  },
  function drop(list, at) {
    list.splice(at, 1);
  },
  function double(list, at) {
    list.splice(at, 0, list[at]!);
  },
  function swap(list, at, dice) {
    const other = dice.below(list.length);
    [list[at], list[other]] = [list[other]!, list[at]!];
  },
  function turn(list, at) {
    const { sender, bytes } = list[at]!;
    list[at] = { sender: sender === 'client' ? 'server' : 'client', bytes };
  },
  function add(list, at, dice) {
    const body = Buffer.alloc(dice.below(20), dice.below(256));
    const made = frame(dice.below(20), dice.below(256), dice.below(80), body);
    list.splice(at, 0, { sender: dice.pick(['client', 'server'] as const), bytes: made });
  },
];

function change(list: Piece[], at: number, make: (bytes: Uint8Array) => void): void {
  const { sender, bytes } = list[at]!;
  const copy = Uint8Array.from(bytes);
  make(copy);
  list[at] = { sender, bytes: copy };
}

function reframe(list: Piece[], at: number, make: (body: Buffer) => Uint8Array): void {
  const { sender, bytes } = list[at]!;
  const whole = Buffer.from(bytes);
  if (whole.length < 9 || whole[0] === 0x50) return;
  list[at] = { sender, bytes: frame(whole[3]!, whole[4]!, whole.readUInt32BE(5), make(whole.subarray(9))) };
}

test('damaged frames: nothing throws, nothing is told without bytes behind it, every exchange has its end', () => {
  let lost = 0;
  for (let seed = 0; seed < 400; seed++) {
    const dice = new Dice(seed);
    const list = [...frames];
    for (let n = 1 + dice.below(dice.pick([2, 6, 40])); n > 0; n--)
      dice.pick(DAMAGES)(list, dice.below(list.length), dice);
    const damaged = dice.below(3) === 0 ? [...chunks(list, [1 + dice.below(300)])] : list;
    try {
      const told = observe(damaged);
      const bytes = damaged.reduce((sum, piece) => sum + piece.bytes.length, 0);
      assert.ok(told.told.length < bytes / 4, 'more facts than the bytes can have said');
      assertEnded(told);
      lost += told.all('lost').length;
    } catch (error) {
      throw new Error(`case ${seed}`, { cause: error });
    }
  }
  assert.ok(lost > 20 && lost < 600, `${lost} sides lost: the damage is too much or too little`);
});

test('bytes that are no HTTP/2: nothing throws, and both sides are lost', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24 }), (noise) => {
      const told = observe([
        { sender: 'client', bytes: noise },
        { sender: 'server', bytes: noise },
      ]);
      assert.ok(told.told.length < noise.length);
    }),
  );
});
