/** Builds the dashboard when a checkout does not have it yet. An installed package brings it along. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../config.ts';
import { reasonOf, UserError } from '../errors.ts';

/** @throws UserError `ui-not-built` */
export async function ensureDashboard(say: (line: string) => void): Promise<void> {
  const root = packageRoot();
  if (existsSync(join(root, 'web-ui', 'dist', 'index.html'))) return;
  say('Building the dashboard (once) …');
  try {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    await promisify(execFile)(process.execPath, [vite, 'build', 'web-ui', '--logLevel', 'warn'], { cwd: root });
  } catch (error) {
    throw new UserError('ui-not-built', { reason: reasonOf(error) });
  }
}
