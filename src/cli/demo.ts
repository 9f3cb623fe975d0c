/** `tlscope demo`: the main job without the internet, printed connection by connection. */
import { type Command, InvalidArgumentError } from 'commander';
import { runDemo } from '../demo/run-demo.ts';
import { ensureDashboard } from './dashboard-build.ts';
import { createLogger } from './logger.ts';

interface Options {
  readonly once?: true;
  readonly port: number;
  readonly uiPort: number;
}

/** Widest table that is still easy to read on a wide screen. */
const WIDEST = 160;

/** Adds the subcommand. Its action sets `process.exitCode` to 1 when something did not go as it should. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .summary('show the proxy at work on local servers, without the internet')
    .description(
      'Starts TLS servers of many kinds on loopback and a proxy with a CA of its own, drives curl, openssl and Node ' +
        'through it, and prints the two handshakes of each connection side by side. The dashboard then stays until Ctrl-C.',
    )
    .option('--once', 'exit after the run; the code says whether everything went as it should')
    .option('--port <port>', 'port of the proxy; any free one by default', portNumber, 0)
    .option('--ui-port <port>', 'port of the dashboard; any free one by default', portNumber, 0)
    .action(demo);
}

async function demo({ once, port, uiPort }: Options): Promise<void> {
  const stopped = firstSignal();
  if (!once) await ensureDashboard((line) => console.error(line));
  const running = await runDemo({
    port,
    uiPort,
    log: createLogger('error'),
    print: (line) => console.log(line),
    width: Math.min(process.stdout.columns ?? 120, WIDEST),
    colour: process.stdout.isTTY === true && process.stdout.hasColors(),
  });
  const { app, faults } = running;
  console.log('');
  console.log(faults.length === 0 ? 'Everything went as it should.' : `Not as it should be (${faults.length}):`);
  for (const fault of faults) console.log(`  ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  if (!once) {
    console.log(`\nThe same on the dashboard, until Ctrl-C:\n  http://127.0.0.1:${app.ui.port}/?token=${app.ui.token}`);
    console.log(
      `The proxy takes more connections:\n  http://127.0.0.1:${app.proxy.port}  CA ${app.authority.certificatePath}`,
    );
    await stopped;
  }
  await running.stop('the demo is over');
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}
