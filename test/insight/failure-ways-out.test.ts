import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waysOut } from '../../src/insight/failure-ways-out.ts';

test('a server is named so that it can be probed: with its port, unless it is the usual one', () => {
  const probed = (host: string, port?: number) =>
    /tlscope probe (\S+) shows/.exec(waysOut('proxy', host, port).offer)?.[1];
  assert.equal(probed('origin.test'), 'origin.test');
  assert.equal(probed('origin.test', 443), 'origin.test');
  assert.equal(probed('origin.test', 8443), 'origin.test:8443');
  assert.equal(probed('::1', 8443), '[::1]:8443');
});

test('hosts are let pass by name alone', () => {
  assert.match(waysOut('proxy', 'origin.test', 8443).untouched, /--passthrough origin\.test\.$/);
});
