import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chosen } from '../../../web-ui/src/actions/chosen.ts';
import { formatsFor } from '../../../web-ui/src/actions/formats.ts';

const names = (noun: Chosen['noun'], exchanges: readonly number[]) =>
  formatsFor({ noun, exchanges }).map(({ format }) => format);

test('the formats of what was chosen come first', () => {
  assert.deepEqual(names('exchange', [7]), ['har', 'curl', 'jsonl', 'pcapng', 'json', 'keylog']);
  assert.deepEqual(names('exchange', [7, 8]), ['har', 'jsonl', 'pcapng', 'json', 'keylog']);
  assert.equal(names('connection', [7])[0], 'pcapng');
});
