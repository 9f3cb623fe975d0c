import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsFor, firstAddress, shellOf } from '../../../web-ui/src/setup/facts.ts';
import { LAN, LAN6, LINK_LOCAL, LOOPBACK, sampleSetup, sampleSetupForAll } from './sample-setup.ts';

test('a client on this machine is given the file that is there', () => {
  const facts = factsFor(sampleSetup(), LOOPBACK, 'posix');
  assert.equal(facts.proxy, 'http://127.0.0.1:8080');
  assert.equal(facts.caWord, '/home/dev/tlscope/certs/tlscope-ca.pem');
  assert.equal(facts.caName, 'tlscope root CA 0a1b2c3d (laptop 2026-11-24)');
  assert.equal(facts.phone, undefined);
});

test('a client on another machine is given the file that it will have fetched', () => {
  const facts = factsFor(sampleSetupForAll(), LAN6, 'powershell');
  assert.equal(facts.proxy, 'http://[fd00::23]:8080');
  assert.equal(facts.caUrl, 'http://[fd00::23]:8080/ca.pem');
  assert.equal(facts.caWord, '"$HOME\\tlscope-ca.pem"');
  assert.equal(facts.phone, 'fd00::23');
});

test('phones are given an address of the network, none that needs an interface beside it', () => {
  assert.equal(factsFor(sampleSetupForAll(), LOOPBACK, 'posix').phone, LAN.address);
  const onlyLinkLocal = { ...sampleSetupForAll(), addresses: [LINK_LOCAL, LOOPBACK] };
  assert.equal(factsFor(onlyLinkLocal, LOOPBACK, 'posix').phone, undefined);
});

test('tlscope’s commands name the CA’s folder, and the proxy where they would look elsewhere', () => {
  assert.equal(
    factsFor(sampleSetup(), LOOPBACK, 'posix').tlscope('run', '-- x'),
    'tlscope run --certs /home/dev/tlscope/certs -- x',
  );
  const other = sampleSetup({ proxy: { host: '127.0.0.1', port: 9000, listensOn: 'loopback' } });
  assert.equal(
    factsFor(other, LOOPBACK, 'posix').tlscope('run', '-- x'),
    'tlscope run --certs /home/dev/tlscope/certs --proxy http://127.0.0.1:9000 -- x',
  );
});

test('begins with this machine’s address where tlscope listens there, and with its shell', () => {
  assert.equal(firstAddress(sampleSetupForAll()), LOOPBACK);
  assert.equal(firstAddress({ ...sampleSetup(), addresses: [LAN] }), LAN);
  assert.equal(firstAddress({ ...sampleSetup(), addresses: [] }).address, '127.0.0.1');
  assert.equal(shellOf(sampleSetup()), 'posix');
  assert.equal(shellOf(sampleSetup({ ca: { ...sampleSetup().ca, path: 'C:\\certs\\tlscope-ca.pem' } })), 'powershell');
});
