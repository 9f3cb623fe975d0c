import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readForm, rememberForm } from '../../../web-ui/src/detail/form.ts';

it('remembers the form, and begins with the ladder', () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: kept.set.bind(kept) };
  assert.equal(readForm(storage), 'ladder');
  rememberForm('words', storage);
  assert.equal(readForm(storage), 'words');
  rememberForm('ladder', storage);
  assert.equal(readForm(storage), 'ladder');
});

it('does without a browser that keeps nothing', () => {
  const refuse = () => {
    throw new Error('denied');
  };
  assert.equal(readForm({ getItem: refuse }), 'ladder');
  rememberForm('words', { setItem: refuse });
});
