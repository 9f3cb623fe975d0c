import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrustingClients } from '../../src/capture/trusting-clients.ts';
import type { ClientHello } from '../../src/wire/tls/values.ts';

function offer(...cipherSuites: number[]): ClientHello {
  return { cipherSuites, supportedGroups: [29], signatureAlgorithms: [0x0403] } as unknown as ClientHello;
}

const PROGRAM = { address: '127.0.0.1', hello: offer(0x1301, 0x1302) };
const BROWSER = { address: '127.0.0.1', hello: offer(0x1a1a, 0x1301) };
const BROWSER_AGAIN = { address: '127.0.0.1', hello: offer(0xfafa, 0x1301) };

test('a browser is known again by its offer, another program is not', () => {
  const clients = new TrustingClients();
  for (const client of [PROGRAM, BROWSER]) {
    clients.stands(client, 'a.test');
    clients.note(client, 'a.test');
  }
  assert.equal(clients.here(PROGRAM, 'a.test'), false);
  assert.equal(clients.here(BROWSER_AGAIN, 'a.test'), true);
  assert.equal(clients.here(BROWSER_AGAIN, 'b.test'), false);
  assert.equal(clients.here({ ...BROWSER_AGAIN, address: '10.0.0.2' }, 'a.test'), false);
});

test('a connection that stands counts as long as it does', () => {
  const clients = new TrustingClients();
  const ends = clients.stands(BROWSER, 'a.test');
  assert.equal(clients.here(BROWSER_AGAIN, 'a.test'), true);
  ends();
  ends();
  assert.equal(clients.here(BROWSER_AGAIN, 'a.test'), false);
});

test('a client that says its name is known again by it', () => {
  const clients = new TrustingClients();
  clients.note({ ...PROGRAM, userAgent: 'app/1' }, 'a.test');
  assert.equal(clients.here({ ...PROGRAM, userAgent: 'app/1' }, 'a.test'), true);
  assert.equal(clients.here({ ...PROGRAM, userAgent: 'app/2' }, 'a.test'), false);
});

test('a connection that is under way leaves the others undecided', () => {
  const clients = new TrustingClients();
  const ends = [clients.comes(BROWSER, 'a.test'), clients.comes(PROGRAM, 'a.test')];
  assert.equal(clients.undecided(BROWSER_AGAIN, 'a.test'), true);
  assert.equal(clients.undecided(BROWSER_AGAIN, 'b.test'), false);
  assert.equal(clients.undecided(PROGRAM, 'a.test'), false, 'two programs may make the same offer');
  assert.equal(clients.here(BROWSER_AGAIN, 'a.test'), false);
  for (const end of ends) end();
  assert.equal(clients.undecided(BROWSER_AGAIN, 'a.test'), false);
});

test('hosts made up without end crowd out what was used longest ago, not what is in use', () => {
  const clients = new TrustingClients();
  const [daily, other] = ['daily', 'other'].map((userAgent) => ({ address: '127.0.0.1', userAgent }));
  clients.note(other!, 'old.test');
  clients.note(daily!, 'a.test');
  for (let i = 0; i < 5000; i++) {
    clients.note(other!, `${i}.made-up.test`);
    if (i % 1000 === 0) clients.note(daily!, 'a.test');
  }
  assert.equal(clients.here(daily!, 'a.test'), true);
  assert.equal(clients.here(other!, 'old.test'), false);
  assert.equal(clients.here(other!, '4999.made-up.test'), true);
  clients.note(other!, 'late.test');
  assert.equal(clients.onlyElsewhere(other!, 'late.test'), false);
});
