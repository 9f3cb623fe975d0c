import assert from 'node:assert/strict';
import test from 'node:test';
import { formatKeyLogLine, parseKeyLogLine } from '../../src/crypto/keylog.ts';

const RANDOM = '11'.repeat(32);
const LINE = `CLIENT_HANDSHAKE_TRAFFIC_SECRET ${RANDOM} ${'ab'.repeat(48)}`;

test('a line is read as node:tls gives it, and written the same', () => {
  for (const line of [LINE, `${LINE}\n`, `${LINE}\r\n`, Buffer.from(`${LINE}\n`)]) {
    const entry = parseKeyLogLine(line);
    assert.equal(entry?.label, 'CLIENT_HANDSHAKE_TRAFFIC_SECRET');
    assert.equal(entry?.clientRandom.length, 32);
    assert.equal(entry?.secret.length, 48);
    assert.equal(formatKeyLogLine(entry!), LINE);
  }
});

test('what is no entry is none', () => {
  for (const line of [
    '',
    '# a comment',
    'CLIENT_RANDOM',
    `CLIENT_RANDOM ${RANDOM}`,
    `CLIENT_RANDOM ${RANDOM} abc`,
    `CLIENT_RANDOM 11 ${RANDOM}`,
    `${LINE} more`,
  ]) {
    assert.equal(parseKeyLogLine(line), undefined, line);
  }
});
