import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyRing } from '../../src/capture/key-ring.ts';

const RANDOM = new Uint8Array(32).fill(7);
const HEX = '07'.repeat(32);
const LOG = `# a comment\r\n\r\nCLIENT_RANDOM ${HEX} ${'aa'.repeat(48)}\r\nnonsense\nEXPORTER_SECRET ${HEX} 0102`;

test('entries are found by the client’s random; comments mean nothing; other lines are counted', () => {
  for (const size of [1, 7, 1000]) {
    const ring = new KeyRing();
    const reader = ring.reader();
    const bytes = new TextEncoder().encode(LOG);
    for (let at = 0; at < bytes.length; at += size) reader.push(bytes.slice(at, at + size));
    reader.end();
    assert.deepEqual(
      ring.of(RANDOM).map(({ label, secret }) => [label, secret.length]),
      [
        ['CLIENT_RANDOM', 48],
        ['EXPORTER_SECRET', 2],
      ],
    );
    assert.deepEqual([ring.entries, ring.malformed], [2, 1]);
    assert.deepEqual(ring.of(new Uint8Array(32)), []);
  }
});

test('a line without an end is not kept whole', () => {
  const ring = new KeyRing();
  const reader = ring.reader();
  for (let i = 0; i < 100; i++) reader.push(new Uint8Array(100_000).fill(0x41));
  reader.push(new TextEncoder().encode(`\nCLIENT_RANDOM ${HEX} ${'aa'.repeat(48)}\n`));
  reader.end();
  assert.deepEqual([ring.entries, ring.malformed], [1, 1]);
});

test('lines with pre-master secrets are known for what they are', () => {
  const ring = new KeyRing();
  const reader = ring.reader();
  reader.push(new TextEncoder().encode(`RSA ${'ab'.repeat(8)} ${'cd'.repeat(48)}\nRSA ${'ab'.repeat(8)} cd\n`));
  reader.end();
  assert.deepEqual([ring.entries, ring.preMasters, ring.malformed], [0, 1, 1]);
});
