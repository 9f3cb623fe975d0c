import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Authority } from '../../src/ca/authority.ts';
import { nodeDigest } from '../../src/crypto/digest.ts';
import { certificateDiffs, helloDiffs } from '../../src/insight/field-diffs.ts';
import { paired } from '../../src/insight/field-diffs-list.ts';
import type { FieldDiff, Handshake, MirrorGap } from '../../src/shared/model.ts';
import { summariseCertificate } from '../../src/wire/x509/summary.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import fc from '../support/property.ts';
import { clientHelloBytes, framed, type HelloOffer, handshakeOf } from './handshake-fixture.ts';
import { recordedHandshake } from './recorded.ts';

const OFFER: HelloOffer = {
  suites: [0x3a3a, 0x1301, 0xc02b],
  versions: [0x1a1a, 0x0304, 0x0303],
  groups: [0x4588, 29, 23],
  shares: [0x4588, 29],
  schemes: [0x0403, 0x0804],
  alpn: ['h2', 'http/1.1'],
  serverName: 'a.test',
};

const leg = (offer: HelloOffer, members: Partial<Handshake> = {}) =>
  handshakeOf([['>ClientHello', clientHelloBytes(offer)]], members);

function row(diffs: readonly FieldDiff[], path: string): FieldDiff {
  const found = diffs.filter((diff) => diff.path === path);
  assert.equal(found.length, 1, path);
  return found[0]!;
}

