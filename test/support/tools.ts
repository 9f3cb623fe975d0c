/** The programs that tests drive or check against, and what a test does when one is missing. */
import type { TestContext } from 'node:test';
import { findCommand } from '../../src/demo/command.ts';

export interface Tool {
  /** What a test calls it. */
  readonly name: string;
  /** Binaries that will do, best first. */
  readonly commands: readonly string[];
  /** The Debian package that brings it. */
  readonly debian: string;
}

/** Every program that some test needs. `scripts/setup.ts` installs from this table. */
export const TOOLS: readonly Tool[] = [
  { name: 'chromium', commands: ['chromium', 'chromium-browser', 'google-chrome'], debian: 'chromium' },
  { name: 'firefox', commands: ['firefox-esr', 'firefox'], debian: 'firefox-esr' },
  { name: 'tshark', commands: ['tshark'], debian: 'tshark' },
  { name: 'openssl', commands: ['openssl'], debian: 'openssl' },
  { name: 'curl', commands: ['curl'], debian: 'curl' },
  { name: 'gnutls-cli', commands: ['gnutls-cli'], debian: 'gnutls-bin' },
  { name: 'certtool', commands: ['certtool'], debian: 'gnutls-bin' },
  { name: 'python3', commands: ['python3'], debian: 'python3' },
  { name: 'nghttp', commands: ['nghttp'], debian: 'nghttp2-client' },
  { name: 'h2load', commands: ['h2load'], debian: 'nghttp2-client' },
  { name: 'nginx', commands: ['nginx', '/usr/sbin/nginx'], debian: 'nginx-light' },
];

/** Where a tool of the table is, or undefined when this machine lacks it. */
export function toolPath(name: string): string | undefined {
  const tool = TOOLS.find((row) => row.name === name);
  if (tool === undefined) throw new Error(`test/support/tools.ts has no row for ${name}; add one.`);
  for (const command of tool.commands) {
    const path = findCommand(command);
    if (path !== undefined) return path;
  }
  return undefined;
}

/**
 * Says whether all these tools are here. If not, the test is skipped with `needs NAME` (the runner counts those), or,
 * when `CI` is `true`, fails: a build machine must not pass by skipping.
 *
 * Use it first thing: `if (!needsTool(t, 'curl')) return;`
 */
export function needsTool(t: TestContext, ...names: string[]): boolean {
  const missing = names.filter((name) => toolPath(name) === undefined);
  if (missing.length === 0) return true;
  if (process.env['CI'] === 'true') throw new Error(`needs ${missing.join(', ')}: run node scripts/setup.ts`);
  t.skip(`needs ${missing.join(', ')}`);
  return false;
}
