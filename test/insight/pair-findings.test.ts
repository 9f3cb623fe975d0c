import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairFindings } from '../../src/insight/pair-findings.ts';
import type { Finding } from '../../src/shared/model.ts';

const finding = (rule: string, leg?: Finding['leg']): Finding => ({
  rule,
  severity: 'note',
  title: rule,
  text: '',
  ...(leg && { leg }),
});

test('findings are the same when one rule found them on the same leg', () => {
  const a = [finding('weak', 'client'), finding('old')];
  const b = [finding('weak', 'server'), finding('old')];
  assert.deepEqual(pairFindings(a, b), { onlyA: [a[0]], onlyB: [b[0]], both: [a[1]] });
  assert.deepEqual(pairFindings([], []), { onlyA: [], onlyB: [], both: [] });
});
