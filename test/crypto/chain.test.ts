import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildChain } from '../../src/crypto/chain.ts';
import { nodeDigest } from '../../src/crypto/digest.ts';
import { TrustStore } from '../../src/crypto/trust-store.ts';
import type { CertificateChain } from '../../src/shared/model.ts';
import { summariseCertificate } from '../../src/wire/x509/summary.ts';
import fc from '../support/property.ts';
import { sequence, string, tlv } from '../wire/x509/by-hand.ts';
import { type Sending, sending } from './chain-handshake.ts';
import { freshKeys, type Issued, issue, keysOf, NOW, type Wish } from './chain-pki.ts';
import { recordedFlow } from './recorded.ts';

const root = issue({ subject: 'Root', ca: true, to: '400101000000Z' });
const middle = issue({ subject: 'Middle', issuer: root, ca: true, usage: 0x06 });
const leaf = issue({ subject: 'Leaf', issuer: middle, names: ['a.test', '*.wild.test'], serial: [0x51] });

interface Scene extends Sending {
  readonly roots?: readonly Issued[];
  readonly host?: string | undefined;
  readonly at?: Date;
}

function chainOf(sent: readonly Issued[], scene: Scene = {}): CertificateChain {
  const { roots = [root], at = NOW } = scene;
  const host = 'host' in scene ? scene.host : 'a.test';
  const chain = buildChain(sending(sent, scene), {
    roots: new TrustStore(() => roots.map(({ pem }) => pem)),
    host,
    at,
  });
  assert.ok(chain);
  return chain;
}

const codes = (chain: CertificateChain) => chain.problems.map(({ code, at }) => `${code} ${at}`);
const subjects = (chain: CertificateChain) => chain.path.map(({ subject }) => subject.replace('CN=', ''));
const leafUnder = (issuer: Issued, wish: Partial<Wish> = {}) =>
  issue({ subject: 'Other leaf', names: ['a.test'], ...wish, issuer });

describe('a chain that clients accept', () => {
  const good = (chain: CertificateChain) => {
    assert.deepEqual(codes(chain), []);
    assert.equal(chain.trusted, true);
  };

  it('leads from the leaf over what was sent to a root that was not', () => {
    const chain = chainOf([leaf, middle]);
    good(chain);
    assert.deepEqual(chain.path, [
      { subject: 'CN=Leaf', sha256: leaf.certificate.sha256, sent: 0, root: false },
      { subject: 'CN=Middle', sha256: middle.certificate.sha256, sent: 1, root: false },
      { subject: 'CN=Root', sha256: root.certificate.sha256, root: true },
    ]);
    assert.equal(chain.root, 'CN=Root');
    assert.deepEqual(chain.unused, []);
  });

  it('may hold the root and others that lead nowhere', () => {
    const stray = issue({ subject: 'Stray', ca: true });
    const chain = chainOf([leaf, stray, middle, root]);
    good(chain);
    assert.deepEqual(chain.unused, [1]);
    assert.deepEqual(
      chain.path.map(({ sent }) => sent),
      [0, 2, 3],
    );
  });

  it('takes the way to a trusted root when an issuer is cross-signed', () => {
    const old = issue({ subject: 'Old root', ca: true });
    const crossed = issue({ subject: 'Root', issuer: old, keys: root.keys, ca: true });
    assert.deepEqual(subjects(chainOf([leaf, middle, crossed])), ['Leaf', 'Middle', 'Root']);
    good(chainOf([leaf, middle, crossed]));
    assert.deepEqual(chainOf([leaf, middle, crossed]).unused, [2]);
    const overOld = chainOf([leaf, middle, crossed], { roots: [old] });
    assert.deepEqual(subjects(overOld), ['Leaf', 'Middle', 'Root', 'Old root']);
    good(overOld);
  });

  it('prefers an issuer that is valid to one of the same key that has expired', () => {
    const stale = issue({ subject: 'Middle', issuer: root, keys: middle.keys, ca: true, to: '260201000000Z' });
    const chain = chainOf([leaf, stale, middle]);
    good(chain);
    assert.deepEqual(chain.unused, [1]);
  });

  it('takes names that differ in case for one', () => {
    const chain = chainOf([leafUnder({ ...middle, subject: 'mIDDLE' }), middle]);
    good(chain);
  });

  it('needs no key identifiers', () => {
    const plain = issue({ subject: 'Plain root', ca: true, anonymous: true });
    good(chainOf([leafUnder(plain, { anonymous: true })], { roots: [plain] }));
  });

  for (const kind of ['RSA 2048', 'RSA-PSS', 'Ed25519', 'ML-DSA-65'] as const) {
    it(`signed with ${kind}`, () => {
      const ca = issue({ subject: `${kind} root`, ca: true, keys: keysOf(kind) });
      good(chainOf([leafUnder(ca, { keys: keysOf(kind) })], { roots: [ca] }));
    });
  }

  it('is a leaf that is itself trusted', () => {
    const own = issue({ subject: 'Own', names: ['a.test'] });
    const chain = chainOf([own], { roots: [own] });
    good(chain);
    assert.deepEqual([chain.path.length, chain.root], [1, 'CN=Own']);
  });
});

