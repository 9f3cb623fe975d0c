import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SessionState } from '../../src/shared/reduce.ts';
import { summarise, summariseWithJa4 } from '../../src/shared/summary.ts';
import { fromSummary } from '../../src/shared/summary-connection.ts';
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

test('the fingerprint of the client is in a summary that was asked for it, and survives what is made of that', () => {
  const state = new SessionState();
  for (const event of stamp(sampleConnection(1))) state.apply(event);
  const connection = state.connections.get(1)!;
  const ja4 = connection.legs.client?.tls?.fingerprints.ja4;
  assert.match(ja4 ?? '', /^t13/);
  assert.equal('ja4' in summarise(connection).legs.client!, false);
  const summary = summariseWithJa4(connection);
  assert.equal(summary.legs.client?.ja4, ja4);
  assert.equal('ja4' in summary.legs.server!, false);
  assert.deepEqual(summariseWithJa4(fromSummary(summary)), summary);
});

test('a connection without TLS has no fingerprint', () => {
  const state = new SessionState();
  for (const event of stamp(sampleConnection(1, 'dial-failed'))) state.apply(event);
  const connection = state.connections.get(1)!;
  assert.deepEqual(summariseWithJa4(connection), summarise(connection));
});
