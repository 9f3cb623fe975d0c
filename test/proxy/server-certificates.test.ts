import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Authority } from '../../src/ca/authority.ts';
import { ServerCertificates } from '../../src/proxy/server-certificates.ts';
import { needsTool } from '../support/tools.ts';

const NO_ROOT = () => undefined;

test('tells whom a certificate is for, by name, wildcard and address', async () => {
  const authority = await Authority.open(mkdtempSync(join(tmpdir(), 'tlscope-test-')));
  const leaf = await authority.mint({ names: ['example.test', '*.wild.test', '192.0.2.7'], keyType: 'ec' });
  const certificate = new X509Certificate(leaf.certificatePem);
  const certificates = new ServerCertificates({ all: () => [] });
  const rows: [string, boolean][] = [
    ['example.test', true],
    ['EXAMPLE.test', true],
    ['example.test.', true],
    ['other.test', false],
    ['a.wild.test', true],
    ['a.b.wild.test', false],
    ['wild.test', false],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
  ];
  for (const [host, covers] of [...rows, ...rows]) assert.equal(certificates.covers(certificate, host), covers, host);
  assert.deepEqual(certificates.namesFor('asked.test', certificate), [
    'asked.test',
    'example.test',
    '*.wild.test',
    '192.0.2.7',
  ]);
  assert.deepEqual(certificates.namesFor('asked.test', undefined), ['asked.test']);
});

test('tells what OpenSSL’s default level would refuse, and nothing of a root’s own signature', async (t) => {
  const certificates = new ServerCertificates({ all: () => [] });
  const authority = await Authority.open(mkdtempSync(join(tmpdir(), 'tlscope-test-')));
  const leaf = await authority.mint({ names: ['example.test'], keyType: 'rsa' });
  assert.equal(certificates.weakness(new X509Certificate(leaf.certificatePem), NO_ROOT), undefined);
  if (!needsTool(t, 'openssl')) return;
  const made = (bits: number, digest: string) => {
    const make = ['req', '-x509', '-newkey', `rsa:${bits}`, '-nodes', '-subj', '/CN=x', `-${digest}`, '-keyout', '-'];
    return new X509Certificate(execFileSync('openssl', make, { stdio: ['ignore', 'pipe', 'ignore'] }));
  };
  for (const time of ['asked', 'asked again']) {
    assert.equal(certificates.weakness(made(1024, 'sha256'), NO_ROOT), 'EE_KEY_TOO_SMALL', time);
    const strong = new X509Certificate(leaf.certificatePem);
    const others = new ServerCertificates({ all: () => [] });
    assert.equal(
      others.weakness(strong, () => made(1024, 'sha256')),
      'CA_KEY_TOO_SMALL',
      time,
    );
    assert.equal(certificates.weakness(made(2048, 'sha1'), NO_ROOT), undefined, time);
  }
});
