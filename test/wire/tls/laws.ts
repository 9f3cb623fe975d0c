/** What must hold for every recorded flow, however it is cut, delayed or truncated; as tests, a set for each flow. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { SSLV2_HELLO_TYPE } from '../../../src/wire/tls/messages/sslv2-hello.ts';
import { decodeMessage } from '../../../src/wire/tls/messages/table.ts';
import type { DecodeContext } from '../../../src/wire/tls/values.ts';
import fc from '../../support/property.ts';
import type { Flow, SecretStep, Step } from './flow.ts';
import { assertNested } from './nesting.ts';
import { Replay, type ReplayOptions, replay } from './replay.ts';

/** How closely a flow is looked at. */
export interface Care {
  /** Ways to cut it into chunks. */
  readonly cuts: number;
  /** Bytes between the places where it is cut off. */
  readonly stride: number;
  /** Bytes between the places where a message is truncated, behind its first 200 and within them. */
  readonly truncation: readonly [within: number, behind: number];
}

/** Makes the tests of a flow. */
export function testLaws(name: string, { steps }: Flow, options: ReplayOptions, care: Care): void {
  const whole = replay(steps, options);
  const facts = JSON.stringify(whole.outcomes);

  test(`${name}: cut into any chunks, the facts are the same`, () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sizes, (cycle) => JSON.stringify(rechunked(steps, cycle, options).outcomes) === facts),
      { numRuns: care.cuts },
    );
  });

  test(`${name}: chunks that come in the same memory, each over the last, tell the same`, () => {
    const memory = new Uint8Array(64);
    const overwritten = new Replay(options);
    for (const [at, step] of steps.entries()) {
      if (step.kind === 'secret') overwritten.step(step, at);
      else {
        for (let from = 0; from < step.bytes.length; from += memory.length) {
          const chunk = step.bytes.subarray(from, from + memory.length);
          memory.fill(0xff).set(chunk);
          overwritten.feed(step.sender, memory.subarray(0, chunk.length), at);
        }
      }
    }
    overwritten.session.end();
    assert.equal(JSON.stringify(overwritten.outcomes), facts);
  });

  test(`${name}: byte by byte, the facts only grow towards the same end`, () => {
    const partial = new Replay(options);
    let seen = 0;
    for (const [at, step] of steps.entries()) {
      if (step.kind === 'secret') partial.step(step, at);
      else for (let i = 0; i < step.bytes.length; i++) partial.feed(step.sender, step.bytes.subarray(i, i + 1), at);
      const grown = partial.outcomes.length;
      assert.deepEqual(JSON.stringify(partial.outcomes.slice(seen)), JSON.stringify(whole.outcomes.slice(seen, grown)));
      seen = grown;
      assert.ok(partial.negotiated.visibility);
    }
    partial.session.end();
    assert.equal(JSON.stringify(partial.outcomes), facts);
  });

  test(`${name}: cut off anywhere, nothing is invented and nothing throws`, () => {
    const total = steps.reduce((sum, step) => sum + (step.kind === 'bytes' ? step.bytes.length : 0), 0);
    for (let length = 0; length < total; length += care.stride) {
      const cut = replay(truncated(steps, length), options);
      for (const sender of ['client', 'server'] as const) {
        const said = cut.said(sender);
        assert.deepEqual(said, whole.said(sender).slice(0, said.length));
      }
      JSON.stringify(cut.negotiated);
    }
  });

  test(`${name}: secrets first or last, both sides say the same`, () => {
    const secrets = steps.filter((step): step is SecretStep => step.kind === 'secret');
    const bytes = steps.filter((step) => step.kind === 'bytes');
    for (const order of [
      [...secrets, ...bytes],
      [...bytes, ...secrets],
      [...bytes, ...secrets.toReversed()],
    ]) {
      const other = replay(order, options);
      for (const sender of ['client', 'server'] as const) {
        assert.deepEqual(timeless(other.said(sender)), timeless(whole.said(sender)));
      }
      assert.deepEqual(other.negotiated, whole.negotiated);
      assert.equal(other.session.complete, whole.session.complete);
    }
  });

  test(`${name}: fields nest within the message and leave no byte out`, () => {
    for (const message of whole.messages) {
      assertNested(message.fields, [0, message.bytes.length], message.type.name);
      assert.equal(message.raw.length, 2 * message.bytes.length);
    }
  });

  test(`${name}: each message, truncated at every byte, is decoded as far as it goes`, () => {
    const context = contextOf(whole);
    const [within, behind] = care.truncation;
    for (const { bytes, contentType, type } of whole.messages) {
      if (contentType === 20) continue;
      // Less than five bytes do not show that a message is in the framing of SSLv2.
      for (
        let length = type === SSLV2_HELLO_TYPE ? 5 : 0;
        length < bytes.length;
        length += length < 200 ? within : behind
      ) {
        const { fields, issues } = decodeMessage(bytes.subarray(0, length), context, true);
        assert.ok(
          issues.some(({ severity }) => severity === 'error'),
          `${type.name} at ${length}`,
        );
        assertNested(fields, [0, length], `${type.name} at ${length}`);
      }
    }
  });

  test(`${name}: spans lie in the sender's stream, in order`, () => {
    for (const sender of ['client', 'server'] as const) {
      const stream = steps.reduce(
        (sum, step) => sum + (step.kind === 'bytes' && step.sender === sender ? step.bytes.length : 0),
        0,
      );
      let last = 0;
      for (const message of whole.messages.filter((said) => said.sender === sender)) {
        for (const [start, end] of message.spans) {
          assert.ok(start >= last && end > start + 5 && end <= stream, `${message.type.name} ${start}-${end}`);
          last = start;
        }
      }
    }
  });
}

function contextOf({ session }: Replay): DecodeContext {
  const hello = session.serverHello;
  return hello ? { version: hello.version, cipherSuite: hello.cipherSuite } : {};
}

function rechunked(steps: readonly Step[], sizes: readonly number[], options: ReplayOptions): Replay {
  const result = new Replay(options);
  let turn = 0;
  for (const [at, step] of steps.entries()) {
    if (step.kind === 'secret') result.step(step, at);
    else {
      for (let from = 0; from < step.bytes.length; ) {
        const size = sizes[turn++ % sizes.length]!;
        result.feed(step.sender, step.bytes.subarray(from, from + size), at);
        from += size;
      }
    }
  }
  result.session.end();
  return result;
}

function truncated(steps: readonly Step[], length: number): Step[] {
  const kept: Step[] = [];
  let left = length;
  for (const step of steps) {
    if (step.kind === 'bytes') {
      if (left === 0) break;
      kept.push({ ...step, bytes: step.bytes.subarray(0, left) });
      left -= Math.min(left, step.bytes.length);
    } else {
      kept.push(step);
    }
  }
  return kept;
}

function timeless(said: unknown[]): unknown[] {
  return said.map((fact) => ({ ...(fact as object), at: 0 }));
}
