import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compare } from '../../src/insight/comparison.ts';
import { differencesText } from '../../src/insight/comparison-words.ts';
import type { Comparison, ComparisonRow, Handshake, MirrorGap } from '../../src/shared/model.ts';
import { certificateOf, clientHelloBytes, type HelloOffer, handshakeOf } from './handshake-fixture.ts';
import { recordedHandshake } from './recorded.ts';

const OFFER: HelloOffer = {
  suites: [0x3a3a, 0x1301, 0xc02b],
  versions: [0x1a1a, 0x0304, 0x0303],
  groups: [0x4588, 29, 23],
  shares: [29],
  schemes: [0x0403, 0x0804],
  alpn: ['h2', 'http/1.1'],
  serverName: 'a.test',
};

const leg = (offer: HelloOffer | undefined, members: Partial<Handshake>): Handshake =>
  handshakeOf(offer === undefined ? [] : [['>ClientHello', clientHelloBytes(offer)]], members);

const SETTLED: Partial<Handshake> = {
  version: 'TLS 1.3',
  suite: 'TLS_AES_128_GCM_SHA256',
  group: 'x25519',
  scheme: 'ecdsa_secp256r1_sha256',
  alpn: 'h2',
  sni: 'a.test',
  certificates: [certificateOf({ sha256: 'aa'.repeat(32) })],
  fingerprints: { ja3: '0'.repeat(32), ja4: 't13d' },
};
const MINTED: Partial<Handshake> = {
  ...SETTLED,
  certificates: [certificateOf({ sha256: 'bb'.repeat(32), issuer: 'CN=tlscope' })],
};

function rowOf(comparison: Comparison, parameter: string): ComparisonRow {
  const row = comparison.rows.find((row) => row.parameter === parameter);
  assert.ok(row, parameter);
  return row;
}

const judged = (verdict: ComparisonRow['verdict']) => (comparison: Comparison) =>
  comparison.rows.filter((row) => row.verdict === verdict).map((row) => row.parameter);
const different = judged('different');
const expected = judged('expected');