describe('what is wrong with a chain', () => {
  it('an intermediate is missing, and the leaf says where it is to be had', () => {
    const incomplete = leafUnder(middle, { issuerUrl: 'http://ca.test/\u202emiddle.der' });
    const chain = chainOf([incomplete]);
    assert.deepEqual(codes(chain), ['missing-intermediate 0']);
    assert.match(chain.problems[0]!.text, /«CN=Middle», was not sent \(it can be had at http:\/\/ca\.test\//);
    assert.doesNotMatch(chain.problems[0]!.text, /\u202e/);
    assert.deepEqual([chain.trusted, chain.root], [false, undefined]);
  });

  it('a private CA: its root sent or not', () => {
    const own = issue({ subject: 'Private', ca: true });
    const sent = chainOf([leafUnder(own), own]);
    assert.deepEqual(codes(sent), ['untrusted-root 1']);
    assert.match(sent.problems[0]!.text, /root «CN=Private», which is not trusted here/);
    assert.equal(sent.path[1]?.root, false);
    const alone = chainOf([leafUnder(own)]);
    assert.deepEqual(codes(alone), ['untrusted-root 0']);
    assert.match(alone.problems[0]!.text, /«CN=Private», was not sent and is not among the roots/);
  });

  it('self-signed', () => {
    assert.deepEqual(codes(chainOf([issue({ subject: 'Me', names: ['a.test'] })])), ['self-signed 0']);
  });

  it('sent in another order', () => {
    const deep = issue({ subject: 'Deep', issuer: middle, ca: true });
    const chain = chainOf([leafUnder(deep), middle, deep]);
    assert.deepEqual(codes(chain), ['wrong-order 2']);
    assert.match(chain.problems[0]!.text, /stand at 1, 3 and 2/);
    assert.deepEqual([chain.trusted, chain.root], [true, 'CN=Root']);
    const unsafe = chainOf([leafUnder(deep), middle, deep], { host: 'b.test' });
    assert.deepEqual([codes(unsafe), unsafe.trusted], [['wrong-name 0', 'wrong-order 2'], false]);
  });

  it('an intermediate or the leaf has expired, with dates and how far', () => {
    const chain = chainOf([leaf, middle], { at: new Date('2027-01-13T12:00:00Z') });
    assert.deepEqual(codes(chain), ['expired 0', 'expired 1']);
    assert.equal(
      chain.problems[0]!.text,
      'The server’s certificate expired on 2027-01-01T00:00:00Z, 12 days before this handshake.',
    );
    assert.match(chain.problems[1]!.text, /^The certificate of «CN=Middle» expired/);
  });

  it('not valid yet', () => {
    const chain = chainOf([leaf, middle], { at: new Date('2025-12-31T22:30:00Z') });
    assert.deepEqual(codes(chain), ['not-yet-valid 0', 'not-yet-valid 1', 'not-yet-valid 2']);
    assert.match(chain.problems[0]!.text, /from 2026-01-01T00:00:00Z on, 1 hour after this handshake/);
  });

  it('another name', () => {
    const chain = chainOf([leaf, middle], { host: 'b.test' });
    assert.deepEqual(codes(chain), ['wrong-name 0']);
    assert.equal(chain.problems[0]!.text, 'The certificate is for a.test, *.wild.test, not for b.test.');
    const nameless = chainOf([issue({ subject: 'a.test', issuer: middle }), middle]);
    assert.match(nameless.problems[0]!.text, /names no host in its subjectAltName/);
    assert.deepEqual(codes(chainOf([leaf, middle], { host: undefined })), []);
  });

  it('a signature that does not verify', () => {
    const chain = chainOf([leafUnder(middle, { spoilt: true }), middle]);
    assert.deepEqual(codes(chain), ['bad-signature 0']);
    assert.equal(chain.trusted, false);
    assert.deepEqual(codes(chainOf([issue({ subject: 'Me', names: ['a.test'], spoilt: true })])), ['bad-signature 0']);
  });

  it('a CA that only bears the name of a root', () => {
    const impostor = issue({ subject: 'Root', ca: true });
    assert.deepEqual(codes(chainOf([leafUnder(impostor), impostor])), ['untrusted-root 1']);
  });

  it('an issuer that is no CA, may not sign, or allows fewer below it', () => {
    assert.deepEqual(codes(chainOf([leafUnder(leaf), leaf, middle])), ['not-a-ca 1']);
    const silent = issue({ subject: 'Silent', issuer: root, ca: true, usage: 0x80 });
    assert.match(chainOf([leafUnder(silent), silent]).problems[0]!.text, /keyCertSign/);
    const narrow = issue({ subject: 'Narrow', issuer: root, ca: true, pathLength: 0 });
    const below = issue({ subject: 'Below', issuer: narrow, ca: true });
    assert.deepEqual(codes(chainOf([leafUnder(narrow), narrow])), []);
    assert.match(chainOf([leafUnder(below), below, narrow]).problems[0]!.text, /allows 0 CAs below it/);
  });

  it('short keys', () => {
    const small = chainOf([leafUnder(middle, { keys: keysOf('RSA 1024') }), middle]);
    assert.deepEqual(codes(small), ['weak-key 0']);
    assert.match(small.problems[0]!.text, /1024 bits \(RSA 1024\); 2048/);
    assert.deepEqual(codes(chainOf([leafUnder(middle, { keys: keysOf('P-224') }), middle])), []);
  });

  it('certificates for other purposes than TLS servers', () => {
    const forClients = chainOf([leafUnder(middle, { purposes: ['1.3.6.1.5.5.7.3.2', '1.2.3'] }), middle]);
    assert.deepEqual([codes(forClients), forClients.trusted], [['wrong-purpose 0'], false]);
    assert.match(forClients.problems[0]!.text, /server’s certificate is for \(clientAuth and 1\.2\.3\)/);
    const many = Array.from({ length: 200 }, (_, n) => `1.2.${n}`);
    assert.match(
      chainOf([leafUnder(middle, { purposes: many }), middle]).problems[0]!.text,
      /\(1\.2\.0, .*1\.2\.4 and more\)/,
    );
    const narrow = issue({ subject: 'Narrow', issuer: root, ca: true, purposes: ['1.3.6.1.5.5.7.3.4'] });
    assert.deepEqual(codes(chainOf([leafUnder(narrow), narrow])), ['wrong-purpose 1']);
    const silent = chainOf([leafUnder(middle, { usage: 0x40 }), middle]);
    assert.match(silent.problems[0]!.text, /not for handshakes/);
    assert.deepEqual(codes(chainOf([leafUnder(middle, { usage: 0x80 }), middle])), []);
  });

  it('hashes that can be collided, but not under the root', () => {
    const old = issue({ subject: 'Old', ca: true, keys: keysOf('RSA 2048'), hash: 'sha1' });
    assert.deepEqual(codes(chainOf([leafUnder(old)], { roots: [old] })), []);
    assert.deepEqual(codes(chainOf([leafUnder(old, { hash: 'sha1' })], { roots: [old] })), ['weak-signature 0']);
    const md5 = chainOf([leafUnder(old, { hash: 'md5' })], { roots: [old] });
    assert.deepEqual(codes(md5), ['weak-signature 0']);
    assert.match(md5.problems[0]!.text, /md5WithRSAEncryption/);
  });

  it('names that a CA above may not issue for, and what bounds them', () => {
    const bases = (...names: readonly string[]) => names.map((base) => sequence(string(base, 0x82)));
    const bounded = (...sides: readonly (readonly number[])[]) =>
      issue({ subject: 'Bounded', issuer: root, ca: true, critical: [['2.5.29.30', sequence(...sides)]] });
    const permitting = bounded(tlv(0xa0, ...bases('b.test', 'c.test', 'd.test', 'e.test')));
    const elsewhere = chainOf([leafUnder(permitting), permitting]);
    assert.deepEqual([codes(elsewhere), elsewhere.trusted], [['name-constraints 0'], false]);
    assert.equal(
      elsewhere.problems[0]!.text,
      'The nameConstraints of «CN=Bounded» permit DNS:b.test, DNS:c.test, DNS:d.test and more, and the server’s certificate names DNS:a.test.',
    );
    const excluding = bounded(tlv(0xa1, ...bases('a.test')));
    assert.match(
      chainOf([leafUnder(excluding), excluding]).problems[0]!.text,
      /^The nameConstraints of «CN=Bounded» exclude DNS:a\.test, and the server’s certificate names DNS:a\.test\.$/,
    );
    const wide = bounded(tlv(0xa1, ...bases(...Array.from({ length: 1100 }, (_, n) => `x${n}`))));
    const many = leafUnder(wide, { names: ['a.test', ...Array.from({ length: 1000 }, (_, n) => `n${n}.test`)] });
    assert.match(chainOf([many, wide]).problems[0]!.text, /too many to be judged/);
  });

  it('a critical extension that clients do not know, in any certificate of the path', () => {
    const odd = issue({ subject: 'Odd', issuer: root, ca: true, critical: [['1.2.3.4', tlv(0x05)]] });
    const chain = chainOf([leafUnder(odd), odd]);
    assert.deepEqual([codes(chain), chain.trusted], [['critical-extension 1'], false]);
    assert.match(
      chain.problems[0]!.text,
      /«CN=Odd» has a critical extension that TLS clients do not know \(1\.2\.3\.4\)/,
    );
  });

  it('several at once, the gravest first', () => {
    const bad = leafUnder(middle, { keys: keysOf('RSA 1024'), to: '260201000000Z', issuerUrl: 'http://ca.test/' });
    assert.deepEqual(codes(chainOf([bad], { host: 'b.test' })), [
      'wrong-name 0',
      'expired 0',
      'missing-intermediate 0',
      'weak-key 0',
    ]);
  });

  it('a bare public key in the place of a certificate', () => {
    for (const name of ['tls12-raw-public-key', 'tls13-raw-public-key']) {
      const { handshake } = recordedFlow(name);
      const options = { roots: new TrustStore(() => []), host: 'a.test', at: NOW };
      const chain = buildChain({ ...handshake, certificates: [] }, options);
      assert.deepEqual(chain && codes(chain), ['no-certificate 0'], name);
      assert.match(chain?.problems[0]?.text ?? '', /^The server showed its EC P-256 key bare, without a certificate/);
    }
  });

  it('no certificate at all, or none that can be read', () => {
    assert.deepEqual(codes(chainOf([])), ['no-certificate 0']);
    const der = Uint8Array.of(1, 2, 3);
    const noise = { ...leaf, der, certificate: summariseCertificate(der, nodeDigest) };
    const chain = chainOf([noise], { host: undefined });
    assert.deepEqual(codes(chain), ['unreadable 0']);
    assert.equal(chain.path.length, 1);
  });
});

describe('names', () => {
  const named = (names: readonly string[], addresses: readonly (readonly number[])[] = []) => {
    const it = leafUnder(middle, { names, addresses });
    return (host: string) => codes(chainOf([it, middle], { host })).length === 0;
  };

  it('by name, in any case, with a final dot, internationalised', () => {
    const covers = named(['A.test', 'xn--kln-sna.test']);
    for (const host of ['a.test', 'A.TEST', 'a.test.', 'köln.test']) assert.ok(covers(host), host);
    for (const host of ['b.test', 'a.test.b', '', 'xa.test', '.a.test']) assert.ok(!covers(host), host);
  });

  it('by wildcard for one whole label', () => {
    const covers = named(['*.a.test', '*.com', 'w*.b.test', 'x.*.test', '*.*.c.test']);
    assert.ok(covers('x.a.test') && covers('X.A.test'));
    for (const host of ['a.test', 'x.y.a.test', '.a.test', 'a.com', 'ww.b.test', 'x.y.test', 'x.y.c.test']) {
      assert.ok(!covers(host), host);
    }
  });

  it('by address only where the certificate has addresses', () => {
    const v6 = [0x20, 1, 0xd, 0xb8, ...new Array<number>(11).fill(0), 1];
    const covers = named(['10.0.0.1', '*.0.0.2'], [[127, 0, 0, 1], v6]);
    for (const host of ['127.0.0.1', '2001:db8::1', '[2001:0DB8:0:0::1]']) assert.ok(covers(host), host);
    for (const host of ['10.0.0.1', '10.0.0.2', '2001:db8::2', '127.0.0.2']) assert.ok(!covers(host), host);
  });

  it('a NUL ends no name', () => {
    assert.ok(!named(['a.test\u0000.b.test'])('a.test'));
  });

  it('the last of three thousand', () => {
    const covers = named(Array.from({ length: 3000 }, (_, n) => `n${n}.test`));
    assert.ok(covers('n2999.test') && !covers('n3000.test'));
  });
});

describe('what comes along', () => {
  it('timestamps within the leaf', () => {
    const list = tlv(0x04, [0, 10, 0, 3, 1, 2, 3, 0, 3, 1, 2, 3]);
    const stamped = leafUnder(middle, { more: [['1.3.6.1.4.1.11129.2.4.2', list]] });
    assert.equal(chainOf([stamped, middle], { timestamps: 1 }).timestamps, 3);
  });

  it('nothing to judge where no Certificate message came', () => {
    const handshake = { ...sending([leaf]), messages: [] };
    assert.equal(buildChain(handshake, { roots: new TrustStore(() => []), host: 'a.test', at: NOW }), undefined);
  });

  it('the message’s own bytes where nobody has summarised them', () => {
    const handshake = { ...sending([leaf, middle]), certificates: [] };
    const chain = buildChain(handshake, { roots: new TrustStore(() => [root.pem]), host: 'a.test', at: NOW });
    assert.equal(chain?.trusted, true);
  });
});

describe('hostile chains', () => {
  it('hundreds of certificates of one name, and rings of issuers, end soon', () => {
    const keys = freshKeys('P-256');
    const one = issue({ subject: 'One', ca: true, keys });
    const two = issue({ subject: 'Two', issuer: one, ca: true, keys });
    const ring = Array.from({ length: 30 }, (_, n) =>
      issue({ subject: n % 2 ? 'One' : 'Two', issuer: n % 2 ? two : one, ca: true, keys }),
    );
    const many = Array.from({ length: 400 }, (_, n) => ring[n % ring.length]!);
    const chain = chainOf([leafUnder(two), ...many]);
    assert.equal(chain.trusted, false);
    assert.ok(chain.path.length <= 10);
    assert.deepEqual(codes(chain), [`untrusted-root ${chain.path.length - 1}`]);
    assert.ok(chain.unused.length > 380);
  });

  it('any byte of any certificate changed: never a throw, never trust in what was changed', () => {
    const roots = new TrustStore(() => [root.pem]);
    const sent = [leaf, middle];
    fc.assert(
      fc.property(fc.nat(1), fc.nat(2000), fc.integer({ min: 1, max: 255 }), (which, place, flip) => {
        const der = sent[which]!.der.slice();
        der[place % der.length]! ^= flip;
        const changed = { ...sent[which]!, der, certificate: summariseCertificate(der, nodeDigest) };
        const chain = buildChain(sending(sent.map((one, n) => (n === which ? changed : one))), {
          roots,
          host: 'a.test',
          at: NOW,
        });
        assert.equal(chain?.trusted, false);
      }),
      { numRuns: 300 },
    );
  });

  it('cut at every byte', () => {
    const roots = new TrustStore(() => [root.pem]);
    for (let length = 0; length < middle.der.length; length += 3) {
      const der = middle.der.subarray(0, length);
      const cut = { ...middle, der, certificate: summariseCertificate(der, nodeDigest) };
      const chain = buildChain(sending([leaf, cut]), { roots, host: 'a.test', at: NOW });
      assert.equal(chain?.trusted, false);
    }
  });
});

describe('the trust store', () => {
  it('asks once for its roots, leaves out what it cannot read and counts each once', () => {
    let asked = 0;
    const store = new TrustStore(() => {
      asked++;
      return [root.pem, 'no certificate', root.pem, middle.pem];
    });
    assert.equal(store.roots.length, 2);
    assert.deepEqual(
      store.named('cn=root').map(({ subject }) => subject),
      ['CN=Root'],
    );
    assert.deepEqual(store.named('cn=nobody'), []);
    assert.ok(store.has(middle.certificate.sha256) && !store.has(leaf.certificate.sha256));
    assert.equal(asked, 1);
  });
});
