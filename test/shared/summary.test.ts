import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SessionState } from '../../src/shared/reduce.ts';
import { summarise } from '../../src/shared/summary.ts';
import { type Course, sampleConnection, stamp } from '../support/sample-events.ts';

function summaryOf(course: Course) {
  const state = new SessionState();
  for (const event of stamp(sampleConnection(1, course))) state.apply(event);
  return summarise(state.connections.get(1)!);
}

test('a summary says what a list shows, without messages', () => {
  const summary = summaryOf('intercepted');
  assert.deepEqual(summary.intent, { how: 'connect', host: 'host1.test', port: 443 });
  assert.deepEqual(summary.legs.server, {
    state: 'established',
    version: 'TLS 1.3',
    suite: 'TLS_AES_128_GCM_SHA256',
    group: 'X25519MLKEM768',
    alpn: 'h2',
    sni: 'origin.test',
    visibility: 'full',
    at: { startedAt: 1, establishedAt: 14 },
    bytes: { sent: 1001, received: 2001 },
  });
  assert.equal(summary.differences, 1);
  assert.equal(summary.end?.cause, 'finished');
  assert.doesNotMatch(JSON.stringify(summary), /ClientHello/);
});

test('a failed leg carries its failure, and a leg without TLS only its bytes', () => {
  const summary = summaryOf('dial-failed');
  assert.equal(summary.legs.server?.failure?.cause, 'connection-refused');
  assert.deepEqual(summary.legs.client, { bytes: { sent: 0, received: 0 } });
  assert.equal('differences' in summary, false);
});

test('an open connection has no end', () => {
  const summary = summaryOf('left-open');
  assert.equal('end' in summary || 'closedAt' in summary, false);
});

test('a summary keeps the byte counts of its moment', () => {
  const state = new SessionState();
  const events = stamp(sampleConnection(1));
  for (const event of events.slice(0, 5)) state.apply(event);
  const early = summarise(state.connections.get(1)!);
  for (const event of events) state.apply(event);
  assert.equal(early.legs.client?.bytes.sent, 0);
});
