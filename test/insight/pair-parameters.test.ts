import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectionParameters } from '../../src/insight/connection-parameters.ts';
import {
  hasHandshake,
  type PairedConnection,
  type PairRow,
  pairParameters,
  verdictOver,
} from '../../src/insight/pair-parameters.ts';
import { matterOf, originOf } from '../../src/insight/pair-reasons.ts';
import type { Connection, Handshake } from '../../src/shared/model.ts';
import {
  certificateOf,
  clientHelloBytes,
  type HelloOffer,
  handshakeOf,
  serverHelloBytes,
} from './handshake-fixture.ts';

const OFFER: HelloOffer = {
  suites: [0x1301, 0xc02b],
  versions: [0x0304, 0x0303],
  groups: [29, 23],
  shares: [29],
  schemes: [0x0403],
  alpn: ['h2', 'http/1.1'],
  serverName: 'a.test',
};
const SETTLED: Partial<Handshake> = {
  version: 'TLS 1.3',
  suite: 'TLS_AES_128_GCM_SHA256',
  group: 'x25519',
  alpn: 'h2',
  sni: 'a.test',
  certificates: [certificateOf({ sha256: 'aa'.repeat(32), issuer: 'CN=One' })],
};

function connection(client?: Handshake, server?: Handshake): Connection {
  const leg = (side: 'client' | 'server', tls: Handshake) => ({
    side,
    tcp: { startedAt: 0 },
    bytes: { sent: 0, received: 0 },
    tls,
  });
  return {
    id: 1,
    openedAt: 0,
    from: { address: '127.0.0.1', port: 1 },
    legs: { ...(client && { client: leg('client', client) }), ...(server && { server: leg('server', server) }) },
  };
}

const leg = (members: Partial<Handshake> = {}, offer: Partial<HelloOffer> = {}) =>
  handshakeOf([['>ClientHello', clientHelloBytes({ ...OFFER, ...offer })]], { ...SETTLED, ...members });
const good = () => connection(leg(), leg());
const detailed = (one: Connection): PairedConnection => ({ ...one, parameters: connectionParameters(one) });
const parametersOf = (a: Connection, b: Connection) => pairParameters(detailed(a), detailed(b));
const row = (rows: readonly PairRow[], parameter: string) => rows.find((each) => each.parameter === parameter)!;
const ALL = ['offered', 'server', 'client'] as const;

