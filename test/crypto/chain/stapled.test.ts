import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { buildChain } from '../../../src/crypto/chain.ts';
import { TrustStore } from '../../../src/crypto/trust-store.ts';
import type { CertificateChain } from '../../../src/shared/model.ts';
import { ocspParts } from '../../../src/wire/x509/ocsp-structure.ts';
import fc from '../../support/property.ts';
import { needsTool } from '../../support/tools.ts';
import { sequence, tlv } from '../../wire/x509/by-hand.ts';
import { type Holder, makeOcspResponse, type OcspRecipe } from '../../wire/x509/made-ocsp.ts';
import { type Sending, sending } from '../chain-handshake.ts';
import { freshKeys, type Issued, issue, keysOf, type Wish } from '../chain-pki.ts';

const DAY = 86_400_000;
/** openssl dates responses by the clock: so the certificates hold for long. */
const long = { from: '250101000000Z', to: '491231235959Z' };
const root = issue({ ...long, subject: 'Root', ca: true });
const middle = issue({ ...long, subject: 'Middle', issuer: root, ca: true });
const leaf = issue({ ...long, subject: 'Leaf', issuer: middle, names: ['a.test'], serial: [0x51] });
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';

const holder = ({ pem, keys }: Issued): Holder => ({
  certificate: pem,
  key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});
const responder = (wish: Partial<Wish> = {}) =>
  issue({ ...long, subject: 'Responder', issuer: middle, purposes: [OCSP_SIGNING], ...wish });
const response = (recipe: Partial<OcspRecipe> = {}) =>
  makeOcspResponse({ issuer: holder(middle), serial: '51', state: 'V', args: ['-ndays', '7'], ...recipe });

function chainWith(staple: Uint8Array, scene: Sending & { at?: number; sent?: readonly Issued[] } = {}) {
  const { at = Date.now(), sent = [leaf, middle] } = scene;
  const roots = new TrustStore(() => [root.pem]);
  const chain = buildChain(sending(sent, { ...scene, staple }), { roots, host: 'a.test', at: new Date(at) });
  assert.ok(chain?.staple);
  return { ...chain, staple: chain.staple };
}

const codes = ({ problems }: CertificateChain) => problems.map(({ code, at }) => `${code} ${at}`);

