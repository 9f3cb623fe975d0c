import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vocabularyOf } from '../../../web-ui/src/filter/vocabulary.ts';
import { exchangeSummaryWith } from '../exchanges.ts';
import { headlineWith, summaryWith } from '../summaries.ts';

test('values to complete are those of the lists, each once, the newest first', () => {
  const legs = { client: headlineWith({ alpn: 'h2' }), server: headlineWith() };
  const connections = [summaryWith(), summaryWith({ intent: { how: 'connect', host: 'b.test', port: 1 }, legs })];
  const found = vocabularyOf(connections, [exchangeSummaryWith(), exchangeSummaryWith({ method: 'PUT' })]);
  assert.deepEqual(found['host'], ['b.test', 'example.test']);
  assert.deepEqual(found['alpn'], ['h2']);
  assert.deepEqual(found['tls.suite'], ['TLS_AES_128_GCM_SHA256']);
  assert.deepEqual(found['method'], ['PUT', 'GET']);
  assert.deepEqual(found['type'], ['text/plain']);
  assert.deepEqual(found['status'], ['200']);
});
