import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { before, describe, it } from 'node:test';
import { issueLeaf } from '../../src/ca/leaf.ts';
import { LeafKeys } from '../../src/ca/leaf-keys.ts';
import { MAX_NAMES, readName, readNames } from '../../src/ca/names.ts';
import { makeRoot, type Root, readRoot } from '../../src/ca/root.ts';
import fc from '../support/property.ts';

const NOW = Date.UTC(2026, 6, 1);

describe('readName', () => {
  const cases: [text: string, normal: string | undefined, why: string][] = [
    ['example.com', 'example.com', 'plain'],
    ['EXAMPLE.Com', 'example.com', 'case does not count'],
    ['example.com.', 'example.com', 'the root dot is not part of a certificate name'],
    ['*.example.com', '*.example.com', 'wildcard'],
    ['_dmarc.example.com', '_dmarc.example.com', 'underscore'],
    ['r3---sn-x.example', 'r3---sn-x.example', 'hyphens in a row'],
    ['münchen.example', 'xn--mnchen-3ya.example', 'IDN as A-label'],
    ['xn--mnchen-3ya.example', 'xn--mnchen-3ya.example', 'an A-label stays'],
    ['localhost', 'localhost', 'one label'],
    ['1.2.3', '1.2.3', 'digits that are no address stay as they were asked for'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`, 'longest label'],
    [`${'a'.repeat(64)}.example`, undefined, 'label too long'],
    [`${'a.'.repeat(126)}a`, `${'a.'.repeat(126)}a`, 'longest name: 253'],
    [`${'a.'.repeat(127)}a`, undefined, 'name too long'],
    ['', undefined, 'empty'],
    ['.', undefined, 'only the root'],
    ['a..b', undefined, 'empty label'],
    ['.example.com', undefined, 'empty first label'],
    ['*', undefined, 'a wildcard of everything'],
    ['*.', undefined, 'a wildcard of nothing'],
    ['f*.example.com', undefined, 'partial wildcard'],
    ['a.*.example.com', undefined, 'inner wildcard'],
    ['a b.example', undefined, 'blank'],
    ['a\0.example', undefined, 'NUL'],
    ['a.example,DNS:b.example', undefined, 'comma and colon'],
    ['192.0.2.7', '192.0.2.7', 'IPv4'],
    ['::1', '::1', 'IPv6'],
    ['[::1]', '::1', 'IPv6 in brackets'],
    ['2001:DB8:0:0:0:0:0:A', '2001:db8::a', 'IPv6 in long form'],
    ['fe80::1%eth0', 'fe80::1', 'a zone is local to the machine'],
    ['::ffff:192.0.2.7', '::ffff:c000:207', 'an IPv4 address inside of an IPv6 one stays an IPv6 one'],
  ];
  for (const [text, normal, why] of cases)
    it(`${why}: ${JSON.stringify(text.slice(0, 40))}`, () => assert.equal(readName(text)?.text, normal));

  it('gives addresses as bytes', () => {
    const hex = (text: string) => Buffer.from(readName(text)?.bytes ?? []).toString('hex');
    assert.equal(hex('192.0.2.7'), 'c0000207');
    assert.equal(hex('::'), '0'.repeat(32));
    assert.equal(hex('2001:db8::a:0:b'), '20010db8000000000000000a0000000b');
    assert.equal(hex('1:2:3:4:5:6:7:8'), '00010002000300040005000600070008');
    assert.equal(hex('::ffff:192.0.2.7'), '00000000000000000000ffffc0000207');
  });
});

describe('readNames', () => {
  it('keeps the order, and of equals the first', () => {
    const names = readNames(['b.example', 'A.example', 'a.example.', '::1', '0:0::1', 'b.example']);
    assert.deepEqual(
      names.map((name) => name.text),
      ['b.example', 'a.example', '::1'],
    );
  });

  it('stops at the limit', () => {
    const many = Array.from({ length: MAX_NAMES + 50 }, (_, i) => `n${i}.example`);
    assert.deepEqual(
      readNames(many).map((name) => name.text),
      many.slice(0, MAX_NAMES),
    );
  });
});

describe('names in a certificate', () => {
  let root: Root;
  const keys = new LeafKeys();
  before(async () => {
    root = readRoot(await makeRoot('host', NOW), NOW);
  });
  const issue = async (names: string[]) => {
    const { leaf } = await issueLeaf(root, await keys.get('ec'), names, NOW);
    return { leaf, certificate: new X509Certificate(leaf.certificatePem) };
  };

  it('any list makes a certificate that Node reads and that names what it says', async () => {
    const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.domain(), fc.ipV4(), fc.ipV6());
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { maxLength: 130 }), async (names) => {
        const { leaf, certificate } = await issue(names);
        assert.ok(leaf.names.length >= 1 && leaf.names.length <= MAX_NAMES);
        assert.equal(certificate.subjectAltName?.split(', ').length, leaf.names.length);
        assert.ok(certificate.verify(root.certificate.publicKey));
      }),
      { numRuns: 60 },
    );
  });

  it('the name asked for is accepted, whatever stands beside it', async () => {
    const label = fc.stringMatching(/^[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,20}[a-zA-Z0-9_])?$/);
    const host = fc.oneof(
      fc.domain(),
      fc.array(label, { minLength: 1, maxLength: 9 }).map((labels) => labels.join('.')),
    );
    const asked = fc.oneof(host, fc.ipV4(), fc.ipV6());
    await fc.assert(
      fc.asyncProperty(asked, fc.array(fc.oneof(host, fc.string()), { maxLength: 120 }), async (name, others) => {
        const { leaf, certificate } = await issue([name, ...others]);
        assert.equal(leaf.names[0], readName(name)?.text);
        const accepted = isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name);
        assert.notEqual(accepted, undefined, `${name} in ${certificate.subjectAltName}`);
      }),
      { numRuns: 100 },
    );
  });

  it('a wildcard serves the names below it', async () => {
    const { certificate } = await issue(['*.example.com']);
    assert.equal(certificate.checkHost('a.example.com'), '*.example.com');
    assert.equal(certificate.checkHost('a.b.example.com'), undefined);
  });

  it('no usable name gives a certificate for a name that nobody has', async () => {
    const { leaf } = await issue(['', '*', 'a b']);
    assert.deepEqual(leaf.names, ['unnamed.invalid']);
  });
});
