import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DerivationStep, Leg } from '../../src/shared/model.ts';
import { derivationLines } from '../../src/terminal/proof-lines.ts';

const step = (bytes: number): DerivationStep => ({
  name: 'pre-master secret',
  from: ['pre-shared key'],
  how: 'length, secret, length, key',
  spec: 'RFC 5489 §2',
  bytes,
  known: false,
});

test('a secret whose size is not known is said without one', () => {
  const first = (bytes: number) =>
    derivationLines({ tls: { derivation: [step(bytes)] } } as unknown as Leg, 100).map(({ text }) => text)[0];
  assert.equal(first(48), '◦ pre-master secret, 48 B (not known here) ← pre-shared key');
  assert.equal(first(0), '◦ pre-master secret (not known here) ← pre-shared key');
});
