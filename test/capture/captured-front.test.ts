import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CapturedFront, type FrontVerdict } from '../../src/capture/captured-front.ts';
import type { TlsRole } from '../../src/shared/model.ts';
import { copiedBy } from '../support/copied.ts';

type Said = readonly [sender: TlsRole, text: string];

const HELLO = '\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00';
const GRANTED = 'HTTP/1.1 200 OK\r\n\r\n';

const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** The verdict that ends the wait, or the one at the end. */
function verdictOn(told: readonly Said[], size: number, front = new CapturedFront()): FrontVerdict {
  let at = 0;
  for (const [sender, text] of told) {
    for (let start = 0; start < text.length; start += size) {
      const verdict = front.bytes(sender, bytesOf(text.slice(start, start + size)), at++);
      if (verdict.kind !== 'waiting') return verdict;
    }
  }
  return front.end();
}

test('request and answer are left out, what follows keeps its pieces and their times', () => {
  const front = new CapturedFront();
  const told: readonly Said[] = [
    ['client', 'CONNECT [2001:db8::1]:8443 HTTP/1.1\r\nHost: x\r\n'],
    ['client', `\r\n${HELLO.slice(0, 3)}`],
    ['client', HELLO.slice(3, 5)],
    ['server', `${GRANTED}\x16`],
  ];
  for (const [at, [sender, text]] of told.entries()) front.bytes(sender, bytesOf(text), at);
  const verdict = front.bytes('client', bytesOf(HELLO.slice(5)), 4);
  assert.ok(verdict.kind === 'tls');
  assert.deepEqual(verdict.target, { host: '2001:db8::1', port: 8443 });
  assert.deepEqual(
    verdict.held.map(({ sender, bytes, at }) => [sender, String.fromCharCode(...bytes), at]),
    [
      ['client', HELLO.slice(0, 3), 1],
      ['client', HELLO.slice(3, 5), 2],
      ['server', '\x16', 3],
      ['client', HELLO.slice(5), 4],
    ],
  );
});

test('a request that names no target, and an answer that grants nothing', () => {
  const cases: readonly (readonly Said[])[] = [
    [
      ['client', 'CONNECT x HTTP/1.1\r\n\r\n'],
      ['server', GRANTED],
      ['client', HELLO],
    ],
    [
      ['client', 'CONNECT x:1 HTTP/1.1\r\n\r\n'],
      ['server', 'HTTP/1.1 407 No\r\n\r\n'],
      ['client', HELLO],
    ],
    [
      ['client', 'CONNECT x:1 HTTP/1.1\r\n\r\n'],
      ['server', GRANTED],
      ['client', 'CONNECT y:1 HTTP/1.1\r\n\r\n'],
    ],
  ];
  for (const told of cases) for (const size of [1, 5, 100]) assert.equal(verdictOn(told, size).kind, 'not-tls');
});

test('what does not come to a verdict is not waited for without end, nor in pieces without number', () => {
  const front = new CapturedFront();
  let verdict = front.bytes('client', bytesOf('CONNECT '), 0);
  let pieces = 0;
  for (; verdict.kind === 'waiting'; pieces++) verdict = front.bytes('client', bytesOf('x'), pieces);
  assert.equal(verdict.kind, 'not-tls');
  assert.ok(pieces < 10_000);
  assert.ok(front.weight > 24 * pieces);
});

test('law: the work grows as the bytes do, in whatever pieces they come', () => {
  const told = (length: number): Said[] => [
    ['client', `CONNECT x:1 HTTP/1.1\r\nx: ${'y'.repeat(length)}\r\n\r\n`],
    ['server', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(length)}\r\n\r\n`],
    ['client', HELLO],
  ];
  for (const size of [1, 3, 400]) {
    const length = size === 400 ? 12_000 : 1500;
    const copied = copiedBy(() => assert.equal(verdictOn(told(length), size).kind, 'tls'));
    // The words at the start of each stream are looked at with every piece.
    const looks = (2 * length * 16) / size;
    assert.ok(copied < 8 * 2 * length + looks, `${copied} for ${2 * length} bytes in pieces of ${size}`);
  }
});