describe('ClientHello field by field', () => {
  it('is equal to itself, but for what is fresh', () => {
    for (const offer of [OFFER, { ...OFFER, resume: 'psk' } as const, {}]) {
      const diffs = helloDiffs(leg(offer), leg(offer));
      assert.deepEqual(
        diffs.filter(({ verdict }) => verdict !== 'equal' && verdict !== 'fresh').map(({ path }) => path),
        [],
      );
      assert.equal(row(diffs, 'random').verdict, 'fresh');
      assert.equal(new Set(diffs.map(({ path }) => path)).size, diffs.length, 'every path once');
    }
  });

  it('takes any GREASE value for any other', () => {
    const repeated = { ...OFFER, suites: [0xfafa, 0x1301, 0xc02b], versions: [0x2a2a, 0x0304, 0x0303] };
    const diffs = helloDiffs(leg(OFFER), leg(repeated));
    const grease = row(diffs, 'cipher_suites › GREASE');
    assert.deepEqual([grease.verdict, grease.client, grease.server], ['equal', 'GREASE (0x3a3a)', 'GREASE (0xfafa)']);
    assert.match(grease.text ?? '', /drawn at random/);
    assert.equal(row(diffs, 'extensions › supported_versions').verdict, 'equal');
  });

  it('gives each entry its place on both sides, and counts as moved as few as can be', () => {
    const client = { ...OFFER, suites: [1, 2, 3, 4].map((n) => 0xc020 + n) };
    const diffs = helloDiffs(leg(client), leg({ ...client, suites: [4, 1, 2, 3].map((n) => 0xc020 + n) }));
    const suites = diffs.filter(({ path }) => path.startsWith('cipher_suites'));
    assert.deepEqual(
      suites.map(({ verdict, position }) => [verdict, position?.client, position?.server]),
      [
        ['equal', 0, 1],
        ['equal', 1, 2],
        ['equal', 2, 3],
        ['moved', 3, 0],
      ],
    );
  });

  it('says once for each list that it has another order', () => {
    const suites = [1, 2, 3, 4].map((n) => 0xc020 + n);
    const diffs = helloDiffs(
      leg({ ...OFFER, suites }),
      leg({ ...OFFER, suites: suites.toReversed(), groups: [23, 29] }),
    );
    const told = (list: string) =>
      diffs.filter(({ path, verdict }) => path.startsWith(`${list} › `) && verdict === 'moved').map(({ text }) => text);
    const [first, ...rest] = told('cipher_suites');
    assert.match(first ?? '', /^The same entry in another place/);
    assert.deepEqual(rest, [undefined, undefined]);
    assert.match(told('extensions › supported_groups')[0] ?? '', /^The same entry in another place/);
  });

  it('says at an extension, and not at its entries, that its contents are a stand-in', () => {
    const gap: MirrorGap = { kind: 'extension', id: 0x0010, name: 'alpn', reason: 'sent with a stand-in' };
    const diffs = helloDiffs(leg(OFFER), leg({ ...OFFER, alpn: ['made-up'] }, { notMirrored: [gap] }));
    const path = 'extensions › application_layer_protocol_negotiation';
    assert.equal(row(diffs, path).text, 'Sent with a stand-in.');
    assert.equal(row(diffs, `${path} › h2`).text, undefined);
    assert.equal(row(diffs, `${path} › made-up`).text, undefined);
  });

  it('compares key shares by their groups', () => {
    const diffs = helloDiffs(leg(OFFER), leg({ ...OFFER, shares: [29, 23] }));
    assert.equal(row(diffs, 'extensions › key_share').verdict, 'different');
    const shared = row(diffs, 'extensions › key_share › x25519');
    assert.deepEqual([shared.verdict, shared.client], ['fresh', '3 bytes, 010203']);
    assert.equal(row(diffs, 'extensions › key_share › secp256r1').verdict, 'server-only');
    assert.equal(row(diffs, 'extensions › key_share › unknown (0x4588)').verdict, 'client-only');
  });

  it('says why, in the words of the mirror', () => {
    const gaps: MirrorGap[] = [
      { kind: 'cipherSuite', id: 0xc02b, name: 'x', reason: 'OpenSSL has none' },
      { kind: 'supportedGroup', id: 23, name: 'x', reason: 'not this group' },
      { kind: 'extension', id: 0x4469, name: 'x', reason: 'nobody sends it' },
      { kind: 'version', id: -1, name: 'version range', reason: 'TLS 1.2 at least' },
    ];
    const diffs = helloDiffs(
      leg({ ...OFFER, more: [0x4469], resume: 'psk' }),
      leg(
        { ...OFFER, suites: [0x3a3a, 0x1301, 0x00ff], groups: [0x4588, 29], versions: [0x0304] },
        { notMirrored: gaps },
      ),
    );
    assert.equal(row(diffs, 'cipher_suites › TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256').text, 'OpenSSL has none.');
    assert.match(row(diffs, 'cipher_suites › TLS_EMPTY_RENEGOTIATION_INFO_SCSV').text ?? '', /secure renegotiation/);
    assert.equal(row(diffs, 'extensions › supported_groups › secp256r1').text, 'Not this group.');
    assert.equal(row(diffs, 'extensions › application_settings').text ?? '', 'Nobody sends it.');
    assert.equal(row(diffs, 'extensions › supported_versions').text, 'TLS 1.2 at least.');
    assert.equal(row(diffs, 'extensions › supported_versions › TLS 1.2').text, 'TLS 1.2 at least.');
    assert.match(row(diffs, 'extensions › pre_shared_key').text ?? '', /belongs to the client/);
  });

  it('tells an extension that moved from one that holds something else', () => {
    const moved = leg({ ...OFFER, more: [0x17, 0x12] });
    const diffs = helloDiffs(moved, leg({ ...OFFER, more: [0x12, 0x17], serverName: 'b.test' }));
    const verdicts = ['extended_master_secret', 'signed_certificate_timestamp', 'server_name'].map(
      (name) => row(diffs, `extensions › ${name}`).verdict,
    );
    assert.deepEqual(verdicts.sort(), ['different', 'equal', 'moved']);
    assert.equal(row(diffs, 'extensions › server_name').verdict, 'different');
  });

  it('knows a session id that names a session from one that is made up', () => {
    const withId = (offer: HelloOffer, id: number) => {
      const bytes = clientHelloBytes(offer);
      return handshakeOf([['>ClientHello', framed(1, [...bytes.slice(4, 38), 1, id, ...bytes.slice(39)])]]);
    };
    const fresh = row(helloDiffs(withId(OFFER, 1), withId(OFFER, 2)), 'legacy_session_id');
    assert.deepEqual([fresh.verdict, /middleboxes/.test(fresh.text ?? '')], ['fresh', true]);
    const named = row(helloDiffs(withId({}, 1), leg({})), 'legacy_session_id');
    assert.deepEqual([named.verdict, named.server], ['different', 'empty']);
    assert.match(named.text ?? '', /session of the client’s own/);
  });

  it('is nothing where a leg has none', () => {
    assert.deepEqual(helloDiffs(leg(OFFER), handshakeOf([])), []);
    assert.deepEqual(helloDiffs(handshakeOf([]), leg(OFFER)), []);
  });

  it('holds for a recorded browser, and against another client', () => {
    const [chromium, other] = [recordedHandshake('tls13-chromium'), recordedHandshake('tls13-ecdsa')];
    const diffs = helloDiffs(chromium, other);
    assert.equal(row(diffs, 'extensions › encrypted_client_hello').verdict, 'client-only');
    assert.equal(row(diffs, 'extensions › encrypt_then_mac').verdict, 'server-only');
    assert.equal(row(diffs, 'extensions › key_share › X25519MLKEM768').verdict, 'client-only');
    assert.equal(row(diffs, 'extensions › trust_anchors').verdict, 'client-only');
    assert.ok(diffs.every(({ path, text }) => !/undefined|NaN/.test(`${path} ${text ?? ''}`)));
  });

  it('stays small for a hello of any size', () => {
    const suites = Array.from({ length: 30_000 }, (_, n) => n);
    const diffs = helloDiffs(leg({ ...OFFER, suites }), leg(OFFER));
    assert.ok(diffs.length < 700);
    assert.equal(row(diffs, 'cipher_suites › more').client, '29744 more');
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(), (noise, at) => {
        const bytes = clientHelloBytes(OFFER);
        bytes.splice(at % bytes.length, noise.length, ...noise);
        const broken = handshakeOf([['>ClientHello', bytes]]);
        helloDiffs(broken, leg(OFFER));
        helloDiffs(leg(OFFER), broken);
      }),
      { numRuns: 200 },
    );
  });
});

