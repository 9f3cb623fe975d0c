/** What a client's environment must say for it to go through the proxy and to trust our root. */
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import type { Authority } from '../ca/authority.ts';

export interface ClientEnvironment extends Disposable {
  /** To be laid over the environment at hand. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * `proxy`: the proxy's URL. `none`: nothing is exempt. `on`: a switch. `addition`: a file whose roots the program adds
 * to its own. `store`: a file that takes the place of the program's roots, so it must hold those of the system as well.
 * `wgetrc`: a start-up file of wget that names the store.
 */
type Value = 'proxy' | 'none' | 'on' | 'addition' | 'store' | 'wgetrc';

interface Variable {
  readonly name: string;
  readonly value: Value;
  readonly readBy: string;
}

export const CLIENT_VARIABLES: readonly Variable[] = [
  {
    name: 'http_proxy',
    value: 'proxy',
    readBy: 'curl (which reads no upper-case form of this one), wget, most others',
  },
  { name: 'HTTP_PROXY', value: 'proxy', readBy: 'Node, Go, Python' },
  { name: 'https_proxy', value: 'proxy', readBy: 'curl, wget, most others' },
  { name: 'HTTPS_PROXY', value: 'proxy', readBy: 'curl, Node, Go, Python' },
  { name: 'all_proxy', value: 'proxy', readBy: 'curl, git' },
  { name: 'ALL_PROXY', value: 'proxy', readBy: 'curl, Rust clients' },
  // Empty and not absent, so that it also wins over a list in a configuration file. Go and .NET go to loopback
  // directly whatever it says.
  { name: 'no_proxy', value: 'none', readBy: 'curl, Python, most others' },
  { name: 'NO_PROXY', value: 'none', readBy: 'curl, Node, Go, Python' },
  { name: 'NODE_USE_ENV_PROXY', value: 'on', readBy: 'Node 22.21, 24.5 and newer, which else read no proxy variable' },
  { name: 'NODE_EXTRA_CA_CERTS', value: 'addition', readBy: 'Node, npm, Electron, Bun' },
  { name: 'DENO_CERT', value: 'addition', readBy: 'Deno' },
  { name: 'SSL_CERT_FILE', value: 'store', readBy: 'OpenSSL, Go on Linux, Ruby, Rust, Python httpx, uv' },
  { name: 'CURL_CA_BUNDLE', value: 'store', readBy: 'curl, Python requests' },
  { name: 'REQUESTS_CA_BUNDLE', value: 'store', readBy: 'Python requests' },
  { name: 'PIP_CERT', value: 'store', readBy: 'pip' },
  { name: 'HTTPLIB2_CA_CERTS', value: 'store', readBy: 'Python httplib2' },
  { name: 'GIT_SSL_CAINFO', value: 'store', readBy: 'git' },
  { name: 'AWS_CA_BUNDLE', value: 'store', readBy: 'AWS CLI and SDKs' },
  { name: 'CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE', value: 'store', readBy: 'gcloud' },
  { name: 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', value: 'store', readBy: 'gRPC' },
  { name: 'CARGO_HTTP_CAINFO', value: 'store', readBy: 'Cargo' },
  { name: 'BUNDLE_SSL_CA_CERT', value: 'store', readBy: 'Bundler' },
  { name: 'COMPOSER_CAFILE', value: 'store', readBy: 'Composer' },
  { name: 'PERL_LWP_SSL_CA_FILE', value: 'store', readBy: 'Perl LWP' },
  { name: 'NIX_SSL_CERT_FILE', value: 'store', readBy: 'Nix' },
  // Built with GnuTLS, as Debian has it, it reads no variable that names roots.
  { name: 'WGETRC', value: 'wgetrc', readBy: 'wget' },
];

/** Where systems keep all their roots in one file. */
const STORE_FILES = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch, Gentoo
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/ssl/cert.pem', // Alpine, macOS, BSD
];

/**
 * Variables for a program that is to go through `proxy`. Roots that `environment` names are kept beside ours.
 * The files that the variables name live until the result is disposed of.
 */
export async function clientEnvironment(
  proxy: string,
  authority: Authority,
  environment: NodeJS.ProcessEnv,
): Promise<ClientEnvironment> {
  const dir = await mkdtemp(join(tmpdir(), 'tlscope-roots-'));
  const store = join(dir, 'store.pem');
  const addition = join(dir, 'addition.pem');
  const added = readRoots(environment['NODE_EXTRA_CA_CERTS']) ?? '';
  await writeFile(store, joined(systemRoots(environment), authority.certificatePem));
  await writeFile(addition, joined(added, authority.certificatePem));
  const wgetrc = join(dir, 'wgetrc');
  // It may hold passwords.
  await writeFile(wgetrc, `${ownWgetrc(environment)}\nca_certificate = ${store}\n`, { mode: 0o600 });
  const values: Record<Value, string> = { proxy, none: '', on: '1', addition, store, wgetrc };
  return {
    variables: Object.fromEntries(CLIENT_VARIABLES.map(({ name, value }) => [name, values[value]])),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** The start-up file that wget would read, as ours takes its place and it cannot include another; the last word on a setting counts. */
function ownWgetrc({ WGETRC, HOME }: NodeJS.ProcessEnv): string {
  const path = WGETRC || (HOME && join(HOME, '.wgetrc'));
  try {
    return path ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}

/** PEM of the roots that programs trust on this machine, or under this environment. */
function systemRoots(environment: NodeJS.ProcessEnv): string {
  for (const path of [environment['SSL_CERT_FILE'], ...STORE_FILES]) {
    const roots = readRoots(path);
    if (roots !== undefined) return roots;
  }
  const system = getCACertificates('system');
  return (system.length > 0 ? system : getCACertificates('bundled')).join('\n');
}

function readRoots(path: string | undefined): string | undefined {
  if (!path) return undefined;
  try {
    const text = readFileSync(path, 'utf8');
    return text.includes('-----BEGIN CERTIFICATE-----') ? text : undefined;
  } catch {
    return undefined;
  }
}

function joined(roots: string, ours: string): string {
  return roots === '' || roots.endsWith('\n') ? roots + ours : `${roots}\n${ours}`;
}
