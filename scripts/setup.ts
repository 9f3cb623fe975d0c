/**
 * Installs what the tests need from Debian, when it may: something is missing, we are root, and apt is there.
 * Otherwise it prints the exact command. It never fails: tests that lack a tool skip and are counted,
 * or fail when `CI` is `true`.
 */
import { spawnSync } from 'node:child_process';
import { findCommand } from '../src/demo/command.ts';
import { TOOLS, toolPath } from '../test/support/tools.ts';

const APT = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };

/** Debian packages that would bring the missing tools, each once. */
export function missingPackages(): string[] {
  const missing = TOOLS.filter((tool) => toolPath(tool.name) === undefined);
  return [...new Set(missing.map((tool) => tool.debian))];
}

/** Installs the missing tools or says how; all output goes to stderr. */
export function setUp(): void {
  const packages = missingPackages();
  if (packages.length === 0) return;
  const mayInstall = process.getuid?.() === 0 && findCommand('apt-get') !== undefined;
  if (mayInstall) {
    console.error(`Installing what the tests need: ${packages.join(' ')}`);
    apt(['update', '-qq']);
    apt(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  }
  const left = missingPackages();
  if (left.length === 0) return;
  console.error(`Missing for some tests: ${left.join(', ')}. To install on Debian or Ubuntu:`);
  console.error(`  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${left.join(' ')}`);
}

function apt(args: readonly string[]): void {
  // dpkg talks on stdout; stdout is the test report's.
  spawnSync('apt-get', args, { env: APT, stdio: ['ignore', 2, 2], timeout: 600_000 });
}

if (import.meta.main) setUp();
