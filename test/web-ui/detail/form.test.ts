import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readForm, rememberForm } from '../../../web-ui/src/detail/form.ts';
import { keeping, refusing } from '../storage.ts';

it('remembers the form, and begins with the ladder', (t) => {
  keeping(t);
  assert.equal(readForm(), 'ladder');
  rememberForm('words');
  assert.equal(readForm(), 'words');
  rememberForm('ladder');
  assert.equal(readForm(), 'ladder');
});

it('does without a browser that keeps nothing', (t) => {
  refusing(t);
  assert.equal(readForm(), 'ladder');
  rememberForm('words');
});
