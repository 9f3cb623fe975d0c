import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endedText } from '../../../web-ui/src/detail/words.ts';

test('an end names who ended the connection, and of a failure the leg, which the proxy may have ended', () => {
  assert.equal(endedText({ cause: 'finished', by: 'server' }), 'Closed in order by the server');
  assert.equal(endedText({ cause: 'reset', by: 'client' }), 'Reset by the client');
  assert.equal(endedText({ cause: 'failed', by: 'server' }), 'Failed on the server leg');
  assert.equal(endedText({ cause: 'timeout', by: 'client' }), 'Timed out on the client leg');
});

test('an end for which tlscope alone is to blame names nobody else', () => {
  assert.equal(endedText({ cause: 'shutdown', by: 'proxy' }), 'Ended because tlscope stopped');
  assert.equal(endedText({ cause: 'error', by: 'proxy' }), 'Ended by a fault of tlscope');
  assert.equal(endedText({ cause: 'refused', by: 'proxy' }), 'Refused by the proxy');
});