describe('comparison of the legs', () => {
  it('finds only the chain different when everything was mirrored and followed', () => {
    const comparison = compare(leg(OFFER, MINTED), leg(OFFER, SETTLED));
    assert.deepEqual(different(comparison), []);
    assert.deepEqual(expected(comparison), ['certificate-chain']);
    assert.equal(comparison.differences, 0, 'the minted chain is not counted');
    assert.equal(differencesText(comparison), '1 expected difference');
    assert.equal(new Set(comparison.rows.map((row) => row.parameter)).size, comparison.rows.length);
    const suite = rowOf(comparison, 'suite');
    assert.equal(suite.offered, 'GREASE, TLS_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
    assert.equal(suite.why, 'server-choice');
    const resumption = rowOf(comparison, 'resumption');
    assert.deepEqual([resumption.server, resumption.client], ['full handshake', 'full handshake']);
    assert.match(resumption.text, /no session ticket/);
    assert.equal(rowOf(comparison, 'certificate-key').offered, 'verifies ECDSA, RSA');
    assert.equal(rowOf(comparison, 'version').offered, 'GREASE, TLS 1.3, TLS 1.2');
  });

  it('takes any GREASE value for any other', () => {
    const repeated = {
      ...OFFER,
      suites: [0xfafa, 0x1301, 0xc02b],
      groups: [0x4588, 29, 23],
      versions: [0xcaca, 0x0304, 0x0303],
    };
    const comparison = compare(leg(OFFER, MINTED), leg(repeated, SETTLED));
    assert.deepEqual(different(comparison), []);
  });

  it('says what could not be repeated, and why', () => {
    const repeated: HelloOffer = { ...OFFER, suites: [0x1301, 0xc02b, 0x00ff], groups: [29, 0x4588, 23] };
    const comparison = compare(
      leg({ ...OFFER, more: [0x4469] }, MINTED),
      leg(repeated, {
        ...SETTLED,
        fingerprints: { ja3: '1'.repeat(32), ja4: 't13d' },
        notMirrored: [
          { kind: 'extension', id: 0x4469, name: 'application_settings', reason: 'OpenSSL has none' },
          { kind: 'extension', id: 0x15, name: 'padding', reason: 'not in this offer at all' },
        ],
      }),
    );
    assert.deepEqual(different(comparison), ['offered-suites', 'offered-groups', 'extensions', 'ja3']);
    const suites = rowOf(comparison, 'offered-suites');
    assert.equal(suites.why, 'proxy-limit');
    assert.equal(
      suites.text,
      'Not offered to the server: GREASE. Offered to the server in addition: TLS_EMPTY_RENEGOTIATION_INFO_SCSV.',
    );
    assert.equal(rowOf(comparison, 'offered-groups').text, 'The same items, in another order.');
    const extensions = rowOf(comparison, 'extensions');
    assert.match(extensions.text, /Not offered to the server: application_settings/);
    assert.match(extensions.text, /OpenSSL has none\.$/);
    assert.equal(rowOf(comparison, 'ja4').verdict, 'equal');
  });

  it('says in words that one hello lists its versions and the other names the highest alone', () => {
    const gap: MirrorGap = { kind: 'extension', id: 43, name: 'supported_versions', reason: 'OpenSSL lists none here' };
    const listed = leg({ ...OFFER, versions: [0x0303] }, MINTED);
    const named = leg({ ...OFFER, versions: [] }, { ...SETTLED, notMirrored: [gap] });
    const { text, server } = rowOf(compare(listed, named), 'offered-versions');
    assert.equal(server, 'up to TLS 1.2');
    assert.match(text, /^The client lists its versions; .* only names the highest\. supported_versions: OpenSSL lists/);
    assert.match(rowOf(compare(named, listed), 'offered-versions').text, /^The client only names its highest version/);
  });

  it('explains an order by the gap about it, and nothing else by that', () => {
    const gaps: MirrorGap[] = [
      { kind: 'extension', id: -1, name: 'order of extensions', reason: 'its own order' },
      { kind: 'other', id: 1, name: 'compression method DEFLATE', reason: 'compresses nothing' },
    ];
    const text = (client: number[], server: number[]) =>
      rowOf(
        compare(
          leg({ ...OFFER, more: client }, MINTED),
          leg({ ...OFFER, more: server }, { ...SETTLED, notMirrored: gaps }),
        ),
        'extensions',
      ).text;
    assert.equal(text([17, 23], [23, 17]), 'The same items, in another order. Its own order.');
    assert.equal(text([17, 23], [17]), 'Not offered to the server: extended_master_secret.');
    gaps.push({ kind: 'extension', id: 23, name: 'extended_master_secret', reason: 'OpenSSL has none' });
    gaps.push({ kind: 'other', id: -1, name: 'more', reason: '3 more could not be repeated' });
    assert.equal(text([17, 23], [17]), 'Not offered to the server: extended_master_secret. OpenSSL has none.');
  });

  it('tells a change of order from a change of items, and both at once', () => {
    const client = leg({ ...OFFER, groups: [29, 23, 24] }, MINTED);
    const text = (groups: number[]) =>
      rowOf(compare(client, leg({ ...OFFER, groups }, SETTLED)), 'offered-groups').text;
    assert.equal(text([29, 24, 23]), 'The same items, in another order.');
    assert.equal(text([29, 24]), 'Not offered to the server: secp256r1.');
    assert.equal(text([24, 29]), 'Not offered to the server: secp256r1. The rest stands in another order.');
  });

  it('gives the reason for all of it where nothing was mirrored, and that of the versions to them alone', () => {
    const comparison = compare(
      leg({ ...OFFER, versions: [0x0304, 0x0303, 0x0302] }, MINTED),
      leg(
        { ...OFFER, suites: [0x1302], versions: [0x0304, 0x0303] },
        {
          ...SETTLED,
          notMirrored: [
            { kind: 'other', id: -1, name: 'ClientHello', reason: 'no build' },
            { kind: 'version', id: -1, name: 'version range', reason: 'too old' },
          ],
        },
      ),
    );
    assert.match(rowOf(comparison, 'offered-suites').text, /ClientHello: no build\.$/);
    assert.match(rowOf(comparison, 'offered-versions').text, /no build\. version range: too old\.$/);
  });

  it('says that an offer to resume cannot be repeated', () => {
    const comparison = compare(leg({ ...OFFER, resume: 'psk' }, MINTED), leg(OFFER, SETTLED));
    assert.equal(rowOf(comparison, 'resumption').offered, 'asks to resume by pre-shared key');
    assert.match(rowOf(comparison, 'extensions').text, /belongs to the client and its server alone/);
  });

  it('says of two full handshakes why they are full', () => {
    const text = (offer: HelloOffer, repeated: HelloOffer, tickets: boolean) => {
      const messages: Parameters<typeof handshakeOf>[0] = [['>ClientHello', clientHelloBytes(offer)]];
      const client = handshakeOf(tickets ? [...messages, ['<NewSessionTicket', [0, 0, 0, 0, 0, 0]]] : messages, MINTED);
      const { why, text } = rowOf(compare(client, leg(repeated, SETTLED)), 'resumption');
      return `${why}: ${text}`;
    };
    const ticket: HelloOffer = { ...OFFER, resume: 'ticket' };
    assert.match(text(ticket, ticket, true), /^server-choice: .*the server declined, and so did tlscope/);
    assert.match(text(OFFER, ticket, false), /^server-choice: tlscope asked the server to resume/);
    assert.match(text(ticket, OFFER, true), /^proxy-limit: .*does not know, or no longer/);
    assert.match(text({ ...OFFER, more: [35] }, OFFER, true), /^mirrored: The client did not ask to resume, so both/);
    assert.match(text({ ...OFFER, more: [35] }, OFFER, false), /^proxy-choice: .*no session ticket/);
    assert.match(text(OFFER, OFFER, false), /^mirrored: .*takes no session tickets/);
  });

  it('counts that one leg was resumed once, and not for all that its handshake has none of', () => {
    const { group: _1, scheme: _2, ...bare } = MINTED;
    const resumed: Partial<Handshake> = { ...bare, resumed: true, certificates: [] };
    const comparison = compare(leg({ ...OFFER, resume: 'ticket' }, resumed), leg(OFFER, SETTLED));
    const follow = ['group', 'scheme', 'certificate-key', 'certificate-chain'];
    assert.deepEqual(
      expected(comparison).filter((name) => follow.includes(name)),
      follow,
    );
    assert.ok(different(comparison).includes('resumption'));
    for (const name of follow) {
      assert.match(rowOf(comparison, name).text, /^Only the client leg was resumed/, name);
      assert.equal(rowOf(comparison, name).client, 'none (resumed)');
    }
    const anew = leg({ ...OFFER, resume: 'psk' }, { ...resumed, group: 'secp256r1' });
    assert.equal(rowOf(compare(anew, leg(OFFER, SETTLED)), 'group').verdict, 'different');
  });

  it('says of what neither leg has that there is none', () => {
    const { scheme: _1, alpn: _2, sni: _3, ...bare } = SETTLED;
    const nothing: Partial<Handshake> = { ...bare, resumed: true, certificates: [] };
    const { serverName: _4, alpn: _5, ...offer } = OFFER;
    const text = (asked: HelloOffer, name: string) =>
      rowOf(compare(leg(asked, nothing), leg(asked, nothing)), name).text;
    assert.match(text(offer, 'scheme'), /is not signed/);
    assert.match(text(offer, 'alpn'), /asked for none/);
    assert.match(text(OFFER, 'alpn'), /chose none/);
    assert.match(text(offer, 'sni'), /names no server/);
    assert.match(text(offer, 'certificate-key'), /No certificate was shown/);
    assert.match(text(offer, 'certificate-chain'), /No certificate was shown/);
    const rsa = { ...nothing, resumed: false };
    assert.match(
      rowOf(compare(leg(offer, rsa), leg(offer, rsa)), 'scheme').text,
      /with RSA key exchange nothing is signed/,
    );
  });

  it('blames the client for what it does not offer', () => {
    const old: HelloOffer = { suites: [0xc013], groups: [23], serverName: 'a.test' };
    const comparison = compare(
      leg(old, { ...MINTED, version: 'TLS 1.2', suite: 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', group: 'secp256r1' }),
      leg(OFFER, SETTLED),
    );
    for (const parameter of ['version', 'suite', 'group'])
      assert.equal(rowOf(comparison, parameter).why, 'client-lacks');
    assert.equal(rowOf(comparison, 'version').offered, 'up to TLS 1.2');
    assert.equal(rowOf(comparison, 'certificate-key').offered, 'verifies RSA (no signature_algorithms)');
  });

  it('explains another suite by the kind of key it authenticates with', () => {
    const offer = { ...OFFER, suites: [0xc02f, 0xc02b], versions: [0x0303] };
    const comparison = compare(
      leg(offer, { ...MINTED, version: 'TLS 1.2', suite: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' }),
      leg(offer, {
        ...SETTLED,
        version: 'TLS 1.2',
        suite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
        scheme: 'rsa_pss_rsae_sha256',
        certificates: [certificateOf({ key: 'RSA 2048' })],
      }),
    );
    assert.match(rowOf(comparison, 'suite').text, /another kind of key .*EC P-256/);
    assert.equal(rowOf(comparison, 'suite').why, 'proxy-limit');
    assert.match(rowOf(comparison, 'scheme').text, /RSA 2048.*EC P-256/);
    assert.equal(rowOf(comparison, 'certificate-key').why, 'proxy-choice');
  });

  it('names the leg that needed a second hello', () => {
    const one = compare(leg(OFFER, MINTED), leg(OFFER, { ...SETTLED, retried: true }));
    assert.deepEqual([rowOf(one, 'retry').verdict, rowOf(one, 'retry').why], ['different', 'server-choice']);
    const other = compare(leg(OFFER, { ...MINTED, retried: true }), leg(OFFER, SETTLED));
    assert.equal(rowOf(other, 'retry').why, 'proxy-limit');
  });

  it('has no group to compare where RSA carried the secret', () => {
    const { group: _, ...without } = SETTLED;
    const comparison = compare(leg(OFFER, { ...without, certificates: [] }), leg(OFFER, without));
    assert.equal(rowOf(comparison, 'group').server, 'none (RSA key exchange)');
    assert.equal(rowOf(comparison, 'group').verdict, 'equal');
  });

  it('compares what there is when the server leg failed', () => {
    const { version: _1, suite: _2, group: _3, scheme: _4, alpn: _5, certificates: _6, ...rest } = SETTLED;
    const comparison = compare(leg(OFFER, MINTED), leg(OFFER, { ...rest, state: 'failed' }));
    const suite = rowOf(comparison, 'suite');
    assert.deepEqual([suite.verdict, suite.why, suite.server], ['unknown', 'not-applicable', 'not reached']);
    assert.match(suite.text, /server leg failed/);
    assert.equal(rowOf(comparison, 'offered-suites').verdict, 'equal');
    assert.equal(rowOf(comparison, 'sni').verdict, 'equal');
    assert.equal(comparison.differences, undefined);
    assert.equal(differencesText(comparison), 'not comparable');
  });

  it('stands two legs without a byte', () => {
    const comparison = compare(leg(undefined, { state: 'waiting' }), leg(undefined, { state: 'waiting' }));
    assert.equal(comparison.differences, undefined);
    assert.ok(comparison.rows.every((row) => row.verdict === 'unknown' && row.why === 'not-applicable'));
  });
});

describe('rows on what a handshake may have besides', () => {
  const FEATURES = [
    'extended-master-secret',
    'encrypt-then-mac',
    'secure-renegotiation',
    'record-size-limit',
    'early-data',
    'session-tickets',
    'certificate-compression',
    'ocsp-staple',
    'certificate-timestamps',
    'ja3s',
  ];
  const features = (client: Handshake, server: Handshake) =>
    compare(client, server)
      .rows.filter(({ parameter }) => FEATURES.includes(parameter))
      .map(({ parameter, offered, server, client, verdict }) => [parameter, offered, server, client, verdict]);

  it('are left out where nobody has them', () => {
    assert.deepEqual(features(leg(OFFER, MINTED), leg(OFFER, SETTLED)), []);
  });

  it('show which kind of certificate was bargained for (RFC 7250)', () => {
    for (const [name, usual] of [
      ['tls13-raw-public-key', 'tls13-ecdsa'],
      ['tls12-raw-public-key', 'tls12-ecdsa-gcm'],
    ] as const) {
      const { rows } = compare(recordedHandshake(name), recordedHandshake(usual));
      for (const parameter of ['server-certificate-type', 'client-certificate-type']) {
        const { offered, server, client, verdict } = rows.find((row) => row.parameter === parameter)!;
        assert.deepEqual(
          [offered, server, client, verdict],
          ['RawPublicKey', 'X.509', 'RawPublicKey', 'different'],
          name,
        );
      }
      const key = rows.find(({ parameter }) => parameter === 'certificate-key')!;
      assert.deepEqual([key.client, key.server, key.verdict], ['bare key, EC P-256', 'EC P-256', 'different'], name);
      const chain = rows.find(({ parameter }) => parameter === 'certificate-chain')!;
      assert.equal(chain.client, 'bare key, EC P-256');
    }
    const plain = recordedHandshake('tls13-ecdsa');
    assert.ok(!compare(plain, plain).rows.some(({ parameter }) => parameter.endsWith('-type')));
  });

  it('show what each leg has of TLS 1.2', () => {
    const [ours, theirs] = [recordedHandshake('tls12-mac-then-encrypt'), recordedHandshake('tls12-ecdhe-rsa-cbc')];
    const rows = compare(ours, theirs).rows;
    const row = (parameter: string) => rows.find((row) => row.parameter === parameter);
    assert.deepEqual([row('extended-master-secret')?.server, row('extended-master-secret')?.verdict], ['yes', 'equal']);
    assert.equal(row('encrypt-then-mac')?.server, 'yes');
    assert.equal(row('encrypt-then-mac')?.verdict, 'different');
    assert.equal(row('session-tickets')?.server, '1 ticket');
  });

  it('do not speak of TLS 1.2’s extensions in TLS 1.3', () => {
    const handshake = recordedHandshake('tls13-chromium');
    const names = features(handshake, handshake).map(([parameter]) => parameter);
    assert.deepEqual(names, ['session-tickets', 'certificate-compression', 'ocsp-staple', 'certificate-timestamps']);
  });

  it('tell early data that was taken from early data that was not', () => {
    const [taken, refused] = ['accepted', 'refused'].map((how) => recordedHandshake(`tls13-early-data-${how}`));
    const row = features(refused!, taken!).find(([parameter]) => parameter === 'early-data');
    assert.deepEqual(row, ['early-data', 'sends early data', 'taken', 'not taken', 'different']);
  });

  it('do not count what is tlscope’s own by nature', () => {
    const tickets = handshakeOf(
      [
        ['>ClientHello', clientHelloBytes({ ...OFFER, more: [0x23] })],
        ['<NewSessionTicket', []],
      ],
      { ...SETTLED, fingerprints: { ...SETTLED.fingerprints, ja3s: 'a' } },
    );
    const ours = leg({ ...OFFER, more: [0x23] }, { ...MINTED, fingerprints: { ...MINTED.fingerprints, ja3s: 'b' } });
    const comparison = compare(ours, tickets);
    assert.deepEqual(expected(comparison), ['certificate-chain', 'session-tickets', 'ja3s']);
    assert.equal(comparison.differences, 0);
  });

  it('finds both legs resumed', () => {
    const resumed = { ...SETTLED, resumed: true };
    assert.match(rowOf(compare(leg(OFFER, resumed), leg(OFFER, resumed)), 'resumption').text, /paired with it/);
  });
});
