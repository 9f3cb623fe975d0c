import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { listensOn, reachableAddresses } from '../../src/net/reachable.ts';

const of = (address: string, family: 'IPv4' | 'IPv6', internal: boolean): NetworkInterfaceInfo =>
  ({ address, family, internal, netmask: '', mac: '', cidr: null, scopeid: 0 }) as NetworkInterfaceInfo;

const INTERFACES = {
  lo: [of('127.0.0.1', 'IPv4', true), of('::1', 'IPv6', true)],
  eth0: [of('2001:db8::7', 'IPv6', false), of('192.0.2.7', 'IPv4', false), of('fe80::7', 'IPv6', false)],
};

const at = async (host: string) => (await reachableAddresses(host, INTERFACES)).map(({ address }) => address);

test('an unspecified address stands for all, those that others reach first', async () => {
  assert.deepEqual(await at('0.0.0.0'), ['192.0.2.7', '127.0.0.1']);
  assert.deepEqual(await at('::'), ['192.0.2.7', '2001:db8::7', '127.0.0.1', '::1']);
  const [first] = await reachableAddresses('0.0.0.0', INTERFACES);
  assert.deepEqual(first, { address: '192.0.2.7', family: 'IPv4', internal: false, interface: 'eth0' });
});

test('an address stands for itself, whether an interface has it or not', async () => {
  assert.deepEqual(await at('192.0.2.7'), ['192.0.2.7']);
  assert.deepEqual(await at('127.0.0.1'), ['127.0.0.1']);
  const [other] = await reachableAddresses('127.0.0.2', INTERFACES);
  assert.deepEqual(other, { address: '127.0.0.2', family: 'IPv4', internal: true, interface: '' });
  assert.deepEqual(await at('no-such-name.invalid'), []);
});

test('says who can reach it', async () => {
  const cases = { '127.0.0.1': 'loopback', '127.0.0.2': 'loopback', '::1': 'loopback', localhost: 'loopback' } as const;
  for (const [host, expected] of Object.entries(cases)) assert.equal(await listensOn(host), expected, host);
  for (const host of ['0.0.0.0', '::']) assert.equal(await listensOn(host), 'all', host);
  for (const host of ['192.0.2.7', '2001:db8::7']) assert.equal(await listensOn(host), 'address', host);
});
