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
    derivationLines({ tls: { derivation: [step(bytes)] } } as unknown as Leg, 200)
      .map(({ text }) => text)
      .find((text) => text.includes('pre-master secret'));
  assert.equal(first(48), '◦ pre-master secret, 48 B (not known here) ← pre-shared key');
  assert.equal(first(0), '◦ pre-master secret (not known here) ← pre-shared key');
});

test('the marks of the keys are explained, where there are keys', () => {
  const of = (derivation: DerivationStep[]) => derivationLines({ tls: { derivation } } as unknown as Leg, 200);
  assert.match(of([step(48)])[0]?.text ?? '', /^• known: .*◦ not known here: .*← made from\.$/);
  assert.deepEqual(of([]), []);
});
