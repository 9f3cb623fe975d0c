import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserError } from '../../src/errors.ts';
import { changedOffer } from '../../src/probe/offer.ts';
import { ownOffer } from '../../src/probe/own-offer.ts';
import { RECORDED_PROGRAMS, recordedOffer } from '../../src/probe/recorded-offers.ts';

const chrome = recordedOffer('chrome')!;
const named = { serverName: 'example.test' };

test('without changes only the server name is new', () => {
  const { serverName, supportedVersions, ...rest } = changedOffer(chrome, named);
  const { supportedVersions: _, ...recorded } = chrome;
  assert.equal(serverName, 'example.test');
  assert.deepEqual(supportedVersions, [0x0304, 0x0303]);
  assert.deepEqual(rest, recorded);
  assert.equal('serverName' in changedOffer(chrome, { serverName: undefined }), false);
});

test('versions as a list or a range, and the hello says them as that version does', () => {
  const versions = (changes: object) => {
    const { legacyVersion, supportedVersions } = changedOffer(chrome, { ...named, ...changes });
    return [legacyVersion, ...supportedVersions];
  };
  assert.deepEqual(versions({ versions: [0x0303] }), [0x0303]);
  assert.deepEqual(versions({ versions: [0x0304] }), [0x0303, 0x0304]);
  assert.deepEqual(versions({ highest: 0x0303 }), [0x0303]);
  assert.deepEqual(versions({ lowest: 0x0301 }), [0x0303, 0x0304, 0x0303, 0x0302, 0x0301]);
  assert.deepEqual(versions({ highest: 0x0302 }), [0x0302, 0x0302]);
  assert.deepEqual(versions({ lowest: 0x0302, highest: 0x0303 }), [0x0303, 0x0303, 0x0302]);
});

test('a version without a suite is left out, and an offer of nothing is refused', () => {
  assert.deepEqual(changedOffer(chrome, { ...named, suites: [0x1301] }).supportedVersions, [0x0304]);
  assert.equal(changedOffer(chrome, { ...named, suites: [0xc02f] }).supportedVersions.length, 0);
  for (const changes of [
    { suites: [0x1301], versions: [0x0303] },
    { suites: [0x00ff] },
    { lowest: 0x0304, highest: 0x0303 },
  ]) {
    assert.throws(
      () => changedOffer(chrome, { ...named, ...changes }),
      (e: UserError) => e.code === 'offer-impossible',
    );
  }
});

test('key shares keep to the groups', () => {
  const shares = (groups: number[]) => changedOffer(chrome, { ...named, groups }).keyShareGroups;
  assert.deepEqual(shares([0x0017, 0x001d]), [0x001d]);
  assert.deepEqual(shares([0x0018, 0x0017]), [0x0018]);
});

test('no ALPN means no extension', () => {
  const { alpn, extensions } = changedOffer(chrome, { ...named, alpn: [] });
  assert.deepEqual(alpn, []);
  assert.ok(!extensions.some(({ type }) => type === 16));
});

test('every recorded program offers TLS 1.3, and so does this runtime', async () => {
  for (const offer of [...RECORDED_PROGRAMS.map(({ name }) => recordedOffer(name)!), await ownOffer()]) {
    assert.ok(offer.supportedVersions.includes(0x0304));
    assert.ok(offer.cipherSuites.length > 10);
    assert.ok(offer.keyShareGroups.length > 0);
  }
  assert.equal(recordedOffer('lynx'), undefined);
});