/** What `openssl ocsp` says of the response as one about the leaf. */
function opensslTakes(staple: Uint8Array, hash = 'sha1'): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'tlscope-staple-'));
  const file = (name: string, text: string | Uint8Array) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const certificates = [`-${hash}`, '-issuer', file('middle.pem', middle.pem), '-cert', file('leaf.pem', leaf.pem)];
  const trusted = ['-CAfile', file('roots.pem', root.pem + middle.pem)];
  const args = ['ocsp', '-respin', file('response', staple), ...certificates, ...trusted];
  try {
    const said = execFileSync('sh', ['-c', 'exec openssl "$@" 2>&1', 'sh', ...args]).toString();
    return said.includes('Response verify OK') && !/No Status found|times invalid/.test(said);
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe('a staple that fits', () => {
  for (const version of [0x0303, 0x0304] as const) {
    it(`signed by the issuer, in TLS 1.${version - 0x0301}, with timestamps`, (t) => {
      if (!needsTool(t, 'openssl')) return;
      const chain = chainWith(response(), { version, timestamps: 2 });
      const { status, check, text, thisUpdate, nextUpdate } = chain.staple;
      assert.deepEqual([status, check], ['good', 'verified']);
      assert.ok(thisUpdate && nextUpdate);
      assert.match(text, /; it fits: it is about this certificate and signed by the issuer, «CN=Middle»$/);
      assert.equal(chain.timestamps, 2);
      assert.equal(chain.trusted, true);
    });
  }

  const fitting: readonly (readonly [string, () => Partial<OcspRecipe>])[] = [
    ['named by its key', () => ({ args: ['-resp_key_id'] })],
    ['with SHA-256 in its CertID', () => ({ hash: 'sha256' })],
    ['signed with SHA-384', () => ({ args: ['-rmd', 'sha384'] })],
    ['by a responder that the issuer certified', () => ({ signer: holder(responder()) })],
    ['by one named by its key', () => ({ signer: holder(responder()), args: ['-resp_key_id'] })],
    ['by one with an RSA key', () => ({ signer: holder(responder({ keys: keysOf('RSA 2048') })) })],
    [
      'by one with RSASSA-PSS',
      () => ({ signer: holder(responder({ keys: keysOf('RSA 2048') })), args: ['-rsigopt', 'rsa_padding_mode:pss'] }),
    ],
    ['unknown to the responder', () => ({ state: 'absent' })],
  ];
  for (const [name, recipe] of fitting) {
    it(name, (t) => {
      if (!needsTool(t, 'openssl')) return;
      const staple = response(recipe());
      assert.ok(opensslTakes(staple, recipe().hash));
      const { status, check, text } = chainWith(staple).staple;
      assert.equal(check, 'verified', text);
      assert.equal(status, recipe().state === 'absent' ? 'unknown' : 'good');
    });
  }

  it('and says revoked', (t) => {
    if (!needsTool(t, 'openssl')) return;
    const chain = chainWith(response({ state: 'R' }));
    assert.deepEqual(codes(chain), ['revoked 0']);
    assert.match(chain.problems[0]!.text, /revoked on 2026-01-02T03:04:05Z \(keyCompromise\)/);
    assert.equal(chain.trusted, false);
  });
});

describe('a staple that does not fit', () => {
  /** Another CA of the same name, with another key. */
  const namesake = issue({ ...long, subject: 'Middle', issuer: root, ca: true, keys: freshKeys('P-256') });
  const stranger = issue({ ...long, subject: 'Stranger', ca: true });

  const cases: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
    ['about another certificate', () => response({ serial: '52', state: 'R' }), /serial number 52$/],
    [
      'about one of another issuer',
      () => response({ issuer: holder(stranger), signer: holder(middle), state: 'R' }),
      /of another issuer with the same serial number$/,
    ],
    [
      'about one of another key of the issuer’s name',
      () => response({ issuer: holder(namesake), state: 'R' }),
      /of another issuer with the same serial number$/,
    ],
    [
      'signed with another key under the issuer’s name',
      () => response({ signer: holder(namesake), args: ['-resp_no_certs'], state: 'R' }),
      /not made with the key of «CN=Middle»$/,
    ],
    [
      'with its signature spoilt',
      () => {
        const staple = response({ state: 'R', args: ['-resp_no_certs'] });
        staple[staple.length - 1]! ^= 1;
        return staple;
      },
      /not made with the key of «CN=Middle»$/,
    ],
    [
      'by whom the issuer certified for something else',
      () => response({ signer: holder(responder({ purposes: ['1.3.6.1.5.5.7.3.1'] })), state: 'R' }),
      /id-kp-OCSPSigning is not there/,
    ],
    [
      'by whom another CA certified',
      () => response({ signer: holder(responder({ issuer: stranger })), state: 'R' }),
      /has no certificate of the same issuer$/,
    ],
    [
      'by whose certificate has expired',
      () => response({ signer: holder(responder({ to: '260101000000Z' })), state: 'R' }),
      /is not valid at this handshake$/,
    ],
    [
      'by whose certificate is not in it',
      () => response({ signer: holder(responder()), args: ['-resp_no_certs'], state: 'R' }),
      /signed by «CN=Responder», which is neither its issuer nor among the certificates in it$/,
    ],
  ];
  for (const [name, make, reason] of cases) {
    it(`${name} revokes nothing`, (t) => {
      if (!needsTool(t, 'openssl')) return;
      const staple = make();
      assert.ok(!opensslTakes(staple));
      const chain = chainWith(staple);
      assert.deepEqual([chain.staple.status, chain.staple.check], ['error', 'failed']);
      assert.match(chain.staple.text, /^revoked on .*; it does not fit: /);
      assert.match(chain.staple.text, reason);
      assert.deepEqual(codes(chain), []);
    });
  }

  it('of another time: what is late was true once, what is early is not believed', (t) => {
    if (!needsTool(t, 'openssl')) return;
    const staple = response();
    const late = chainWith(staple, { at: Date.now() + 9 * DAY }).staple;
    assert.deepEqual([late.status, late.check], ['good', 'failed']);
    assert.match(late.text, /out of date for [12] days? at this handshake$/);
    const early = chainWith(staple, { at: Date.now() - 2 * DAY }).staple;
    assert.deepEqual([early.status, early.check], ['error', 'failed']);
    assert.match(early.text, /it is of [12] days? after this handshake$/);
  });

  it('without nextUpdate is never late', (t) => {
    if (!needsTool(t, 'openssl')) return;
    assert.equal(chainWith(response({ args: [] }), { at: Date.now() + 900 * DAY }).staple.check, 'verified');
  });

  it('with any byte of what is signed changed', (t) => {
    if (!needsTool(t, 'openssl')) return;
    const good = response();
    const [from, to] = ocspParts(good).data?.range ?? [0, 0];
    assert.ok(to > from);
    fc.assert(
      fc.property(fc.integer({ min: from, max: to - 1 }), fc.integer({ min: 1, max: 255 }), (index, change) => {
        const staple = good.slice();
        staple[index]! ^= change;
        assert.notEqual(chainWith(staple).staple.check, 'verified');
      }),
      { numRuns: 60 },
    );
  });
});

describe('a staple that is not checked', () => {
  it('without the certificate of the issuer', (t) => {
    if (!needsTool(t, 'openssl')) return;
    const { staple } = chainWith(response(), { sent: [leaf] });
    assert.deepEqual([staple.status, staple.check], ['good', 'unchecked']);
    assert.match(staple.text, /was not checked: the certificate of its issuer is not at hand$/);
  });

  it('without an answer', () => {
    const { staple } = chainWith(Uint8Array.from(sequence(tlv(0x0a, [3]))));
    assert.deepEqual(staple, { status: 'error', text: 'the responder gave no answer: tryLater' });
  });
});
