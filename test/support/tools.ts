/** The programs that tests drive or check against, and what a test does when one is missing. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { TestContext } from 'node:test';
import { findCommand } from '../../src/demo/command.ts';

export interface Tool {
  /** What a test calls it. */
  readonly name: string;
  /** Binaries that will do, best first: on the PATH, or at an absolute path. */
  readonly commands: readonly string[];
  /** The Debian package that brings it. */
  readonly debian: string;
  /** Arguments with which the binary ends with 0 only if it has what is meant, say a module. */
  readonly tried?: readonly string[];
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
  pythonModule('requests'),
  pythonModule('httpx'),
  pythonModule('aiohttp'),
  { name: 'ruby', commands: ['ruby'], debian: 'ruby' },
  { name: 'php', commands: ['php'], debian: 'php-cli' },
  { name: 'php-curl', commands: ['php'], debian: 'php-curl', tried: ['-r', 'exit((int) !extension_loaded("curl"));'] },
  { name: 'wget', commands: ['wget'], debian: 'wget' },
  { name: 'git', commands: ['git'], debian: 'git' },
  { name: 'java', commands: ['java'], debian: 'default-jdk-headless' },
  { name: 'keytool', commands: ['keytool'], debian: 'default-jdk-headless' },
  { name: 'nghttp', commands: ['nghttp'], debian: 'nghttp2-client' },
  { name: 'h2load', commands: ['h2load'], debian: 'nghttp2-client' },
  { name: 'nginx', commands: ['nginx', '/usr/sbin/nginx'], debian: 'nginx-light' },
];

/** Where a tool of the table is, or undefined when this machine lacks it. */
export function toolPath(name: string): string | undefined {
  const tool = TOOLS.find((row) => row.name === name);
  if (tool === undefined) throw new Error(`test/support/tools.ts has no row for ${name}; add one.`);
  return tool.commands.map(find).find((path) => path !== undefined && works(path, tool.tried));
}

/** A machine may have a second Python beside Debian's, and find it first. */
function pythonModule(name: string): Tool {
  const found = `import importlib.util, sys; sys.exit(importlib.util.find_spec('${name}') is None)`;
  return { name, commands: ['python3', '/usr/bin/python3'], debian: `python3-${name}`, tried: ['-c', found] };
}

function find(command: string): string | undefined {
  if (!isAbsolute(command)) return findCommand(command);
  try {
    accessSync(command, constants.X_OK);
    return command;
  } catch {
    return undefined;
  }
}

function works(path: string, tried: readonly string[] | undefined): boolean {
  return tried === undefined || spawnSync(path, tried, { stdio: 'ignore', timeout: 30_000 }).status === 0;
}

/**
 * Says whether all these tools are here. If not, the test is skipped with `needs NAME` (the runner counts those), or,
 * when `CI` is `true`, fails: a build machine must not pass by skipping.
 *
 * Use it first thing: `if (!needsTool(t, 'curl')) return;`
 */
export function needsTool(t: TestContext, ...names: string[]): boolean {
  const skip = skipWithout(...names);
  if (skip !== false) t.skip(skip);
  return skip === false;
}

/**
 * The same for a whole suite: its `skip` option.
 * @throws when a tool is missing and `CI` is `true`
 */
export function skipWithout(...names: string[]): string | false {
  const missing = names.filter((name) => toolPath(name) === undefined);
  if (missing.length === 0) return false;
  const needs = `needs ${missing.join(', ')}`;
  if (process.env['CI'] === 'true') throw new Error(`${needs}: run node scripts/setup.ts`);
  return needs;
}
