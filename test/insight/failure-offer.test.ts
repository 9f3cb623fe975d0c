import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnoseServerLeg } from '../../src/insight/failure.ts';
import { type Offer, offerWords } from '../../src/insight/failure-offer.ts';
import { alerts, HELLO, messages } from './failure-case.ts';

const offer = (some: Partial<Offer>): Offer => ({
  legacyVersion: 0x0303,
  cipherSuites: [],
  supportedVersions: [],
  supportedGroups: [],
  ...some,
});

test('an old offer is told, and what to enable on which side', () => {
  const { versions, suites, groups } = offerWords(
    offer({ legacyVersion: 0x0301, cipherSuites: [0x0005, 0x00ff], supportedGroups: [0x0018] }),
    'proxy',
  );
  assert.equal(versions, 'The version offered was TLS 1.0; enable TLS 1.3 or TLS 1.2 in the client.');
  assert.equal(
    suites,
    'The suite offered was TLS_RSA_WITH_RC4_128_SHA; enable TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 or TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 in the client.',
  );
  assert.equal(
    groups,
    'The group offered was secp384r1; enable x25519 or secp256r1 in the client or secp384r1 in the server.',
  );
});

test('GREASE is no offer, long lists are cut, and suites fit the versions', () => {
  const { versions, suites, groups } = offerWords(
    offer({
      supportedVersions: [0x1a1a, 0x0304],
      cipherSuites: [0x2a2a, 0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0xc02b, 0xc02f],
    }),
    'probe',
  );
  assert.equal(versions, 'The version offered was TLS 1.3; enable TLS 1.2 in the offer or TLS 1.3 in the server.');
  assert.match(suites, /TLS_AES_128_CCM_8_SHA256|TLS_AES_128_CCM_SHA256/);
  assert.match(suites, / and 1 more; enable TLS_AES_128_GCM_SHA256 or TLS_AES_256_GCM_SHA384 in the server\.$/);
  assert.equal(groups, 'No group was offered; enable x25519 or secp256r1 in the offer.');
});

test('a remedy names both sides where the offer was seen, and has no gap where not', () => {
  const remedy = (seen: Offer | undefined) =>
    diagnoseServerLeg({
      host: 'a.test',
      messages: messages(HELLO),
      alerts: alerts('server', 'handshake_failure'),
      offer: seen,
    }).remedy ?? '';
  assert.match(
    remedy(offer({ cipherSuites: [0x0005] })),
    /^The suite offered was TLS_RSA_WITH_RC4_128_SHA; enable TLS_ECDHE/,
  );
  assert.match(remedy(undefined), /^Have the client offer/);
});

test('on the client leg, where tlscope is the server, there is nothing to enable but in the client', () => {
  const { groups, suites } = offerWords(
    offer({ cipherSuites: [0x1301], supportedVersions: [0x0304], supportedGroups: [0x0018, 0x0019] }),
    'proxy',
    'client',
  );
  assert.equal(groups, 'The groups offered were secp384r1 and secp521r1; enable x25519 or secp256r1 in the client.');
  assert.doesNotMatch(suites, /in the server/);
});
