/** argv to a subcommand; what a user can mend is one line with a hint and exit code 1. */
import { Command, CommanderError } from 'commander';
import { defaultConfig, tlscopeVersion } from '../config.ts';
import { UserError } from '../errors.ts';
import { hostInUrl } from './address.ts';
import { nearest } from './nearest.ts';

/** Each in a file of its own, loaded when it is asked for: `start` shall not wait for what `demo` needs. */
const SUBCOMMANDS: Readonly<Record<string, (program: Command) => Promise<void>>> = {
  start: async (program) => (await import('./start.ts')).addStartCommand(program),
  run: async (program) => (await import('./run.ts')).addRunCommand(program, clientDefaults()),
  browser: async (program) => (await import('./browser.ts')).addBrowserCommand(program, clientDefaults()),
  ca: async (program) => (await import('./ca.ts')).addCaCommand(program, clientDefaults()),
  probe: async (program) => (await import('./probe.ts')).addProbeCommand(program, uiDefaults()),
  export: async (program) => (await import('./export.ts')).addExportCommand(program, uiDefaults()),
  import: async (program) => (await import('./import.ts')).addImportCommand(program),
  replay: async (program) => (await import('./replay.ts')).addReplayCommand(program, uiDefaults()),
  read: async (program) => (await import('./read.ts')).addReadCommand(program),
  open: async (program) => (await import('./open.ts')).addOpenCommand(program),
  show: async (program) => (await import('./show.ts')).addShowCommand(program, uiDefaults()),
  demo: async (program) => (await import('./demo.ts')).addDemoCommand(program),
};

/** Sets `process.exitCode`; does not throw. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('tlscope')
    .description('An HTTPS-intercepting debug proxy that shows both TLS handshakes.')
    .version(tlscopeVersion())
    // Said by `report`, in our own style.
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  try {
    const word = argv[2] ?? '';
    const asked = Object.hasOwn(SUBCOMMANDS, word) ? SUBCOMMANDS[word] : undefined;
    if (asked === undefined && /^\w/.test(word) && word !== 'help') {
      const meant = nearest(word, Object.keys(SUBCOMMANDS));
      throw new UserError('command-unknown', { command: word, meant: meant ? `Did you mean ${meant}? ` : '' });
    }
    if (asked !== undefined) await asked(program);
    else for (const add of Object.values(SUBCOMMANDS)) await add(program);
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error, program, argv.slice(2));
  }
}

/** Where `start` listens in the same environment. */
function clientDefaults(): { certs: string; proxy: string } {
  const { certs, host, port } = defaultConfig();
  return { certs, proxy: addressOf('TLSCOPE_HOST', host, 'TLSCOPE_PORT', port) };
}

function uiDefaults(): { certs: string; ui: string } {
  const { certs, uiHost, uiPort } = defaultConfig();
  return { certs, ui: addressOf('TLSCOPE_UI_HOST', uiHost, 'TLSCOPE_UI_PORT', uiPort) };
}

function addressOf(hostVariable: string, host: string, portVariable: string, port: number): string {
  const { [hostVariable]: otherHost = host, [portVariable]: otherPort = port } = process.env;
  return `http://${hostInUrl(otherHost)}:${otherPort}`;
}

function report(error: unknown, program: Command, words: readonly string[]): number {
  if (error instanceof CommanderError) {
    // Help is printed by then.
    if (error.exitCode !== 0 && !error.code.startsWith('commander.help'))
      console.error(`tlscope: ${sentence(error.message)}\n  See: ${commandOf(program, words)} --help`);
    return error.exitCode;
  }
  if (error instanceof UserError) {
    console.error(`tlscope: ${error.message}\n  ${error.hint}`);
    return error.exitCode;
  }
  console.error(error);
  return 70;
}

/** Commander's `error: unknown option '--x'\n(Did you mean --y?)`. */
function sentence(message: string): string {
  const [first = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const said = `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.$/, '')}.`;
  return suggestion === undefined ? said : `${said} ${suggestion.replace(/^\(|\)$/g, '')}`;
}

/** The command that the words begin with, as it is called. */
function commandOf(program: Command, words: readonly string[]): string {
  let command = program;
  const path = [program.name()];
  for (const word of words) {
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) break;
    path.push(word);
    command = next;
  }
  return path.join(' ');
}
