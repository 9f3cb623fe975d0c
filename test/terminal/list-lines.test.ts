import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionSummary } from '../../src/shared/model.ts';
import { listedConnection } from '../../src/terminal/list-lines.ts';

const FORWARDED: ConnectionSummary = {
  id: 3,
  openedAt: 0,
  from: { address: '127.0.0.1', port: 5000 },
  intent: { how: 'absolute', host: 'a.test', port: 8443 },
  decision: { action: 'forward', reason: 'plain HTTP' },
  legs: { client: { bytes: { sent: 0, received: 0 } }, server: { bytes: { sent: 0, received: 0 } } },
};

function listed(connection: ConnectionSummary): string {
  return listedConnection(connection, { startedAt: new Date(0), width: undefined, colour: false });
}

test('a connection that failed without TLS says why', () => {
  const text = 'a.test closed the connection\u001b[2J.';
  const line = listed({ ...FORWARDED, end: { by: 'server', cause: 'failed', text } });
  assert.match(line, /a\.test:8443 {2}client no TLS, server no TLS {2}failed: a\.test closed the connection/);
  assert.ok(!line.includes('\u001b'));
});

test('an IPv6 address stands in brackets, and what was not seen to its end does not go on for ever', () => {
  const server = { state: 'negotiating', bytes: { sent: 0, received: 0 } } as const;
  const open = { ...FORWARDED, intent: { how: 'connect', host: '2001:db8::1', port: 443 } as const, legs: { server } };
  assert.match(listed(open), /\[2001:db8::1\]:443 {2}client no TLS, server negotiating$/);
  const end = { by: 'client', cause: 'finished', text: 'The client closed the connection.' } as const;
  assert.match(listed({ ...open, end }), /server not seen to its end$/);
});

test('one that ended in order, or whose failed leg says why, says no more', () => {
  assert.match(listed(FORWARDED), /server no TLS$/);
  assert.match(
    listed({ ...FORWARDED, end: { by: 'client', cause: 'finished', text: 'The client closed.' } }),
    /server no TLS$/,
  );
  const failure = { stage: 'certificate', by: 'proxy', cause: 'certificate-expired', text: 'Expired.' } as const;
  const server = { state: 'failed', failure, bytes: { sent: 0, received: 0 } } as const;
  const end = { by: 'server', cause: 'failed', text: 'Expired.' } as const;
  assert.match(listed({ ...FORWARDED, legs: { server }, end }), /server failed \(certificate-expired\)$/);
});
