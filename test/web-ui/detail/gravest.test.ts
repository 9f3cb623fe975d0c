import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Check } from '../../../src/shared/model.ts';
import { gravest } from '../../../web-ui/src/detail/gravest.ts';

const check = (result: Check['result'], text = ''): Check => ({ kind: 'finished', message: 1, result, text, spec: '' });

it('lets the gravest of the checks stand for all', () => {
  assert.equal(gravest([check('verified'), check('unchecked'), check('failed')])?.result, 'failed');
  assert.equal(gravest([check('verified'), check('unchecked')])?.result, 'unchecked');
  assert.equal(gravest([check('verified', 'first'), check('verified')])?.text, 'first');
  assert.equal(gravest([]), undefined);
});
