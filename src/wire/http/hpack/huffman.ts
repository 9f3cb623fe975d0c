/**
 * HPACK's Huffman code (RFC 7541 §5.2, Appendix B), read four bits at a time.
 *
 * The code is canonical: codes of one length count upwards in the order of their symbols, and each length begins where
 * the shorter ones end. So the lengths are all that is written down here, and the machine is made of them at load. No
 * code has less than five bits, hence four bits end at most one symbol.
 */
import { latin1 } from './text.ts';

/** Bits of the code of each byte value; the last is EOS. */
const LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6,
  5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23,
  22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22,
  23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26,
  20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27,
  27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27,
  27, 27, 27, 26, 30,
];

const EOS = 256;
/** Nodes inside the tree, one less than it has symbols: a state fits in eight bits. */
const NODES = EOS;

/** Of a transition: the next state in the low byte, the symbol that ended in the next. */
const ENDS_SYMBOL = 0x1_0000;
const FAILS = 0x2_0000;

/** By state * 16 + the next four bits. */
const TRANSITIONS = new Int32Array(NODES * 16);
/** Whether a text may end in this state: at most seven bits of padding, all ones (RFC 7541 §5.2). */
const MAY_END = new Uint8Array(NODES);
build();

/** Room that is kept from one text to the next, in bytes; more is given back. */
const KEPT = 64 * 1024;

/** Where decoded bytes stand until they are text: a code of five bits at least makes no more than 8/5 of its bytes. */
let room = new Uint8Array(1024);

/** The text, one character a byte; undefined when the padding is wrong or EOS is in it. */
export function huffmanText(bytes: Uint8Array, start: number, end: number): string | undefined {
  const most = (end - start) * 2;
  const out = room.length < most ? new Uint8Array(most) : room;
  if (most <= KEPT) room = out;
  let length = 0;
  let state = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    let step = TRANSITIONS[(state << 4) | (byte >> 4)]!;
    if (step & ENDS_SYMBOL) out[length++] = step >> 8;
    let seen = step;
    step = TRANSITIONS[((step & 0xff) << 4) | (byte & 15)]!;
    if (step & ENDS_SYMBOL) out[length++] = step >> 8;
    seen |= step;
    if (seen & FAILS) return undefined;
    state = step & 0xff;
  }
  return MAY_END[state] ? latin1(out, 0, length) : undefined;
}

function build(): void {
  const tree = grow();
  for (let state = 0; state < NODES; state++) {
    for (let bits = 0; bits < 16; bits++) TRANSITIONS[state * 16 + bits] = walk(tree, state, bits);
  }
  for (let state = 0, depth = 0; depth < 8; depth++) {
    MAY_END[state] = 1;
    state = tree[state * 2 + 1]!;
  }
}

/** By node * 2 + bit: the node below, or the complement of the symbol that ends there. */
function grow(): Int32Array {
  const tree = new Int32Array(NODES * 2);
  const symbols = [...LENGTHS.keys()].sort((a, b) => LENGTHS[a]! - LENGTHS[b]! || a - b);
  let nodes = 1;
  let code = 0;
  let length = 0;
  for (const symbol of symbols) {
    code = code * 2 ** (LENGTHS[symbol]! - length);
    length = LENGTHS[symbol]!;
    let node = 0;
    for (let bit = length - 1; bit > 0; bit--) {
      const slot = node * 2 + ((code >> bit) & 1);
      if (tree[slot] === 0) tree[slot] = nodes++;
      node = tree[slot]!;
    }
    tree[node * 2 + (code & 1)] = ~symbol;
    code++;
  }
  return tree;
}

function walk(tree: Int32Array, from: number, bits: number): number {
  let node = from;
  let ended = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const next = tree[node * 2 + ((bits >> bit) & 1)]!;
    if (next < 0) {
      if (~next === EOS) return FAILS;
      ended = ENDS_SYMBOL | (~next << 8);
      node = 0;
    } else node = next;
  }
  return ended | node;
}
