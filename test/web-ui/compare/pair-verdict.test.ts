import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PairCells, type PairRow, pairParameters } from '../../../src/insight/pair-parameters.ts';
import { judged } from '../../../web-ui/src/compare/pair-verdict.ts';

type Leaf = Pick<PairCells, 'server' | 'client'>;

const LEAF: Leaf = { server: 'CN=one.test, SHA-256 aa…', client: 'CN=one.test, SHA-256 bb…' };
const VALIDITY: Leaf = { server: '2026 to 2027', client: '1 May to 3 May' };

function rowsOf(a: readonly [Leaf, Leaf], b: readonly [Leaf, Leaf]): PairRow[] {
  const parameters = (leaves: readonly Leaf[]) => ({
    legs: {},
    parameters: {
      rows: ['certificate-leaf', 'certificate-validity', 'certificate-issuer'].map((parameter, index) => ({
        parameter,
        label: parameter,
        offered: '',
        ...(leaves[index] ?? { server: 'CN=Web CA', client: `CN=${leaves[1]!.client}` }),
      })),
      unused: [],
    },
  });
  return pairParameters(parameters(a), parameters(b));
}

function verdicts(rows: readonly PairRow[]): readonly string[] {
  return judged(rows, ['offered', 'client', 'server']).map(({ verdict }) => verdict);
}

const OTHER_LEAF: Leaf = { ...LEAF, client: 'CN=one.test, SHA-256 cc…' };
const OTHER_VALIDITY: Leaf = { ...VALIDITY, client: '2 May to 4 May' };

test('what is minted anew for the same certificate differs as expected, its issuer does not', () => {
  const rows = rowsOf([LEAF, VALIDITY], [OTHER_LEAF, OTHER_VALIDITY]);
  assert.deepEqual(verdicts(rows), ['expected', 'expected', 'different']);
  assert.equal(judged(rows, ['offered', 'client'])[0]!.verdict, 'expected');
  assert.deepEqual(
    judged(rows, ['server']).map(({ verdict }) => verdict),
    ['equal', 'equal', 'equal'],
  );
});

test('the same leaf is equal', () => {
  assert.deepEqual(verdicts(rowsOf([LEAF, VALIDITY], [LEAF, VALIDITY])), ['equal', 'equal', 'equal']);
});

test('servers that differ make a difference', () => {
  const served = { ...OTHER_LEAF, server: 'CN=one.test, SHA-256 dd…' };
  assert.equal(verdicts(rowsOf([LEAF, VALIDITY], [served, OTHER_VALIDITY]))[0], 'different');
  const renewed = { ...OTHER_VALIDITY, server: '2027 to 2028' };
  assert.equal(verdicts(rowsOf([LEAF, VALIDITY], [served, renewed]))[1], 'different');
  assert.equal(verdicts(rowsOf([LEAF, VALIDITY], [served, OTHER_VALIDITY]))[1], 'expected', 'theirs is the same');
});

test('a leaf for another subject, or one that passed through a tunnel, is a difference', () => {
  const renamed = { ...LEAF, client: 'CN=two.test, SHA-256 cc…' };
  assert.equal(verdicts(rowsOf([LEAF, VALIDITY], [renamed, OTHER_VALIDITY]))[0], 'different');
  const tunnelled = { ...LEAF, client: LEAF.server };
  assert.equal(verdicts(rowsOf([LEAF, VALIDITY], [tunnelled, OTHER_VALIDITY]))[0], 'different');
});

test('nothing is expected where no server’s certificate is known', () => {
  const unknown = (leaf: Leaf) => ({ ...leaf, server: 'not reached' });
  assert.equal(verdicts(rowsOf([unknown(LEAF), VALIDITY], [unknown(OTHER_LEAF), OTHER_VALIDITY]))[0], 'different');
});
