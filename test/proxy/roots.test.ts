import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Authority } from '../../src/ca/authority.ts';
import { readRoots } from '../../src/proxy/roots.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlscope-test-'));
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test('reads every certificate of every file', async () => {
  const { certificatePem } = await Authority.open(join(folder, 'ca'));
  const two = file('two.pem', `a comment\n${certificatePem}\n${certificatePem}`);
  assert.equal(readRoots([two, two]).length, 4);
  assert.deepEqual(readRoots([]), []);
});

test('a file that is missing, empty or broken is named at the start', () => {
  assert.throws(() => readRoots([join(folder, 'nowhere.pem')]), { code: 'file-unreadable' });
  assert.throws(() => readRoots([file('empty.pem', 'nothing here')]), { code: 'no-certificates' });
  const broken = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  assert.throws(() => readRoots([file('broken.pem', broken)]), { code: 'certificate-broken' });
});
