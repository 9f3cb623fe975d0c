import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRedaction } from '../../../../src/export/redact.ts';
import { badWord, redactOf } from '../../../../web-ui/src/exchange/export/masking.ts';

test('a choice is put into the words of the API, which takes them', () => {
  const none = { cookies: false, authorization: false, more: ' ' };
  assert.equal(redactOf(none), '');
  const some = { cookies: true, authorization: true, more: ' header:X-Key,query:token  field:password' };
  assert.equal(redactOf(some), 'cookies,authorization,header:X-Key,query:token,field:password');
  assert.equal(badWord(some), undefined);
  assert.ok(parseRedaction(redactOf(some)));
});

test('a word that the API refuses is known before', () => {
  for (const more of ['password', 'header:', 'headers:x']) {
    const masking = { cookies: true, authorization: false, more };
    assert.equal(badWord(masking), more);
    assert.equal(parseRedaction(redactOf(masking)), undefined, more);
  }
});