describe('pairParameters', () => {
  it('finds a connection equal to itself', () => {
    const rows = parametersOf(good(), good());
    assert.ok(rows.length > 15);
    assert.deepEqual(
      rows.filter((each) => verdictOver(each, ALL) !== 'equal'),
      [],
    );
    for (const parameter of [
      'version',
      'suite',
      'group',
      'scheme',
      'alpn',
      'sni',
      'resumption',
      'retry',
      'certificate-leaf',
      'certificate-issuer',
      'ja3',
      'ja4',
    ])
      assert.ok(row(rows, parameter), parameter);
  });

  it('tells a server that chose differently from a client that offered differently', () => {
    const other = connection(leg({ alpn: 'http/1.1' }), leg({ alpn: 'http/1.1' }));
    const chosen = row(parametersOf(good(), other), 'alpn');
    assert.deepEqual(chosen.verdicts, { offered: 'equal', server: 'different', client: 'different' });
    assert.match(chosen.text!, /^Offered the same, the servers chose differently\./);
    const older = connection(leg({}, { alpn: ['http/1.1'] }), leg({}, { alpn: ['http/1.1'] }));
    const offered = parametersOf(good(), older);
    assert.match(row(offered, 'offered-alpn').text!, /^The clients, or their set-up, are not the same\./);
    assert.equal(verdictOver(row(offered, 'alpn'), ['server']), 'equal');
  });

  it('says why it matters of what differs, and of nothing else', () => {
    assert.match(matterOf('group', ['offered', 'server', 'client'])!, /^A group that only one client offers/);
    assert.match(matterOf('group', ['server', 'client'])!, /^A server chooses by what it supports/);
    assert.match(matterOf('suite', ['server'])!, /^A server chooses by what it supports/);
    assert.equal(matterOf('suite', ['client']), undefined);
    for (const parameter of ['version', 'suite', 'group', 'scheme', 'alpn']) {
      assert.equal(matterOf(parameter, ['offered']), undefined, parameter);
      assert.ok(matterOf(parameter, ['server']), parameter);
    }
    assert.match(matterOf('sni', ['offered'])!, /asked for different ones/);
    assert.equal(matterOf('nothing-of-the-kind', ['server']), undefined);
  });

  it('says of tickets and of JA3S what they are, not that they were chosen from an offer', () => {
    const ja3s = (hash: string) => leg({ fingerprints: { ja3s: hash } });
    const servers = row(parametersOf(connection(ja3s('aa'), ja3s('aa')), connection(ja3s('bb'), ja3s('bb'))), 'ja3s');
    assert.match(servers.text!, /the servers’ differ in these\.$/);
    const clients = row(parametersOf(connection(ja3s('aa'), ja3s('aa')), connection(ja3s('bb'), ja3s('aa'))), 'ja3s');
    assert.match(clients.text!, /tlscope’s differ in these\.$/);
    assert.match(originOf('session-tickets', ['server', 'client'])!, /^The servers issued different numbers/);
    assert.match(originOf('session-tickets', ['client'])!, /tlscope issued the clients different numbers/);
  });

  it('takes what one did not reach for unknown and not for a difference', () => {
    const failed = connection(leg({ state: 'failed', version: 'TLS 1.3' }), handshakeOf([], { state: 'failed' }));
    const suite = row(parametersOf(good(), failed), 'suite');
    assert.equal(suite.verdicts.server, 'unknown');
    assert.equal(verdictOver(suite, ALL), 'unknown');
    assert.equal(suite.text, undefined);
  });

  it('does not make much of another minted certificate', () => {
    const again = connection(
      leg({ certificates: [certificateOf({ sha256: 'bb'.repeat(32), issuer: 'CN=One' })] }),
      leg(),
    );
    assert.equal(
      row(parametersOf(good(), again), 'certificate-leaf').text,
      'The servers sent the same; tlscope made another one for the client.',
    );
    const renewed = connection(
      leg(),
      leg({ certificates: [certificateOf({ sha256: 'cc'.repeat(32), issuer: 'CN=Two' })] }),
    );
    assert.match(row(parametersOf(good(), renewed), 'certificate-issuer').text!, /need not trust the other/);
  });

  it('has nothing to say of a connection without TLS, and something of one with one leg', () => {
    assert.deepEqual(parametersOf(good(), connection()), []);
    assert.equal(hasHandshake(connection()), false);
    assert.equal(row(parametersOf(good(), connection(leg())), 'suite').verdicts.server, 'unknown');
  });

  it('shows a row that only one of them has', () => {
    const withTickets = connection(leg({}, {}), leg());
    withTickets.legs.server!.tls!.fingerprints = { ja3s: 'a' };
    withTickets.legs.client!.tls!.fingerprints = { ja3s: 'a' };
    const found = row(parametersOf(withTickets, good()), 'ja3s');
    assert.equal(found.b, undefined);
    assert.equal(verdictOver(found, ALL), 'different');
  });

  it('shows what both clients offer and TLS 1.3 has no use for as that', () => {
    const asked = { more: [23, 0xff01, 22] };
    const settledAs = (version: number, suite: number) => {
      const tls = handshakeOf(
        [
          ['>ClientHello', clientHelloBytes({ ...OFFER, ...asked })],
          ['<ServerHello', serverHelloBytes({ version, suite })],
        ],
        { ...SETTLED, version: version === 0x0304 ? 'TLS 1.3' : 'TLS 1.2' },
      );
      return connection(tls, tls);
    };
    const [older, newer] = [settledAs(0x0303, 0xc009), settledAs(0x0304, 0x1301)];
    const rows = parametersOf(older, newer);
    for (const parameter of ['extended-master-secret', 'secure-renegotiation']) {
      const found = row(rows, parameter);
      assert.deepEqual(found.a, { offered: 'offered', server: 'no', client: 'no' }, parameter);
      const unused = 'not used in TLS 1.3';
      assert.deepEqual(found.b, { offered: 'offered', server: unused, client: unused }, parameter);
      assert.deepEqual(found.verdicts, { offered: 'equal', server: 'different', client: 'different' });
      assert.match(found.text!, /^Follows from the version: /);
      assert.deepEqual(row(parametersOf(newer, older), parameter).a, found.b);
      assert.equal(row(parametersOf(newer, newer), parameter), undefined);
    }
    assert.equal(row(rows, 'encrypt-then-mac').b?.server, 'not used with this suite');
    assert.match(row(rows, 'encrypt-then-mac').text!, /^Follows from the suite: /);
  });

  it('does not call offers different where neither client offers it', () => {
    const withFingerprint = connection(leg(), leg());
    withFingerprint.legs.server!.tls!.fingerprints = { ja3s: 'a' };
    assert.equal(row(parametersOf(withFingerprint, good()), 'ja3s').verdicts.offered, 'equal');
  });
});
