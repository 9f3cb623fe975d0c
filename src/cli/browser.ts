/** `tlscope browser [URL]`: Chromium in a profile of its own that goes through the proxy and trusts our root. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../errors.ts';
import { findBrowser } from './browser-places.ts';
import { runInOurPlace } from './child.ts';
import { type ClientDefaults, certsOption, proxyOption } from './client-options.ts';
import { findRunningProxy } from './running-proxy.ts';

interface Options {
  readonly proxy: string;
  readonly certs: string;
  readonly browser?: string;
}

/** Adds the subcommand. Its action ends with the browser, sets `process.exitCode` to its exit code and throws UserError. */
export function addBrowserCommand(program: Command, defaults: ClientDefaults): void {
  program
    .command('browser')
    .summary('open Chromium or Chrome through the proxy, trusting the root CA')
    .description(
      'Opens Chromium or Chrome in a throw-away profile: the proxy is set (loopback ' +
        'included) and the root CA trusted for this profile alone. The profile is removed ' +
        'when the browser ends.',
    )
    .usage('[options] [URL] [-- CHROMIUM-FLAG...]')
    .argument('[url]', 'the page to open', 'about:blank')
    .argument('[flags...]', 'more flags for the browser')
    .option('--browser <path>', 'the browser to run (default: the first Chromium or Chrome found)')
    .addOption(proxyOption(defaults))
    .addOption(certsOption(defaults))
    .action(async (url: string, flags: string[], options: Options) => {
      // After a bare `--` the first flag lands in the URL's place.
      const noUrl = url.startsWith('-');
      process.exitCode = await openBrowser(noUrl ? 'about:blank' : url, noUrl ? [url, ...flags] : flags, options);
    });
}

/**
 * Chromium's flags. It refuses an SPKI exception without a profile of its own, and looks for the exempt key in the
 * chain that the server sends: our leaves come with their root.
 */
function browserFlags(profile: string, proxy: string, spkiSha256: string): string[] {
  return [
    `--user-data-dir=${profile}`,
    `--proxy-server=${proxy}`,
    // By default loopback is not proxied; this takes the default away.
    '--proxy-bypass-list=<-loopback>',
    `--ignore-certificate-errors-spki-list=${spkiSha256}`,
    ...QUIET,
  ];
}

/** Chromium never connects to port 1. */
const NOWHERE = 'http://127.0.0.1:1/';

/** A first start with no questions, and no traffic of the browser's own among the user's. */
const QUIET = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-client-side-phishing-detection',
  '--disable-breakpad',
  '--metrics-recording-only',
  '--no-pings',
  '--disable-features=NetworkTimeServiceQuerying,OptimizationHints,MediaRouter,Translate',
  // What asks Google for components and accounts in spite of all these.
  `--component-updater=url-source=${NOWHERE}`,
  `--gaia-url=${NOWHERE}`,
];

async function openBrowser(url: string, flags: readonly string[], options: Options): Promise<number> {
  const browser = options.browser ?? findBrowser();
  if (browser === undefined) throw new UserError('browser-not-found');
  const { address, authority } = await findRunningProxy(options.proxy, options.certs);
  const profile = await mkdtemp(join(tmpdir(), 'tlscope-browser-'));
  try {
    const args = [...browserFlags(profile, address.url, authority.spkiSha256), ...sandboxFlags(), ...flags, url];
    return await runInOurPlace(browser, args, process.env);
  } finally {
    // Helper processes may write their last a moment after the browser has ended.
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function sandboxFlags(): string[] {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [];
  console.error('Running as root: Chromium starts only without its sandbox, so it is given --no-sandbox.');
  return ['--no-sandbox'];
}