describe('pairing of lists', () => {
  const items = (keys: readonly number[]) => keys.map((key) => ({ key: `${key}`, label: `${key}`, value: '' }));

  it('loses and invents nothing', () => {
    const keys = fc.array(fc.nat(6), { maxLength: 12 });
    fc.assert(
      fc.property(keys, keys, (client, server) => {
        const rows = paired(items(client), items(server));
        const places = (side: 'client' | 'server') =>
          rows.flatMap((row) => (row[side] ? [row[side].position] : [])).sort((a, b) => a - b);
        assert.deepEqual(places('client'), [...client.keys()]);
        assert.deepEqual(places('server'), [...server.keys()]);
        assert.ok(rows.every(({ client, server }) => !client || !server || client.item.key === server.item.key));
        assert.equal(new Set(rows.map(({ label }) => label)).size, rows.length);
        const still = rows.flatMap(({ moved, server, client }) =>
          client && server && !moved ? [server.position] : [],
        );
        assert.deepEqual(
          still,
          [...still].sort((a, b) => a - b),
          'what did not move is in order',
        );
      }),
    );
  });
});

describe('leaf certificates field by field', () => {
  const pem = readFileSync(new URL('../fixtures/x509/every-extension.pem', import.meta.url), 'utf8');
  const der = new Uint8Array(Buffer.from(pem.split('-----')[2]!, 'base64'));
  const genuine = handshakeOf([], { certificates: [summariseCertificate(der, nodeDigest)] });
  const minted = recordedHandshake('tls12-ecdsa-gcm');
  const diffs = certificateDiffs(minted, genuine);

  it('tells names in another order from other names', async (t) => {
    const authority = await Authority.open(freshDir(t));
    const leafFor = async (...names: string[]) => {
      const { certificatePem } = await authority.mint({ names, keyType: 'ec' });
      return handshakeOf([], {
        certificates: [summariseCertificate(new X509Certificate(certificatePem).raw, nodeDigest)],
      });
    };
    const [ab, ba, bc] = await Promise.all([
      leafFor('a.test', 'b.test'),
      leafFor('b.test', 'a.test'),
      leafFor('b.test', 'c.test'),
    ]);
    const reordered = row(certificateDiffs(ab, ba), 'extensions › subjectAltName');
    assert.equal(reordered.verdict, 'moved');
    assert.match(reordered.text ?? '', /^The same names in another order/);
    assert.equal(row(certificateDiffs(ab, bc), 'extensions › subjectAltName').verdict, 'different');
    const missing = (state: Handshake['state']) =>
      row(certificateDiffs(ab, { ...bc, state }), 'extensions › subjectAltName › DNS:c.test').text ?? '';
    assert.match(missing('established'), /takes over DNS names/);
    assert.match(missing('failed'), /answers itself: with a certificate for the host alone/);
  });

  it('says what must differ, and what follows from the key', () => {
    for (const path of [
      'serialNumber',
      'issuer',
      'validity › notBefore',
      'validity › notAfter',
      'subject',
      'subjectPublicKeyInfo › SHA-256',
      'signatureValue',
      'fingerprint › SHA-256',
    ])
      assert.equal(row(diffs, path).verdict, 'fresh', path);
    assert.match(row(diffs, 'issuer').text ?? '', /tlscope’s own CA/);
    assert.equal(row(diffs, 'extensions › subjectKeyIdentifier').verdict, 'fresh');
    assert.equal(row(diffs, 'version').verdict, 'equal');
  });

  it('says what was left out, and whether anybody minds', () => {
    for (const name of [
      'authorityInfoAccess',
      'cRLDistributionPoints',
      'certificatePolicies',
      'tlsfeature',
      'nameConstraints',
    ]) {
      const left = row(diffs, `extensions › ${name}`);
      assert.deepEqual([left.verdict, left.client], ['server-only', undefined], name);
      assert.match(left.text ?? '', /\S/);
    }
    assert.match(row(diffs, 'extensions › authorityInfoAccess').text ?? '', /no OCSP responder/);
  });

  it('compares the names one by one', () => {
    assert.equal(row(diffs, 'extensions › subjectAltName › DNS:example.test').verdict, 'client-only');
    assert.ok(
      diffs.some(({ path, verdict }) => path.startsWith('extensions › subjectAltName › ') && verdict === 'server-only'),
    );
  });

  it('is equal to itself', () => {
    assert.ok(
      certificateDiffs(genuine, genuine).every(({ verdict, text }) => verdict === 'equal' && text === undefined),
    );
  });

  it('is nothing where a leg showed none', () => {
    assert.deepEqual(certificateDiffs(minted, handshakeOf([])), []);
  });

  it('never throws, wherever the bytes end', () => {
    for (let end = 0; end < der.length; end += 7) {
      const cut = handshakeOf([], { certificates: [summariseCertificate(der.subarray(0, end), nodeDigest)] });
      assert.ok(certificateDiffs(minted, cut).length > 0);
    }
  });
});
