/** `tlscope run -- CMD…`: a command whose traffic goes through the proxy. */
import type { Command } from 'commander';
import { runInOurPlace } from './child.ts';
import { clientEnvironment } from './client-env.ts';
import { type ClientDefaults, certsOption, proxyOption } from './client-options.ts';
import { ownPath } from './own-path.ts';
import { findRunningProxy } from './running-proxy.ts';

const AFTER_HELP = `
Programs that do not read these variables pass by the proxy without a word: Java,
and older Nodes (below 22.21, 23 to 24.4). The dashboard's page Set up has what
they need. For browsers there is "tlscope browser".
`;

interface Options {
  readonly proxy: string;
  readonly certs: string;
}

/** Adds the subcommand. Its action sets `process.exitCode` to the command's and throws UserError. */
export function addRunCommand(program: Command, defaults: ClientDefaults): void {
  program
    // Else `tlscope run curl -v …` would take -v for itself.
    .enablePositionalOptions()
    .command('run')
    .summary('run a command through the proxy, trusting the root CA')
    .description(
      'Runs a command with the proxy and certificate variables set for it alone. ' +
        'Its exit code is passed on; signals are passed to it.',
    )
    .usage('[options] -- COMMAND [ARG...]')
    .argument('<command...>', 'the command and its arguments')
    .addOption(proxyOption(defaults))
    .addOption(certsOption(defaults))
    .passThroughOptions()
    .addHelpText('after', AFTER_HELP)
    .action(async (command: [string, ...string[]], options: Options) => {
      process.exitCode = await runThroughProxy(command, options);
    });
}

/** @returns the command's exit code, see {@link runInOurPlace} */
async function runThroughProxy([program, ...args]: [string, ...string[]], options: Options): Promise<number> {
  const { address, authority } = await findRunningProxy(options.proxy, options.certs);
  using environment = await clientEnvironment(address.url, authority, process.env);
  const PATH = ownPath(process.env);
  const env = { ...process.env, ...(PATH !== undefined && { PATH }), ...environment.variables };
  return await runInOurPlace(program, args, env);
}
