import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { counterpart, linksOf } from '../../../web-ui/src/detail/counterparts.ts';
import { layOut } from '../../../web-ui/src/detail/ladder.ts';
import { eventOf } from './ladder-samples.ts';

/** A retried handshake; the server's certificate comes compressed, and the server sends two tickets besides. */
const EVENTS = [
  eventOf('client', 1, 0, 'client', 'ClientHello'),
  eventOf('server', 1, 1, 'client', 'ClientHello'),
  eventOf('server', 2, 2, 'server', 'HelloRetryRequest'),
  eventOf('client', 2, 3, 'server', 'HelloRetryRequest'),
  eventOf('client', 3, 4, 'client', 'ClientHello'),
  eventOf('server', 3, 5, 'client', 'ClientHello'),
  eventOf('server', 4, 6, 'server', 'ServerHello'),
  eventOf('server', 5, 6, 'server', 'CompressedCertificate'),
  eventOf('server', 6, 6, 'client', 'Certificate'),
  eventOf('server', 7, 7, 'server', 'NewSessionTicket'),
  eventOf('client', 4, 8, 'server', 'ServerHello'),
  eventOf('client', 5, 8, 'server', 'Certificate'),
];

describe('counterpart', () => {
  const found = (key: string) => counterpart(EVENTS, key)?.key;

  it('is the same message of the other leg, each in its turn', () => {
    assert.equal(found('client:1'), 'server:1');
    assert.equal(found('client:3'), 'server:3');
    assert.equal(found('server:3'), 'client:3');
    assert.equal(found('server:4'), 'client:4');
    assert.equal(found('client:5'), 'server:5');
  });

  it('is the nearest in time where there is no such message', () => {
    assert.equal(found('server:7'), 'client:4');
    assert.equal(found('server:6'), 'client:3');
    assert.equal(counterpart(EVENTS.slice(0, 1), 'client:1'), undefined);
    assert.equal(found('client:99'), undefined);
  });
});

describe('linksOf', () => {
  it('joins hellos and server certificates across the proxy, and says where each began', () => {
    const { rows } = layOut(EVENTS);
    const y = (key: string) => rows.find(({ event }) => event.key === key)?.y;
    assert.deepEqual(
      linksOf(rows).map(({ client, server, from }) => [client, server, from]),
      [
        [y('client:1'), y('server:1'), 'client'],
        [y('client:2'), y('server:2'), 'server'],
        [y('client:3'), y('server:3'), 'client'],
        [y('client:4'), y('server:4'), 'server'],
        [y('client:5'), y('server:5'), 'server'],
      ],
    );
  });
});
