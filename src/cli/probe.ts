/** `tlscope probe HOST[:PORT]`: one handshake with a server, explained, with an exit code for scripts. */
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { text as bodyText } from 'node:stream/consumers';
import { createSecureContext } from 'node:tls';
import type { Command } from 'commander';
import { reasonOf, UserError } from '../errors.ts';
import { groupFrom, suitesFrom, versionFrom } from '../probe/code-points.ts';
import { helloLike, OWN } from '../probe/like.ts';
import { changedOffer } from '../probe/offer.ts';
import { type Probed, type ProbeVerdict, probe } from '../probe/probe.ts';
import { RECORDED_PROGRAMS } from '../probe/recorded-offers.ts';
import { readTarget, serverNameOf, type Target } from '../probe/target.ts';
import type { Credential, Offer } from '../proxy/mirror.ts';
import { Roots, readRoots } from '../proxy/roots.ts';
import { sideBySide } from '../terminal/side-by-side.ts';
import { printable } from '../wire/x509/printable.ts';
import { addDashboardOptions, type DashboardDefaults, type DashboardOptions, tokenOf } from './dashboard-token.ts';
import { Output } from './output.ts';
import { askApi, readUiAddress } from './running-api.ts';

interface Options extends DashboardOptions {
  readonly as: string;
  readonly versions?: string;
  readonly tlsMin?: string;
  readonly tlsMax?: string;
  readonly suites?: string;
  readonly groups?: string;
  readonly alpn?: string;
  readonly sni?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly upstreamCa?: readonly string[];
  readonly insecure?: true;
  readonly timeout: number;
  readonly json?: true;
  readonly brief?: true;
  readonly explain?: true;
  readonly showSecrets?: true;
}

const EXIT_CODES: Readonly<Record<ProbeVerdict, number>> = { fine: 0, failed: 2, untrusted: 3, unreachable: 4 };

const AFTER_HELP = `
Programs for --as:
${[...RECORDED_PROGRAMS.map(({ name, program }) => `  ${name.padEnd(8)} ${program}`), `  ${OWN.padEnd(8)} this runtime's own offer (the default)`].join('\n')}

Exit codes:
  0  the handshake went through and the certificate is trusted (or --insecure was given)
  1  wrong usage: an option, a file, a name
  2  the handshake failed
  3  the handshake went through, but the certificate is not trusted or not valid for the name
  4  no connection: the name was not found, or nobody answers there
