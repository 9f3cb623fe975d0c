/** argv to a subcommand; what a user can mend is one line with a hint and exit code 1. */
import { Command, CommanderError } from 'commander';
import { tlscopeVersion } from '../app.ts';
import { defaultConfig } from '../config.ts';
import { UserError } from '../errors.ts';
import { addBrowserCommand } from './browser.ts';
import { addCaCommand } from './ca.ts';
import { addDemoCommand } from './demo.ts';
import { addRunCommand } from './run.ts';
import { addStartCommand } from './start.ts';

export async function main(argv: readonly string[]): Promise<void> {
  const { certs, host, port } = defaultConfig();
  const clients = { certs, proxy: `http://${host}:${port}` };
  const program = new Command('tlscope')
    .description('An HTTPS-intercepting debug proxy that shows both TLS handshakes.')
    .version(tlscopeVersion())
    .showHelpAfterError('(tlscope --help shows the commands and options)')
    .exitOverride();
  addStartCommand(program);
  addRunCommand(program, clients);
  addBrowserCommand(program, clients);
  addCaCommand(program, clients);
  addDemoCommand(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  // Commander has already printed its own message.
  if (error instanceof CommanderError) return error.exitCode;
  if (error instanceof UserError) {
    console.error(`tlscope: ${error.message}\n  ${error.hint}`);
    return 1;
  }
  console.error(error);
  return 70;
}
