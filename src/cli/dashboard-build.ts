/** Builds the dashboard when a checkout has none, or one older than its sources. An installed package brings it along. */
import { execFile } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../config.ts';
import { reasonOf, UserError } from '../errors.ts';

/** What is built into it: what ARCHITECTURE.md lets web-ui import. */
const SOURCES = ['web-ui/{index.html,vite.config.ts}', 'web-ui/src/**', 'src/{shared,wire,insight,filter}/**/*.ts'];

/**
 * @param root the folder of package.json
 * @throws UserError `ui-not-built`
 */
export async function ensureDashboard(say: (line: string) => void, root = packageRoot()): Promise<void> {
  const built = join(root, 'web-ui', 'dist');
  const page = join(built, 'index.html');
  if (existsSync(page)) {
    if (!isOlderThanSources(page, root)) return;
    say('Building the dashboard anew, as its sources have changed …');
  } else say('Building the dashboard (once) …');
  // Beside the old one, which another tlscope may be serving.
  const fresh = `${built}-${process.pid}`;
  try {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const args = [vite, 'build', 'web-ui', '--logLevel', 'warn', '--outDir', fresh, '--emptyOutDir'];
    await promisify(execFile)(process.execPath, args, { cwd: root });
    await rm(built, { recursive: true, force: true });
    await rename(fresh, built);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Unless another that did the same came first.
    if (!existsSync(page) || isOlderThanSources(page, root))
      throw new UserError('ui-not-built', { reason: reasonOf(error) });
  }
}

function isOlderThanSources(page: string, root: string): boolean {
  const builtAt = statSync(page).mtimeMs;
  // A file may be gone since it was listed.
  const changedAt = (path: string) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return globSync(SOURCES, { cwd: root }).some((path) => changedAt(path) > builtAt);
}
