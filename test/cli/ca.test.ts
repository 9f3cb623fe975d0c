import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Authority } from '../../src/ca/authority.ts';
import { freshDir } from '../ca/fresh-dir.ts';
import { tlscope } from './program.ts';

describe('tlscope ca', () => {
  it('show says whose, how long, which fingerprints and where', async (t) => {
    const certs = freshDir(t);
    const authority = await Authority.open(certs);
    const { code, text } = await tlscope({ certs }, ['ca', 'show']);
    assert.equal(code, 0);
    for (const fact of [authority.sha256, authority.spkiSha256, authority.certificatePath, 'CN=tlscope root CA '])
      assert.ok(text.includes(fact), `${fact} in ${text}`);
    assert.match(text, /^Valid until: {2}\d{4}-\d\d-\d\d$/m);
    assert.doesNotMatch(text, /key\.pem|PRIVATE/);
  });

  it('path says where it lies, in the folder of --certs', async (t) => {
    const certs = freshDir(t);
    await Authority.open(certs);
    const { text } = await tlscope({ certs: '/nonexistent' }, ['ca', 'path', '--certs', certs]);
    assert.equal(text, `${join(certs, 'tlscope-ca.pem')}\n`);
  });

  for (const word of ['show', 'path', 'export'])
    it(`${word} makes no root where there is none, and says so`, async (t) => {
      const certs = join(freshDir(t), 'typo');
      const { code, text, errorText } = await tlscope({ certs }, ['ca', word]);
      assert.deepEqual([code, text], [1, '']);
      assert.match(errorText, /^ca-none There is no root CA in .*typo\. tlscope start makes one/);
      assert.equal(existsSync(certs), false);
    });

  it('export writes PEM or DER, to standard output or a file', async (t) => {
    const certs = freshDir(t);
    const { certificatePem, sha256 } = await Authority.open(certs);
    assert.equal((await tlscope({ certs }, ['ca', 'export'])).text, certificatePem);
    const der = (await tlscope({ certs }, ['ca', 'export', '--der'])).stdout;
    assert.deepEqual(der, new X509Certificate(certificatePem).raw);
    const file = join(certs, 'copy.der');
    const { code, text, errorText } = await tlscope({ certs }, ['ca', 'export', '--der', '--out', file]);
    assert.deepEqual([code, text, errorText.trim()], [0, '', `Wrote ${file}: ${der.length} bytes.`]);
    assert.equal(new X509Certificate(readFileSync(file)).fingerprint256, sha256);
    const again = await tlscope({ certs }, ['ca', 'export', '--out', file]);
    assert.equal(again.code, 1);
    assert.match(again.errorText, /^file-exists .* --force /);
    assert.equal(new X509Certificate(readFileSync(file)).fingerprint256, sha256);
  });

  it('export says what is wrong with a file it cannot write', async (t) => {
    const certs = freshDir(t);
    await Authority.open(certs);
    const { code, errorText } = await tlscope({ certs }, ['ca', 'export', '--out', join(certs, 'no', 'file')]);
    assert.equal(code, 1);
    assert.match(errorText, /^file-unwritable Cannot write .*ENOENT/);
  });
});
