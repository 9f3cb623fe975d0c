import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertFor } from '../../src/proxy/alert-record.ts';
import type { Failure } from '../../src/shared/model.ts';

const failure = (members: Partial<Failure>): Failure => ({
  stage: 'certificate',
  by: 'peer',
  cause: 'alert',
  text: '',
  ...members,
});

test('a fatal alert in a record of its own (RFC 8446 §5.1, §6)', () => {
  assert.deepEqual([...alertFor(failure({ cause: 'certificate-expired' }))], [21, 3, 3, 0, 2, 2, 45]);
});

test('the server’s own alert is passed on; a cause without one becomes the alert that says the same', () => {
  const rows: [Partial<Failure>, number][] = [
    [{ cause: 'no-common-suite', alert: 'handshake_failure' }, 40],
    [{ alert: 'unrecognized_name' }, 112],
    [{ cause: 'certificate-untrusted' }, 48],
    [{ cause: 'no-common-alpn' }, 120],
    [{ cause: 'connection-refused' }, 80],
    [{ alert: 'unknown (0xfe)' }, 80],
  ];
  for (const [members, code] of rows) assert.equal(alertFor(failure(members)).at(-1), code, JSON.stringify(members));
});
