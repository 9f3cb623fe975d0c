/**
 * The root on disk: `tlscope-ca.pem`, which everybody may read, and `tlscope-ca-key.pem`, which only its owner may.
 *
 * A key file of our making holds the certificate too, behind the key. So one file system operation makes a root, all
 * of it: of several processes that start at once the first one wins and the others find its root, and a crash leaves
 * either no root or one whose certificate file the next start writes again.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { reasonOf, UserError } from '../errors.ts';
import { pemCertificates } from './pem.ts';
import type { RootPem } from './root.ts';

export const CERTIFICATE_FILE = 'tlscope-ca.pem';
const KEY_FILE = 'tlscope-ca-key.pem';

/** Whether `dir` holds a root, or a half of one. */
export function hasRoot(dir: string): boolean {
  return [KEY_FILE, CERTIFICATE_FILE].some((name) => existsSync(join(dir, name)));
}

/** Permission bits of group and others. */
const OTHERS = 0o077;

/**
 * The root in `dir`; when there is none, the one that `make` makes, written to `dir` first.
 * @throws UserError `ca-key-exposed`, `ca-incomplete`, `ca-unreadable`, `ca-unwritable`
 */
export async function openRootFiles(dir: string, make: () => Promise<RootPem>): Promise<RootPem> {
  const keyPath = join(dir, KEY_FILE);
  const key = (await readKeyFile(keyPath)) ?? (await makeFiles(dir, make));
  const kept = await readText(join(dir, CERTIFICATE_FILE));
  if (kept !== undefined) return { certificate: kept, key };
  const certificate = pemCertificates(key).join('');
  if (certificate === '') throw incomplete(dir, CERTIFICATE_FILE, KEY_FILE);
  await writing(dir, () => writeOnce(dir, CERTIFICATE_FILE, certificate, 0o644));
  return { certificate, key };
}

/** @returns what the key file holds in the end: what `make` made, or what another process was faster to write */
async function makeFiles(dir: string, make: () => Promise<RootPem>): Promise<string> {
  const keyPath = join(dir, KEY_FILE);
  if ((await readText(join(dir, CERTIFICATE_FILE))) === undefined) {
    const made = await make();
    await writing(dir, async () => {
      await makeFolder(dir);
      await writeOnce(dir, KEY_FILE, made.key + made.certificate, 0o600);
    });
  }
  // With a certificate there, another process may just have made both files.
  const key = await readKeyFile(keyPath);
  if (key === undefined) throw incomplete(dir, KEY_FILE, CERTIFICATE_FILE);
  return key;
}

/** Not `recursive`: Node's walks up and down for ever where a folder that exists answers ENOENT, as /proc does. */
async function makeFolder(dir: string): Promise<void> {
  const parent = dirname(dir);
  if (parent !== dir && !existsSync(parent)) await makeFolder(parent);
  await mkdir(dir, { mode: 0o700 }).catch((error: unknown) => {
    if (reasonOf(error) !== 'EEXIST') throw error;
  });
}

async function readKeyFile(path: string): Promise<string | undefined> {
  return reading(path, async () => {
    await using file = await open(path);
    const { mode } = await file.stat();
    // Windows has access lists instead, and shows a mode that says nothing of them.
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
      throw new UserError('ca-key-exposed', { path, mode: (mode & 0o777).toString(8).padStart(4, '0') });
    return await file.readFile('utf8');
  });
}

async function readText(path: string): Promise<string | undefined> {
  return reading(path, () => readFile(path, 'utf8'));
}

async function reading(path: string, read: () => Promise<string>): Promise<string | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (['ENOENT', 'ENOTDIR'].includes(reasonOf(error))) return undefined;
    throw new UserError('ca-unreadable', { path, reason: reasonOf(error) });
  }
}

async function writing(dir: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new UserError('ca-unwritable', { dir, reason: reasonOf(error) });
  }
}

/** The file appears whole or not at all, and one that is already there stays. */
async function writeOnce(dir: string, name: string, text: string, mode: number): Promise<void> {
  const draft = join(dir, `.${name}.${randomBytes(8).toString('hex')}`);
  try {
    await writeDraft(draft, text, mode);
    await link(draft, join(dir, name)).catch((error: unknown) => {
      const reason = reasonOf(error);
      if (reason === 'EEXIST') return;
      // No hard links here (FAT, some network and container mounts): whole still, but the last of two racers wins.
      if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(reason)) return rename(draft, join(dir, name));
      throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(path: string, text: string, mode: number): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  // Whatever the umask took away; the certificate is for everybody.
  await file.chmod(mode);
  await file.sync();
}

function incomplete(dir: string, missing: string, present: string): UserError {
  return new UserError('ca-incomplete', { dir, missing, present });
}
