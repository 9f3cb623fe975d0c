/** What the recipes need to know of this proxy, as a client at the chosen address sees it. */
import type { Setup } from '../../../src/shared/api.ts';
import { hostPort } from '../text/format.ts';
import { powershellQuoted, type Shell, shellQuoted } from './shell.ts';

export interface Facts {
  /** The client runs on the machine that tlscope runs on. */
  readonly local: boolean;
  /** An address, an IPv6 one without brackets. */
  readonly host: string;
  readonly port: number;
  /** `http://HOST:PORT` */
  readonly proxy: string;
  /** The address that phones reach; undefined where none can. */
  readonly phone: string | undefined;
  /** Where the proxy itself serves the CA certificate as PEM. */
  readonly caUrl: string;
  /** The file with the CA certificate, as a word of `shell`. */
  readonly caWord: string;
  /** The same for a form or a file: a path without quotes. */
  readonly caPath: string;
  /** The common name of the CA, by which it is found in lists. */
  readonly caName: string;
  /** Of the CA certificate, upper-case hex with colons. */
  readonly sha256: string;
  /** Whose commands are shown. */
  readonly shell: Shell;
  /** What the checks ask for. */
  readonly target: string;
  /** The command itself, as it is called where tlscope was started. */
  readonly command: string;
  /** `tlscope SUBCOMMAND` with the CA's folder, and the proxy where it is not the one that is looked for by itself. */
  readonly tlscope: (subcommand: string, rest: string) => string;
}

export type Address = Setup['addresses'][number];

/** What the checks ask for: a name that IANA keeps for examples (RFC 2606 §3) and that answers over TLS. */
export const TARGET = 'https://example.com/';

/** Where `tlscope run` and `tlscope browser` look by themselves. */
const DEFAULT_PROXY = 'http://127.0.0.1:8080';

/** What recipes are made from. */
export function factsFor(setup: Setup, address: Address, shell: Shell, target = TARGET): Facts {
  const local = address.internal;
  const host = address.address;
  const { port } = setup.proxy;
  const proxy = `http://${hostPort(host, port)}`;
  const quoted = shell === 'posix' ? shellQuoted : powershellQuoted;
  const file = shell === 'posix' ? '/tlscope-ca.pem' : '\\tlscope-ca.pem';
  const options = `--certs ${quoted(folderOf(setup.ca.path))}${proxy === DEFAULT_PROXY ? '' : ` --proxy ${proxy}`}`;
  return {
    local,
    host,
    port,
    proxy,
    phone: local ? addressesForPhones(setup)[0]?.address : host,
    caUrl: `${proxy}/ca.pem`,
    caWord: local ? quoted(setup.ca.path) : `"$HOME${file}"`,
    caPath: local ? setup.ca.path : 'tlscope-ca.pem',
    caName: commonName(setup.ca.subject),
    sha256: setup.ca.sha256,
    shell,
    target,
    command: setup.command,
    tlscope: (subcommand, rest) => `${setup.command} ${subcommand} ${options} ${rest}`,
  };
}

/** The shell to begin with: that of the machine that tlscope runs on. */
export function shellOf(setup: Setup): Shell {
  return setup.ca.path.startsWith('/') ? 'posix' : 'powershell';
}

/** The address to begin with: this machine's own, where tlscope listens there. */
export function firstAddress(setup: Setup): Address {
  const listed = setup.addresses;
  return (
    listed.find(({ internal, family }) => internal && family === 'IPv4') ??
    listed.find(({ internal }) => internal) ??
    listed[0] ?? { address: '127.0.0.1', family: 'IPv4', internal: true, interface: '' }
  );
}

/** Addresses that a phone may reach, those of the home's and office's networks first. */
function addressesForPhones(setup: Setup): readonly Address[] {
  if (setup.proxy.listensOn === 'loopback') return [];
  const outward = setup.addresses.filter(({ internal, address }) => !internal && !/^fe80:/i.test(address));
  return [...outward.filter(({ family }) => family === 'IPv4'), ...outward.filter(({ family }) => family === 'IPv6')];
}

function commonName(subject: string): string {
  return /(?:^|, )CN=([^,]+)/.exec(subject)?.[1] ?? subject;
}

function folderOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, '');
}
