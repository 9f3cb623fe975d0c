import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointText } from '../../src/terminal/endpoint-text.ts';

test('brackets keep the colons of an IPv6 address from that of the port', () => {
  assert.equal(endpointText('2001:db8::1', 443), '[2001:db8::1]:443');
  assert.equal(endpointText('192.0.2.1', 443), '192.0.2.1:443');
  assert.equal(endpointText('a.test', 8443), 'a.test:8443');
});
