import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { issueLeaf } from '../../src/ca/leaf.ts';
import { LeafKeys } from '../../src/ca/leaf-keys.ts';
import { MAX_NAMES } from '../../src/ca/names.ts';
import { makeRoot, readRoot } from '../../src/ca/root.ts';
import { leafNames } from '../../src/ca/server-names.ts';
import { needsTool } from '../support/tools.ts';
import { freshDir } from './fresh-dir.ts';

const NOW = Date.UTC(2026, 6, 1);

describe('leafNames', () => {
  let certificateFor: (names: string[]) => Promise<Uint8Array>;
  before(async () => {
    const root = readRoot(await makeRoot('host', NOW), NOW);
    const key = await new LeafKeys().get('ec');
    certificateFor = async (names) =>
      new X509Certificate((await issueLeaf(root, key, names, NOW)).leaf.certificatePem).raw;
  });

  it('puts the name asked for before those of the server', async () => {
    const server = await certificateFor(['example.com', '*.example.com', '192.0.2.7', '2001:db8::1']);
    assert.deepEqual(leafNames('a.example.com', server), [
      'a.example.com',
      'example.com',
      '*.example.com',
      '192.0.2.7',
      '2001:db8::1',
    ]);
    assert.deepEqual(leafNames('192.0.2.7', server)[0], '192.0.2.7');
    assert.equal(leafNames('EXAMPLE.com.', server).length, 4);
  });

  it('does with one of the two, or none', async () => {
    assert.deepEqual(leafNames('example.com'), ['example.com']);
    assert.deepEqual(leafNames(undefined, await certificateFor(['a.example'])), ['a.example']);
    assert.deepEqual(leafNames(undefined), []);
    assert.deepEqual(leafNames('not a name'), []);
  });

  it('takes bytes that are no certificate as none', async () => {
    const der = await certificateFor(['a.example']);
    assert.deepEqual(leafNames('b.example', Buffer.from('no certificate')), ['b.example']);
    for (let length = 0; length < der.length; length += 7)
      assert.deepEqual(leafNames('b.example', der.subarray(0, length)), ['b.example']);
  });

  it('keeps the bound, with the name asked for inside of it', async () => {
    const server = await certificateFor(Array.from({ length: MAX_NAMES }, (_, i) => `n${i}.example`));
    const names = leafNames('asked.example', server);
    assert.equal(names.length, MAX_NAMES);
    assert.equal(names[0], 'asked.example');
  });

  it('is not fooled by a name inside of a name', async (t) => {
    if (!needsTool(t, 'openssl')) return;
    const dir = freshDir(t);
    const config = [
      '[req]\nprompt=no\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\nCN=x\n[ext]\nsubjectAltName=@san\n[san]',
      'DNS.1=good.example',
      'DNS.2="bad.example, DNS:forged.example"',
      'email.1=mail@other.example',
      'URI.1=https://uri.example/',
      'DNS.3=last.example\n',
    ].join('\n');
    writeFileSync(`${dir}/openssl.cnf`, config);
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${dir}/key.pem`];
    const der = execFileSync('openssl', ['req', '-x509', '-config', `${dir}/openssl.cnf`, ...key, '-outform', 'DER'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const printed = new X509Certificate(der).subjectAltName ?? '';
    assert.match(printed, /forged\.example/);
    assert.deepEqual(leafNames('asked.example', der), ['asked.example', 'good.example', 'last.example']);
  });
});
