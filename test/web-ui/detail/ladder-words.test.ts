import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LegRole, TlsRole } from '../../../src/shared/model.ts';
import type { Wait } from '../../../web-ui/src/detail/ladder.ts';
import { type LadderEvent, ladderEvents } from '../../../web-ui/src/detail/ladder-events.ts';
import { nameOf, pendingText, sentenceOf, tickText, waitText, way } from '../../../web-ui/src/detail/ladder-words.ts';
import { connectionOf, eventOf, handshakeOf, legOf, messageOf } from './ladder-samples.ts';

const mark = (kind: string, leg: LegRole = 'server', sender?: TlsRole): LadderEvent =>
  ({ key: kind, leg, at: 3, kind, ...(sender && { sender }), end: { at: 3, by: 'peer', how: 'fin' } }) as LadderEvent;

const waitOf = (before: LadderEvent, after: LadderEvent, meanwhile = false): Wait => ({
  leg: after.leg,
  top: 0,
  bottom: 20,
  ms: 5,
  before,
  after,
  meanwhile,
});

describe('sentenceOf', () => {
  it('says all that the line shows', () => {
    const connection = connectionOf({}, { openedAt: 1 });
    const event = eventOf('server', 5, 3.5, 'server', 'ServerHello');
    assert.equal(sentenceOf(event, connection), 'ServerHello, server to proxy, 5 bytes, at 2.50 ms, step 5');
    assert.ok(event.kind === 'message');
    const sealed = { ...event, step: 0, message: { ...event.message, epoch: 'handshake' as const } };
    assert.equal(
      sentenceOf(sealed, connection),
      'ServerHello, server to proxy, 5 bytes, encrypted with the handshake keys and opened, at 2.50 ms',
    );
    assert.equal(sentenceOf(mark('closed', 'client', 'client'), connection), 'FIN, client to proxy, at 2.00 ms');
  });
});

describe('nameOf', () => {
  it('names every event of a connection', () => {
    const intent = { how: 'connect', host: 'a.test', port: 443 } as const;
    const tls = handshakeOf([messageOf(1, 1)], { at: { establishedAt: 2 } });
    const server = legOf('server', tls, { tcp: { startedAt: 0, connectedAt: 1 } });
    const connection = connectionOf({ client: legOf('client'), server }, { intent });
    assert.deepEqual(
      ladderEvents(connection).map((event) => nameOf(event, connection)),
      ['TCP accepted, CONNECT', 'Dials a.test', 'TCP connected', 'ClientHello', 'Handshake established'],
    );
  });
});

describe('way', () => {
  it('says who speaks to whom on either leg', () => {
    assert.equal(way('client', 'client'), 'client to proxy');
    assert.equal(way('client', 'server'), 'proxy to client');
    assert.equal(way('server', 'client'), 'proxy to server');
    assert.equal(way('server', 'server'), 'server to proxy');
  });
});

describe('waitText', () => {
  const connection = connectionOf({
    server: legOf('server', undefined, { tcp: { startedAt: 0, resolvedAt: 2, connectedAt: 3 } }),
  });

  it('says for whom a leg waits, and what the proxy does meanwhile', () => {
    const hello = eventOf('client', 1, 0);
    const answer = eventOf('client', 2, 9, 'server');
    assert.equal(waitText(waitOf(hello, answer), connection), 'for the proxy');
    assert.equal(waitText(waitOf(hello, answer, true), connection), 'for the proxy, which asks the server first');
    assert.equal(waitText(waitOf(answer, hello), connection), 'for the client');
    assert.equal(waitText(waitOf(mark('connected'), eventOf('server', 2, 9, 'server')), connection), 'for the server');
    const busy = waitOf(eventOf('server', 1, 0, 'server'), eventOf('server', 2, 9), true);
    assert.equal(waitText(busy, connection), 'for the proxy, busy with the client');
  });

  it('takes the dial apart', () => {
    const wait = waitOf(mark('dialling'), mark('connected'));
    assert.equal(waitText(wait, connection), '(name 2.00 ms, TCP 1.00 ms)');
    assert.equal(waitText(wait, connectionOf({})), 'for TCP to connect');
  });

  it('tells application data from mere silence before the end', () => {
    const wait = waitOf(mark('established'), mark('closed'));
    assert.equal(waitText(wait, connection), 'until it was closed');
    assert.equal(waitText(wait, { ...connection, http: { protocol: 'unknown' } }), 'application data');
    assert.equal(waitText(wait, { ...connection, exchanges: [{}, {}] as never }), 'application data: 2 exchanges');
    const failed = waitOf(mark('failed'), mark('closed'));
    assert.equal(waitText(failed, { ...connection, exchanges: [{}] as never }), 'until it was closed');
  });
});

describe('pendingText', () => {
  it('says what a leg is at, and nothing once it is over', () => {
    const going = legOf('client', handshakeOf([], { state: 'negotiating' }));
    assert.equal(pendingText(mark('accepted', 'client'), legOf('client')), 'waits for the client');
    assert.equal(pendingText(eventOf('client', 1, 1), going), 'waits for the proxy');
    assert.equal(pendingText(eventOf('client', 2, 1, 'server'), going), 'waits for the client');
    assert.equal(pendingText(mark('dialling'), legOf('server')), 'looks up the name and connects');
    assert.equal(pendingText(mark('established'), legOf('server', handshakeOf([]))), 'open');
    const over = legOf('client', undefined, { end: { at: 1, by: 'peer', how: 'fin' } });
    assert.equal(pendingText(mark('closed'), over), '');
    assert.equal(pendingText(mark('failed'), legOf('server', handshakeOf([], { state: 'failed' }))), '');
  });
});

describe('tickText', () => {
  it('is short at any length', () => {
    assert.deepEqual(
      [1, 13.345, 300.26, 12_345, 3_600_000].map((at) => tickText(at, 1)),
      ['0.00', '12.35', '299.3', '12.34 s', '59 min 59 s'],
    );
  });
});
