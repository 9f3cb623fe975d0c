import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnoseClientLeg, diagnoseServerLeg } from '../../src/insight/failure.ts';
import { alerts, CHOSEN, FLIGHT_13, HELLO, messages, text } from './failure-case.ts';
import { certificateOf } from './handshake-fixture.ts';

test('the evidence of a distrusting client: its last message, its alert, its name', () => {
  const { evidence, confidence } = diagnoseClientLeg({
    messages: messages(FLIGHT_13),
    alerts: alerts('client', 'unknown_ca'),
    userAgent: 'curl/8\u202e',
    ended: 'fin',
  });
  assert.equal(confidence, 'certain');
  assert.deepEqual(evidence, [
    'The last message seen was the server’s Finished, the 6th.',
    'Alerts: the client sent unknown_ca, in clear.',
    'The peer closed its side (FIN).',
    'Its CONNECT called it «curl/8\\u{202e}».',
  ]);
});

test('a silent close is only likely to be distrust', () => {
  const { evidence, confidence } = diagnoseClientLeg({ messages: messages(FLIGHT_13), alerts: [], ended: 'fin' });
  assert.equal(confidence, 'likely');
  assert.ok(evidence?.includes('The peer closed its side (FIN), without an alert.'));
});

test('a certificate that does not verify: the code and the dates', () => {
  const { evidence } = diagnoseServerLeg({
    messages: messages(CHOSEN),
    alerts: [],
    verifyCode: 'CERT_HAS_EXPIRED',
    certificates: [certificateOf({ notAfter: '2020-01-01T00:00:00Z' })],
  });
  assert.ok(evidence?.includes('Verification of the chain gave CERT_HAS_EXPIRED.'));
  assert.ok(evidence?.some((each) => each.includes('to 2020-01-01T00:00:00Z')));
});

test('what a peer that is not TLS said first', () => {
  const { evidence, cause } = diagnoseServerLeg({
    messages: messages(HELLO),
    alerts: [],
    firstBytes: text('HTTP/1.1 400 Bad Request\r\n'),
    errorCode: 'ERR_SSL_WRONG_VERSION_NUMBER',
  });
  assert.equal(cause, 'plaintext-port');
  assert.ok(evidence?.includes('The first bytes were «HTTP/1.1 400 Bad Request» (plain HTTP).'));
});

test('a dial that failed saw no message', () => {
  const { evidence } = diagnoseServerLeg({ messages: [], alerts: [], stage: 'connect', errorCode: 'ECONNREFUSED' });
  assert.deepEqual(evidence, ['TLS had not begun, so no message was seen.', 'The error was ECONNREFUSED.']);
});

test('what came many times is said once, and one byte is no bytes', () => {
  const { evidence } = diagnoseServerLeg({
    messages: messages(HELLO),
    alerts: alerts('server', 'user_canceled', 'user_canceled', 'close_notify'),
    firstBytes: Uint8Array.of(0x16),
    ended: 'timeout',
  });
  assert.ok(
    evidence?.includes(
      'Alerts: the server sent user_canceled, in clear, 2 times; the server sent close_notify, in clear.',
    ),
  );
  assert.ok(evidence?.includes('The first byte was 16.'));
});
