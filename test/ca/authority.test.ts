import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Authority } from '../../src/ca/authority.ts';
import { UserError } from '../../src/errors.ts';
import { needsTool } from '../support/tools.ts';
import { freshDir } from './fresh-dir.ts';

const CERTIFICATE = 'tlscope-ca.pem';
const KEY = 'tlscope-ca-key.pem';
const DAY = 86_400_000;

const mode = (...path: string[]) => statSync(join(...path)).mode & 0o777;

function refusedWith(code: string, detail: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, detail);
    return true;
  };
}

/** A process of its own that opens `dir` and prints the fingerprint. */
function opener(dir: string) {
  const script = `import { Authority } from ${JSON.stringify(import.meta.resolve('../../src/ca/authority.ts'))};
    console.log((await Authority.open(process.argv[1])).sha256);`;
  return spawn(process.execPath, ['--input-type=module', '-e', script, '--', dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function output(child: ReturnType<typeof opener>): Promise<string> {
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return text.trim();
}

describe('Authority.open in a new folder', () => {
  it('makes both files, the key for its owner alone', async (t) => {
    const dir = join(freshDir(t), 'deep', 'certs');
    const before = process.umask(0o077);
    const authority = await Authority.open(dir).finally(() => process.umask(before));
    assert.equal(mode(dir), 0o700);
    assert.equal(mode(dir, KEY), 0o600);
    assert.equal(mode(dir, CERTIFICATE), 0o644);
    assert.deepEqual(readdirSync(dir).sort(), [KEY, CERTIFICATE]);
    assert.equal(authority.certificatePath, join(dir, CERTIFICATE));
    assert.equal(authority.certificatePem, readFileSync(authority.certificatePath, 'utf8'));
    assert.doesNotMatch(authority.certificatePem, /PRIVATE/);
  });

  it('leaves a folder that exists, and what is in it, as it was', async (t) => {
    const dir = freshDir(t);
    chmodSync(dir, 0o755);
    writeFileSync(join(dir, 'README.md'), 'kept');
    await Authority.open(dir);
    assert.equal(mode(dir), 0o755);
    assert.equal(readFileSync(join(dir, 'README.md'), 'utf8'), 'kept');
  });

  it('makes a root that is told apart from every other by its name', async (t) => {
    const parent = freshDir(t);
    const [a, b] = [await Authority.open(join(parent, 'a')), await Authority.open(join(parent, 'b'))];
    assert.notEqual(a.subject, b.subject);
    assert.match(a.subject, /CN=tlscope root CA [0-9a-f]{8} \(.+ \d{4}-\d\d-\d\d\)$/);
  });

  it('says the fingerprints as openssl does', async (t) => {
    if (!needsTool(t, 'openssl')) return;
    const authority = await Authority.open(freshDir(t));
    const run = (command: string) => execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim();
    const file = authority.certificatePath;
    assert.equal(run(`openssl x509 -in ${file} -noout -fingerprint -sha256`), `sha256 Fingerprint=${authority.sha256}`);
    const spki = `openssl x509 -in ${file} -noout -pubkey | openssl pkey -pubin -outform der`;
    assert.equal(run(`${spki} | openssl dgst -sha256 -binary | base64`), authority.spkiSha256);
  });

  it('holds already when clocks differ, and for ten years', async (t) => {
    const authority = await Authority.open(freshDir(t));
    const { validFromDate, validToDate } = new X509Certificate(authority.certificatePem);
    assert.ok(Date.now() - validFromDate.getTime() > 1.9 * DAY);
    assert.ok(validToDate.getTime() - Date.now() > 3640 * DAY);
    assert.equal(authority.notAfter.getTime(), validToDate.getTime());
  });
});

describe('Authority.open again', () => {
  it('gives the same root', async (t) => {
    const dir = freshDir(t);
    const first = await Authority.open(dir);
    const key = readFileSync(join(dir, KEY), 'utf8');
    assert.equal((await Authority.open(dir)).sha256, first.sha256);
    assert.equal(readFileSync(join(dir, KEY), 'utf8'), key);
  });

  it('gives one root to many that start at once in one process', async (t) => {
    const dir = freshDir(t);
    const opened = await Promise.all(Array.from({ length: 20 }, () => Authority.open(dir)));
    assert.equal(new Set(opened.map((each) => each.sha256)).size, 1);
    assert.deepEqual(readdirSync(dir).sort(), [KEY, CERTIFICATE]);
  });

  it('gives one root to several processes that start at once', async (t) => {
    const dir = join(freshDir(t), 'new');
    const printed = await Promise.all(Array.from({ length: 6 }, () => output(opener(dir))));
    assert.match(printed[0] ?? '', /^[0-9A-F:]{95}$/);
    assert.equal(new Set(printed).size, 1);
    assert.equal((await Authority.open(dir)).sha256, printed[0]);
    assert.deepEqual(readdirSync(dir).sort(), [KEY, CERTIFICATE]);
  });

  it('gives a root whenever the process that was making it was killed', async (t) => {
    const parent = freshDir(t);
    for (let i = 0; i < 8; i++) {
      const dir = join(parent, String(i));
      mkdirSync(dir);
      const child = opener(dir);
      const done = output(child);
      while (child.exitCode === null && readdirSync(dir).length === 0)
        await new Promise((resolve) => setTimeout(resolve, 1));
      child.kill('SIGKILL');
      await done;
      const key = existsSync(join(dir, KEY)) ? readFileSync(join(dir, KEY), 'utf8') : undefined;
      await Authority.open(dir);
      if (key !== undefined) assert.equal(readFileSync(join(dir, KEY), 'utf8'), key);
    }
  });

  it('writes the certificate again that its key file remembers', async (t) => {
    const dir = freshDir(t);
    const first = await Authority.open(dir);
    rmSync(join(dir, CERTIFICATE));
    assert.equal((await Authority.open(dir)).sha256, first.sha256);
    assert.equal(readFileSync(join(dir, CERTIFICATE), 'utf8'), first.certificatePem);
  });
});

describe('Authority.open refuses', () => {
  for (const bits of [0o644, 0o640, 0o604, 0o620, 0o660])
    it(`a key with mode 0${bits.toString(8)}`, async (t) => {
      const dir = freshDir(t);
      await Authority.open(dir);
      chmodSync(join(dir, KEY), bits);
      await assert.rejects(Authority.open(dir), (error) => {
        refusedWith('ca-key-exposed', new RegExp(`mode 0${bits.toString(8)}`))(error);
        assert.equal((error as UserError).hint, `Run: chmod 600 ${join(dir, KEY)}`);
        return true;
      });
    });

  it('a certificate without its key, and makes no other', async (t) => {
    const dir = freshDir(t);
    await Authority.open(dir);
    rmSync(join(dir, KEY));
    await assert.rejects(Authority.open(dir), refusedWith('ca-incomplete', /tlscope-ca-key\.pem is missing/));
    assert.deepEqual(readdirSync(dir), [CERTIFICATE]);
  });

  it('a bare key without its certificate', async (t) => {
    const dir = freshDir(t);
    const { keyFile } = ownAuthority(t, dir, ['-newkey', 'rsa:2048']) ?? {};
    if (!keyFile) return;
    rmSync(join(dir, CERTIFICATE));
    await assert.rejects(Authority.open(dir), refusedWith('ca-incomplete', /tlscope-ca\.pem is missing/));
  });

  it('halves of two roots', async (t) => {
    const parent = freshDir(t);
    const [a, b] = [join(parent, 'a'), join(parent, 'b')];
    await Authority.open(a);
    await Authority.open(b);
    copyFileSync(join(a, CERTIFICATE), join(b, CERTIFICATE));
    await assert.rejects(Authority.open(b), refusedWith('ca-unreadable', /does not belong to the key/));
  });

  it('a cut or empty file', async (t) => {
    const dir = freshDir(t);
    await Authority.open(dir);
    const whole = {
      key: readFileSync(join(dir, KEY), 'utf8'),
      certificate: readFileSync(join(dir, CERTIFICATE), 'utf8'),
    };
    for (const length of [0, 1, 40, 100]) {
      writeFileSync(join(dir, CERTIFICATE), whole.certificate.slice(0, length));
      await assert.rejects(Authority.open(dir), refusedWith('ca-unreadable', /no PEM certificate/));
    }
    writeFileSync(join(dir, CERTIFICATE), whole.certificate);
    for (const length of [0, 1, 40, 100]) {
      writeFileSync(join(dir, KEY), whole.key.slice(0, length));
      await assert.rejects(Authority.open(dir), refusedWith('ca-unreadable', /no PEM private key/));
    }
    writeFileSync(join(dir, KEY), whole.key.replace(/[A-Za-z]{8}/, '!!!!!!!!'));
    await assert.rejects(Authority.open(dir), refusedWith('ca-unreadable', /./));
  });

  it('a root whose time is over', async (t) => {
    const dir = freshDir(t);
    const authority = await Authority.open(dir, { now: () => Date.UTC(2020, 0, 1) });
    assert.equal(authority.notAfter.toISOString(), '2029-12-27T00:00:00.000Z');
    await assert.rejects(
      Authority.open(dir, { now: () => Date.UTC(2030, 0, 1) }),
      refusedWith('ca-unreadable', /expired on 2029-12-27/),
    );
  });

  it('a folder it cannot make', async (t) => {
    const dir = freshDir(t);
    writeFileSync(join(dir, 'file'), '');
    await assert.rejects(Authority.open(join(dir, 'file')), refusedWith('ca-unwritable', /EEXIST|ENOTDIR/));
    await assert.rejects(Authority.open(join(dir, 'file', 'below')), refusedWith('ca-unwritable', /ENOTDIR/));
  });

  it('a folder under one that takes none', { skip: process.platform !== 'linux' }, async () => {
    for (const dir of ['/proc/tlscope', '/proc/tlscope/below'])
      await assert.rejects(Authority.open(dir), refusedWith('ca-unwritable', /ENOENT|EACCES/));
  });

  it('a key file that is a folder', async (t) => {
    const dir = freshDir(t);
    mkdirSync(join(dir, KEY), { mode: 0o700 });
    await assert.rejects(Authority.open(dir), refusedWith('ca-unreadable', /EISDIR/));
  });
});

describe('Authority.mint', () => {
  it('gives one certificate to all who ask for the same, also at once', async (t) => {
    const authority = await Authority.open(freshDir(t));
    const ask = () => authority.mint({ names: ['a.example', '*.a.example'], keyType: 'ec' });
    const leaves = [...(await Promise.all([ask(), ask(), ask()])), await ask()];
    assert.equal(new Set(leaves.map((leaf) => leaf.id)).size, 1);
    assert.deepEqual(
      leaves.map((leaf) => leaf.cached),
      [false, true, true, true],
    );
  });

  it('tells requests apart by key type, by names and by their order', async (t) => {
    const authority = await Authority.open(freshDir(t));
    const leaves = [
      await authority.mint({ names: ['a.example', 'b.example'], keyType: 'ec' }),
      await authority.mint({ names: ['a.example', 'b.example'], keyType: 'rsa' }),
      await authority.mint({ names: ['b.example', 'a.example'], keyType: 'ec' }),
      await authority.mint({ names: ['a.example'], keyType: 'ec' }),
    ];
    assert.equal(new Set(leaves.map((leaf) => leaf.id)).size, 4);
    assert.deepEqual(leaves[2]?.names, ['b.example', 'a.example']);
  });

  it('keeps no more than its limit', async (t) => {
    const authority = await Authority.open(freshDir(t), { cacheLimit: 2 });
    const ask = async (name: string) => (await authority.mint({ names: [name], keyType: 'ec' })).cached;
    for (const name of ['a.example', 'b.example', 'c.example']) await ask(name);
    assert.deepEqual([await ask('c.example'), await ask('a.example')], [true, false]);
  });

  it('gives a new certificate before the old one ends', async (t) => {
    let now = Date.UTC(2026, 0, 1);
    const authority = await Authority.open(freshDir(t), { now: () => now });
    const ask = async () => (await authority.mint({ names: ['a.example'], keyType: 'ec' })).id;
    const first = await ask();
    now += 190 * DAY;
    assert.equal(await ask(), first);
    now += 10 * DAY;
    assert.notEqual(await ask(), first);
  });
});

describe('a root of the user', () => {
  const kinds: [name: string, args: string[]][] = [
    ['RSA', ['-newkey', 'rsa:2048']],
    ['EC P-384', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384']],
    ['EC P-521', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521']],
    ['without a subject key identifier', ['-newkey', 'rsa:2048', '-addext', 'subjectKeyIdentifier=none']],
  ];
  for (const [name, args] of kinds)
    it(`signs: ${name}`, async (t) => {
      const dir = freshDir(t);
      if (!ownAuthority(t, dir, args)) return;
      const authority = await Authority.open(dir);
      const { certificatePem } = await authority.mint({ names: ['a.example'], keyType: 'ec' });
      writeFileSync(join(dir, 'leaf.pem'), certificatePem);
      const verify = [
        'verify',
        '-CAfile',
        authority.certificatePath,
        '-verify_hostname',
        'a.example',
        join(dir, 'leaf.pem'),
      ];
      assert.match(execFileSync('openssl', verify, { encoding: 'utf8' }), /: OK\n$/);
    });

  it('is refused with a key that clients do not all take', async (t) => {
    const dir = freshDir(t);
    if (!ownAuthority(t, dir, ['-newkey', 'ed25519'])) return;
    await assert.rejects(Authority.open(dir), refusedWith('ca-unreadable', /type ed25519; usable are RSA and EC/));
  });

  it('is refused with a passphrase on its key', async (t) => {
    const dir = freshDir(t);
    const own = ownAuthority(t, dir, ['-newkey', 'rsa:2048']);
    if (!own) return;
    for (const form of [[], ['-traditional']]) {
      const encrypt = ['rsa', '-in', own.keyFile, '-aes128', '-passout', 'pass:secret', ...form];
      const key = execFileSync('openssl', encrypt, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      const other = freshDir(t);
      copyFileSync(join(dir, CERTIFICATE), join(other, CERTIFICATE));
      writeFileSync(join(other, KEY), key, { mode: 0o600 });
      await assert.rejects(Authority.open(other), refusedWith('ca-unreadable', /passphrase/));
    }
  });

  it('is refused when it is no authority', async (t) => {
    const dir = freshDir(t);
    if (!ownAuthority(t, dir, ['-newkey', 'rsa:2048', '-addext', 'basicConstraints=critical,CA:FALSE'])) return;
    await assert.rejects(Authority.open(dir), refusedWith('ca-unreadable', /CA:TRUE/));
  });
});

/** A root by openssl in the two files, or undefined without openssl. */
function ownAuthority(t: TestContext, dir: string, args: string[]): { keyFile: string } | undefined {
  if (!needsTool(t, 'openssl')) return undefined;
  const keyFile = join(dir, KEY);
  const request = ['req', '-x509', '-nodes', '-subj', '/O=Own/CN=Own root', '-days', '30', ...args];
  execFileSync('openssl', [...request, '-keyout', keyFile, '-out', join(dir, CERTIFICATE)], { stdio: 'pipe' });
  chmodSync(keyFile, 0o600);
  return { keyFile };
}