`;

/** Adds the subcommand. Its action sets `process.exitCode` and throws UserError. */
export function addProbeCommand(program: Command, defaults: DashboardDefaults): void {
  const command = program
    .command('probe')
    .summary('make one handshake with a server and explain it')
    .description(
      'Makes one TLS handshake with a server, prints its six steps, its certificates and what is worth knowing. TLS begins ' +
        'with the first byte: STARTTLS, as mail servers have it, is not spoken.',
    )
    .argument('<host[:port]>', 'the server; the port is 443 unless given, an IPv6 address stands in brackets')
    .option(
      '--as <who>',
      'offer what this one offers: a program below, a connection as JSON (FILE.json), or its number',
      OWN,
    )
    .option('--versions <list>', 'versions to offer, e.g. 1.2,1.3')
    .option('--tls-min <version>', 'lowest version to offer')
    .option('--tls-max <version>', 'highest version to offer')
    .option('--suites <list>', 'cipher suites to offer, in order, by their IANA or OpenSSL names')
    .option('--groups <list>', 'key exchange groups to offer, in order, e.g. x25519,P-256')
    .option('--alpn <list>', 'application protocols to offer, e.g. h2,http/1.1; "none" for none')
    .option('--sni <name>', 'server name to ask for, which the certificate must then be for; "none" for none')
    .option('--client-cert <file>', 'client certificate, PEM')
    .option('--client-key <file>', 'its key, PEM; the same file unless given')
    .option('--upstream-ca <file>', 'PEM file with root certificates to trust beside the system’s; repeatable', collect)
    .option('--insecure', 'accept any certificate')
    .option('--timeout <seconds>', 'for the connection, and again for the handshake', seconds, 10)
    .option('--brief', 'print the verdict alone')
    .option('--explain', 'print too how each key is derived')
    .option('--json', 'print the connection as JSON, with everything that is derived from it')
    .option('--show-secrets', 'show the values of the secrets and keys')
    .addHelpText('after', AFTER_HELP)
    .action(async (target: string, options: Options) => {
      process.exitCode = await run(readTarget(target), options);
    });
  addDashboardOptions(command, defaults, 'dashboard of the running proxy that --as NUMBER means');
}

/** @returns the exit code */
async function run(target: Target, options: Options): Promise<number> {
  const roots = new Roots(readRoots(options.upstreamCa ?? []));
  const probed = await probe({
    ...target,
    hello: await offerFor(target, options),
    roots,
    credential: credentialFrom(options),
    insecure: options.insecure === true,
    timeout: options.timeout * 1000,
    showSecrets: options.showSecrets === true,
  });
  const output = new Output(process.stdout);
  output.write(options.json ? `${JSON.stringify(probed.connection)}\n` : printed(target, probed, options));
  await output.finished();
  return EXIT_CODES[probed.verdict];
}

async function offerFor({ host }: Target, options: Options): Promise<Offer> {
  const { versions, tlsMin, tlsMax, suites, groups, alpn, sni } = options;
  if (versions !== undefined && (tlsMin ?? tlsMax) !== undefined) {
    const expected = 'Give either --versions or --tls-min and --tls-max.';
    throw new UserError('option-invalid', { option: '--versions', value: versions, expected });
  }
  const lowest = given(tlsMin, (text) => versionFrom(text, '--tls-min'));
  const highest = given(tlsMax, (text) => versionFrom(text, '--tls-max'));
  if (lowest !== undefined && highest !== undefined && lowest > highest) {
    const expected = `It must not be above --tls-max, which is ${tlsMax}.`;
    throw new UserError('option-invalid', { option: '--tls-min', value: tlsMin ?? '', expected });
  }
  const base = await helloLike(options.as, (id) => recordedConnection(id, options));
  return changedOffer(base, {
    versions: given(versions, (text) => list(text, '--versions').map((each) => versionFrom(each, '--versions'))),
    lowest,
    highest,
    suites: await given(suites, async (text) =>
      (await Promise.all(list(text, '--suites').map((each) => suitesFrom(each, '--suites')))).flat(),
    ),
    groups: given(groups, (text) => list(text, '--groups').map((each) => groupFrom(each, '--groups'))),
    alpn: given(alpn, protocols),
    serverName: sni === 'none' ? undefined : serverNameOf(sni === undefined ? host : readTarget(sni).host),
  });
}

/** @returns JSON @throws UserError `token-missing`, `api-not-running`, `token-refused`, `api-refused` */
async function recordedConnection(id: string, options: Options): Promise<string> {
  const url = readUiAddress(options.ui);
  url.search = '';
  url.pathname = `/api/connections/${id}`;
  const isJson = (headers: IncomingHttpHeaders) => headers['content-type']?.startsWith('application/json') === true;
  return bodyText(await askApi(url, tokenOf(options), isJson));
}

function given<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}

function credentialFrom({ clientCert, clientKey }: Options): Credential | undefined {
  if (clientCert === undefined) {
    if (clientKey === undefined) return undefined;
    const expected = 'Give --client-cert FILE too.';
    throw new UserError('option-invalid', { option: '--client-key', value: clientKey, expected });
  }
  const cert = readText(clientCert, '--client-cert');
  const key = clientKey === undefined ? cert : readText(clientKey, '--client-key');
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new UserError('client-certificate-unusable', { path: clientCert, reason: reasonOf(error) });
  }
  return { cert, key };
}

function readText(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError('file-unreadable', { path, option, reason: reasonOf(error) });
  }
}

const VERDICTS: Readonly<Record<ProbeVerdict, string>> = {
  fine: 'Fine',
  failed: 'The handshake failed',
  untrusted: 'The certificate is not accepted',
  unreachable: 'No connection',
};

const WIDEST = 120;

function printed(
  { host, port }: Target,
  { connection, verdict }: Probed,
  { brief, explain, showSecrets }: Options,
): string {
  const { columns, isTTY } = process.stdout;
  const colour = isTTY === true && process.stdout.hasColors();
  const width = Math.min(columns ?? 80, WIDEST);
  const lines = sideBySide(connection, {
    width,
    colour,
    explain: true,
    keys: explain === true || showSecrets === true,
  });
  const { remote, tcp, tls } = connection.legs.server ?? {};
  const to = remote === undefined ? '' : ` at ${remote.address}`;
  const since = (at: number | undefined, what: string) =>
    at === undefined || tcp === undefined ? '' : `, ${what} after ${(at - tcp.startedAt).toFixed(1)} ms`;
  const where = `${printable(host)} port ${port}${to}`;
  const facts = [tls?.version, tls?.suite, tls?.group].filter((fact) => fact !== undefined).map(printable);
  const failure = tls?.failure;
  const told = [
    `${VERDICTS[verdict]}${failure ? `: ${failure.cause}` : facts.length > 0 ? `: ${facts.join(', ')}` : ''}`,
    ...(failure ? [`  ${printable(failure.text)}`] : []),
  ];
  if (brief) return `${told.join('\n')}\n`;
  return `${[...told, '', `${where}${since(tcp?.resolvedAt, 'resolved')}${since(tcp?.connectedAt, 'connected')}`, ...lines].join('\n')}\n`;
}

/** @throws UserError `option-invalid` where nothing is in it */
function list(text: string, option: string): string[] {
  const items = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  if (items.length > 0) return items;
  const expected = 'Give at least one, and commas between several.';
  throw new UserError('option-invalid', { option, value: text, expected });
}

/** Bytes of a protocol's name, and of all of them with their lengths (RFC 7301 §3.1). */
const MAX_PROTOCOL = 255;
const MAX_PROTOCOLS = 65_535;

function protocols(text: string): string[] {
  if (text === 'none') return [];
  const names = list(text, '--alpn');
  const sizes = names.map((name) => Buffer.byteLength(name));
  const tooLong = sizes.some((size) => size > MAX_PROTOCOL);
  if (!tooLong && sizes.reduce((sum, size) => sum + 1 + size, 0) <= MAX_PROTOCOLS) return names;
  const expected = tooLong
    ? `The name of a protocol has at most ${MAX_PROTOCOL} bytes.`
    : `All names together, each with a byte for its length, have at most ${MAX_PROTOCOLS} bytes.`;
  throw new UserError('option-invalid', { option: '--alpn', value: `${text.slice(0, 40)}…`, expected });
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0 && value <= 3600) return value;
  const expected = 'Give a number of seconds above 0, at most 3600.';
  throw new UserError('option-invalid', { option: '--timeout', value: text, expected });
}
