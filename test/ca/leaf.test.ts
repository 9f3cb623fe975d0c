import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { issueLeaf } from '../../src/ca/leaf.ts';
import { type KeyType, LeafKeys } from '../../src/ca/leaf-keys.ts';
import { pemCertificates } from '../../src/ca/pem.ts';
import { makeRoot, type Root, type RootPem, readRoot } from '../../src/ca/root.ts';
import { needsTool } from '../support/tools.ts';

const NOW = Date.UTC(2026, 6, 1);
const DAY = 86_400_000;

describe('issueLeaf', () => {
  const keys = new LeafKeys();
  let pem: RootPem;
  let root: Root;
  before(async () => {
    pem = await makeRoot('host', NOW);
    root = readRoot(pem, NOW);
  });
  const issue = async (names: string[], type: KeyType = 'ec', now = NOW) =>
    (await issueLeaf(root, await keys.get(type), names, now)).leaf;
  const text = (certificate: string, ...options: string[]) =>
    execFileSync('openssl', ['x509', '-noout', ...options], { input: certificate, encoding: 'utf8' });

  for (const [type, label] of [
    ['ec', 'EC P-256'],
    ['rsa', 'RSA 2048'],
  ] as const)
    it(`gives the key that belongs to the certificate, and not the root's: ${type}`, async () => {
      const leaf = await issue(['a.example'], type);
      const certificate = new X509Certificate(leaf.certificatePem);
      const key = createPrivateKey(leaf.privateKeyPem);
      assert.equal(leaf.key, label);
      assert.ok(certificate.checkPrivateKey(key));
      assert.equal(key.asymmetricKeyType, type);
      assert.ok(!root.certificate.checkPrivateKey(key));
    });

  it('sends the root behind the leaf', async () => {
    const [leaf, sent, ...more] = pemCertificates((await issue(['a.example'])).certificatePem);
    assert.ok(new X509Certificate(leaf ?? '').checkIssued(root.certificate));
    assert.equal(sent, pem.certificate);
    assert.deepEqual(more, []);
  });

  it('holds from two days ago, for less than 398 days', async () => {
    const { validFromDate, validToDate } = new X509Certificate(
      (await issue(['a.example'], 'ec', NOW + 30 * DAY)).certificatePem,
    );
    assert.equal(validFromDate.getTime(), NOW + 28 * DAY);
    assert.equal(validToDate.getTime() - validFromDate.getTime(), 397 * DAY);
  });

  it('holds no longer than its root', async () => {
    const end = root.certificate.validToDate.getTime();
    const { leaf, renewAt } = await issueLeaf(root, await keys.get('ec'), ['a.example'], end - 10 * DAY);
    assert.equal(new X509Certificate(leaf.certificatePem).validToDate.getTime(), end);
    assert.equal(renewAt, end - 5 * DAY);
    const first = await issue(['a.example'], 'ec', NOW - 10 * DAY);
    assert.equal(new X509Certificate(first.certificatePem).validFrom, root.certificate.validFrom);
  });

  it('has a serial number of its own: positive, 128 random bits, at most 20 octets', async () => {
    const serials = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const leaf = await issue(['a.example']);
      assert.match(leaf.id, /^01[0-9a-f]{32}$/);
      assert.equal(new X509Certificate(leaf.certificatePem).serialNumber.toLowerCase(), leaf.id);
      serials.add(leaf.id);
    }
    assert.equal(serials.size, 200);
  });

  it('says what the key is for', async (t) => {
    if (!needsTool(t, 'openssl')) return;
    const extensions = ['-ext', 'basicConstraints,keyUsage,extendedKeyUsage'];
    const common = /Basic Constraints: critical\s+CA:FALSE[\s\S]*Extended Key Usage:\s+TLS Web Server Authentication/;
    const ec = text((await issue(['a.example'])).certificatePem, ...extensions);
    assert.match(ec, common);
    assert.match(ec, /X509v3 Key Usage: critical\s+Digital Signature\n/);
    const rsa = text((await issue(['a.example'], 'rsa')).certificatePem, ...extensions);
    assert.match(rsa, common);
    assert.match(rsa, /X509v3 Key Usage: critical\s+Digital Signature, Key Encipherment\n/);
    assert.match(text(pem.certificate, ...extensions), /CA:TRUE, pathlen:0[\s\S]*Certificate Sign, CRL Sign/);
  });

  it('points to its root by key identifier', async (t) => {
    if (!needsTool(t, 'openssl')) return;
    const id = (certificate: string, extension: string) =>
      text(certificate, '-ext', extension).match(/(?:[0-9A-F]{2}:){19}[0-9A-F]{2}/)?.[0];
    const leaf = (await issue(['a.example'])).certificatePem;
    assert.ok(id(leaf, 'authorityKeyIdentifier'));
    assert.equal(id(leaf, 'authorityKeyIdentifier'), id(pem.certificate, 'subjectKeyIdentifier'));
    assert.notEqual(id(leaf, 'subjectKeyIdentifier'), id(leaf, 'authorityKeyIdentifier'));
  });

  it('takes the first name as its common name as long as that has room', async (t) => {
    if (!needsTool(t, 'openssl')) return;
    const fits = `${'a'.repeat(56)}.example`;
    const leaf = await issue([fits, 'b.example']);
    assert.equal(fits.length, 64);
    assert.equal(new X509Certificate(leaf.certificatePem).subject, `CN=${fits}`);
    assert.match(text(leaf.certificatePem, '-ext', 'subjectAltName'), /Alternative Name:\s/);
    const long = await issue([`a${fits}`, 'b.example']);
    assert.equal(text(long.certificatePem, '-subject').trim(), 'subject=');
    assert.match(text(long.certificatePem, '-ext', 'subjectAltName'), /Alternative Name: critical/);
  });
});
