/** `tlscope ca`: what clients need to know of the root CA. */
import { X509Certificate } from 'node:crypto';
import type { Command } from 'commander';
import { Authority } from '../ca/authority.ts';
import { reasonOf, UserError } from '../errors.ts';
import { type ClientDefaults, certsOption } from './client-options.ts';
import { FORCE, openNewFile, wroteLine } from './new-file.ts';

interface Options {
  readonly certs: string;
}

interface ExportOptions extends Options {
  readonly der?: true;
  readonly out?: string;
  readonly force?: true;
}

/** Adds `ca show`, `ca path` and `ca export`. They only read, and throw UserError: `ca-none` and the like. */
export function addCaCommand(program: Command, defaults: Pick<ClientDefaults, 'certs'>): void {
  const ca = program.command('ca').description('show, find or export the root CA certificate');
  const add = (name: string, description: string) =>
    ca.command(name).description(description).addOption(certsOption(defaults));

  add('show', 'print the certificate: whose, how long, its fingerprints, its file').action(async (options: Options) => {
    process.stdout.write(description(await existing(options.certs)));
  });
  add('path', "print the path of the certificate's file").action(async (options: Options) => {
    process.stdout.write(`${(await existing(options.certs)).certificatePath}\n`);
  });
  add('export', 'write the certificate, never its key, to a file or to standard output')
    .option('--der', 'in DER, as Android and Windows like it, instead of PEM')
    .option('--out <file>', 'the file to write')
    .option(...FORCE)
    .action(exportCertificate);
}

async function existing(dir: string): Promise<Authority> {
  const authority = await Authority.find(dir);
  if (authority === undefined) throw new UserError('ca-none', { dir });
  return authority;
}

function description(authority: Authority): string {
  const rows = [
    ['Subject', authority.subject.split('\n').join(', ')],
    ['Valid until', authority.notAfter.toISOString().slice(0, 10)],
    ['SHA-256', authority.sha256],
    ['SPKI SHA-256', authority.spkiSha256],
    ['File', authority.certificatePath],
  ] as const;
  return rows.map(([label, value]) => `${`${label}:`.padEnd(14)}${value}\n`).join('');
}

async function exportCertificate(options: ExportOptions): Promise<void> {
  const authority = await existing(options.certs);
  const bytes = options.der ? new X509Certificate(authority.certificatePem).raw : authority.certificatePem;
  if (options.out === undefined) {
    process.stdout.write(bytes);
    return;
  }
  await using file = await openNewFile(options.out, { force: options.force === true, isPrivate: false });
  try {
    await file.writeFile(bytes);
    console.error(await wroteLine(options.out, file));
  } catch (error) {
    throw new UserError('file-unwritable', { path: options.out, option: '--out', reason: reasonOf(error) });
  }
}
