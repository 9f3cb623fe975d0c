import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeOf } from '../../../src/capture/traffic-message.ts';
import { errorCode } from '../../../src/wire/http/http2/names.ts';
import { http2Meaning } from '../../../web-ui/src/exchange/http2-errors.ts';

test('every code of RFC 9113 has a meaning in the sentence that tells of it', () => {
  for (let id = 0; id <= 13; id++) {
    const { text } = outcomeOf({ by: 'server', how: 'reset', code: errorCode(id) }, undefined);
    assert.ok(http2Meaning(text ?? ''), String(text));
  }
  const unknown = outcomeOf({ by: 'server', how: 'reset', code: errorCode(99) }, undefined);
  assert.equal(http2Meaning(unknown.text ?? ''), undefined);
  assert.equal(http2Meaning('It ended with toString.'), undefined);
});
