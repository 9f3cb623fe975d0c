/**
 * The options by which commands reach the API of a running tlscope, and where they have its token from when none is given: a
 * tlscope keeps it beside its root CA, for its user alone, as long as it runs.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { UserError } from '../errors.ts';
import { certsOption } from './client-options.ts';
import { readUiAddress } from './running-api.ts';

export interface DashboardDefaults {
  /** The dashboard's address as a URL. */
  readonly ui: string;
  /** The folder of the root CA. */
  readonly certs: string;
}

export interface DashboardOptions extends DashboardDefaults {
  readonly token?: string;
}

/** Adds `--ui`, `--token` and `--certs`. @param what whose address `--ui` is */
export function addDashboardOptions(
  command: Command,
  defaults: DashboardDefaults,
  what = "address of the proxy's dashboard",
): Command {
  return command
    .option('--ui <url>', what, defaults.ui)
    .addOption(
      new Option('--token <token>', 'its token (that of your own tlscope on this machine is known)').env(
        'TLSCOPE_TOKEN',
      ),
    )
    .addOption(certsOption(defaults));
}

/** The token to ask with. @throws UserError `option-invalid` for the address, `token-missing` */
export function tokenOf({ ui, token, certs }: DashboardOptions): string {
  if (token !== undefined) return token;
  const { hostname, port, host } = readUiAddress(ui);
  // Another machine's is not here, and ours must not go there.
  const kept = LOOPBACK.test(hostname) ? read(fileOf(certs, Number(port || 80))) : undefined;
  if (kept === undefined) throw new UserError('token-missing', { address: host });
  return kept;
}

/**
 * Keeps the token of a dashboard in a folder that is there; gone again when the process is. Where nothing can be written,
 * commands want to be told it.
 */
export function keepToken(certs: string, port: number, token: string): void {
  const path = fileOf(certs, port);
  try {
    // Left by one that was killed.
    rmSync(path, { force: true });
    writeFileSync(path, token, { mode: 0o600, flag: 'wx' });
  } catch {
    return;
  }
  process.once('exit', () => {
    if (read(path) === token) rmSync(path, { force: true });
  });
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/;

function fileOf(certs: string, port: number): string {
  return join(certs, `dashboard-${port}.token`);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
