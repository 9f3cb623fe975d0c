/** Every option: its flag, its environment variable, its default and its reason, in one row each. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from './errors.ts';

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly uiHost: string;
  readonly uiPort: number;
  readonly certs: string;
  readonly token: string | undefined;
  readonly upstreamCa: readonly string[];
  readonly passthrough: readonly string[];
  readonly insecure: readonly string[];
  readonly fail: 'page' | 'mirror';
  readonly resumption: 'off' | 'client' | 'server' | 'mirror';
  readonly json: boolean;
  readonly keylog: string | undefined;
  readonly showSecrets: boolean;
  /** Of the lines that are printed; in the language of docs/filter.md. */
  readonly filter: string | undefined;
  /** Where the session is kept; a temporary file without it. */
  readonly session: string | undefined;
  /** A folder of `.proto` files. */
  readonly proto: string | undefined;
  /** Bytes. */
  readonly maxBody: number;
  /** Bytes. */
  readonly maxSession: number;
  readonly logLevel: LogLevel;
}

export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ['error', 'warn', 'info', 'debug', 'silent'] as const;

export interface OptionRow {
  readonly key: keyof Config;
  /** As commander takes it. */
  readonly flags: string;
  readonly description: string;
  readonly env?: string;
  readonly repeatable?: true;
  /** The default in words, where the value alone would say little. */
  readonly byDefault?: string;
  readonly parse: (text: string, flag: string) => string | number;
}

/** The options of `tlscope start`, in the order `--help` shows them. */
export const OPTIONS: readonly OptionRow[] = [
  {
    key: 'port',
    flags: '-p, --port <port>',
    description: 'port of the proxy',
    env: 'TLSCOPE_PORT',
    parse: portNumber,
  },
  {
    key: 'host',
    flags: '--host <address>',
    description: 'address the proxy listens on; anything but loopback lets others in your network use it',
    env: 'TLSCOPE_HOST',
    parse: text,
  },
  {
    key: 'uiPort',
    flags: '--ui-port <port>',
    description: 'port of the dashboard',
    env: 'TLSCOPE_UI_PORT',
    parse: portNumber,
  },
  {
    key: 'uiHost',
    flags: '--ui-host <address>',
    description: 'address the dashboard listens on; it shows decrypted traffic, so think before you change it',
    env: 'TLSCOPE_UI_HOST',
    parse: text,
  },
  { key: 'certs', flags: '--certs <dir>', description: 'folder of the root CA', env: 'TLSCOPE_CERTS', parse: text },
  {
    key: 'token',
    flags: '--token <token>',
    description: 'token of the dashboard and its API (random by default)',
    env: 'TLSCOPE_TOKEN',
    parse: tokenText,
  },
  {
    key: 'upstreamCa',
    flags: '--upstream-ca <file>',
    description: 'PEM file with root certificates to trust on the server leg, beside the system’s; repeatable',
    repeatable: true,
    parse: text,
  },
  {
    key: 'passthrough',
    flags: '--passthrough <hostglob>',
    description: 'do not intercept these hosts, e.g. "*.bank.test" or "host:8443"; repeatable',
    repeatable: true,
    parse: hostGlob,
  },
  {
    key: 'insecure',
    flags: '--insecure <hostglob>',
    description: 'accept any certificate from these servers; recorded for each connection; repeatable',
    repeatable: true,
    parse: hostGlob,
  },
  {
    key: 'fail',
    flags: '--fail <how>',
    description:
      'what a client sees when its server cannot be reached: "page" (a readable 502) or "mirror" (a TLS alert)',
    parse: oneOf('page', 'mirror'),
  },
  {
    key: 'resumption',
    flags: '--resumption <legs>',
    description:
      'handshakes that may be abbreviated: "off" (none, so that each shows whole), "client", "server", or "mirror" (the server leg resumes when the client does)',
    parse: oneOf('off', 'client', 'server', 'mirror'),
  },
  {
    key: 'filter',
    flags: '--filter <expression>',
    description: 'print only these exchanges and failures, e.g. "status >= 400 or failed" (docs/filter.md)',
    parse: text,
  },
  {
    key: 'json',
    flags: '--json',
    description: 'print every event as one line of JSON on stdout; logs stay on stderr',
    parse: text,
  },
  {
    key: 'keylog',
    flags: '--keylog <file>',
    description: 'append the TLS secrets of both legs to this file as they come, for Wireshark (SSLKEYLOGFILE format)',
    env: 'TLSCOPE_KEYLOG',
    parse: text,
  },
  {
    key: 'showSecrets',
    flags: '--show-secrets',
    description: 'show the values of TLS secrets on the dashboard and in its API',
    parse: text,
  },
  {
    key: 'session',
    flags: '--session <file>',
    description: 'keep what is captured, secrets included, in this new file, for tlscope open; else it goes at the end',
    env: 'TLSCOPE_SESSION',
    parse: text,
  },
  {
    key: 'proto',
    flags: '--proto <dir>',
    description: 'show gRPC messages by the names in the .proto files of this folder',
    parse: text,
  },
  {
    key: 'maxBody',
    flags: '--max-body <size>',
    description: 'how much of each request or response body is kept; all of it is relayed',
    byDefault: '10MiB',
    parse: byteSize,
  },
  {
    key: 'maxSession',
    flags: '--max-session <size>',
    description: 'size of the session; beyond it the oldest closed connections leave',
    byDefault: '2GiB',
    parse: byteSize,
  },
  {
    key: 'logLevel',
    flags: '--log-level <level>',
    description: `one of ${LOG_LEVELS.join(', ')}`,
    parse: oneOf(...LOG_LEVELS),
  },
];

export function defaultConfig(): Config {
  return {
    host: '127.0.0.1',
    port: 8080,
    uiHost: '127.0.0.1',
    uiPort: 8081,
    certs: defaultCertsDir(),
    token: undefined,
    upstreamCa: [],
    passthrough: [],
    insecure: [],
    fail: 'page',
    resumption: 'off',
    json: false,
    keylog: undefined,
    showSecrets: false,
    filter: undefined,
    session: undefined,
    proto: undefined,
    maxBody: 10 * 1024 ** 2,
    maxSession: 2 * 1024 ** 3,
    logLevel: 'info',
  };
}

/** `certs/` of a checkout; for an installed package the user's data folder (XDG Base Directory, or the platform's own). */
export function defaultCertsDir(): string {
  const root = packageRoot();
  if (existsSync(join(root, 'certs', 'README.md'))) return join(root, 'certs');
  const home = homedir();
  if (process.platform === 'win32')
    return join(process.env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'tlscope', 'certs');
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'tlscope', 'certs');
  return join(process.env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'tlscope', 'certs');
}

/** The folder of package.json, from src/ as from dist/. */
export function packageRoot(): string {
  return dirname(dirname(fileURLToPath(import.meta.url)));
}

/** What calls tlscope in a shell: sources are run by the checkout's npm script, what was built is installed by name. */
export function tlscopeCommand(module: string = import.meta.url): string {
  return module.endsWith('.ts') ? 'npm run -s tlscope --' : 'tlscope';
}

/** From package.json. */
export function tlscopeVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}

function text(value: string): string {
  return value;
}

function portNumber(value: string, option: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65535) {
    throw new UserError('option-invalid', {
      option,
      value,
      expected: 'A port is a number from 0 (any free one) to 65535.',
    });
  }
  return port;
}

/**
 * A host glob as `--passthrough` takes it.
 * @param option what took it, for the message
 * @throws UserError `option-invalid`
 */
export function hostGlob(value: string, option: string): string {
  const port = /^(?:[^:]*|\[.*\]):(\d+)$/.exec(value)?.[1];
  const hasPort = port === undefined || (Number(port) > 0 && Number(port) <= 65535);
  if (!/^[\w.*?:[\]-]{1,300}$/.test(value) || /^:\d*$/.test(value) || !hasPort) {
    const expected =
      'Give a host name (beyond ASCII in its xn-- form) or an address, where * stands for any characters and ? for one, ' +
      'perhaps with a port: "*.bank.test", "host:8443".';
    throw new UserError('option-invalid', { option, value, expected });
  }
  return value;
}

function tokenText(value: string, option: string): string {
  if (!/^[\w.~-]{8,}$/.test(value)) {
    const expected = 'A token has at least 8 characters of A-Z a-z 0-9 . _ ~ - so that it fits in a URL.';
    throw new UserError('option-invalid', { option, value: '…', expected });
  }
  return value;
}

/** A factor for each unit; without one it is bytes. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  ...Object.fromEntries(['K', 'M', 'G', 'T'].flatMap((letter, i) => unitsOf(letter, i + 1))),
};

function unitsOf(letter: string, power: number): [unit: string, factor: number][] {
  const binary = 1024 ** power;
  return [
    [letter, binary],
    [`${letter}IB`, binary],
    [`${letter}B`, 1000 ** power],
  ];
}

function byteSize(value: string, option: string): number {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(value) ?? [];
  const bytes = Math.round(Number(digits) * (UNITS[unit.toUpperCase()] ?? Number.NaN));
  if (digits === '' || !Number.isSafeInteger(bytes)) {
    const expected =
      'A size is a number of bytes, or one with a unit: 500k, 10MiB, 2GiB (1024 each) or 500kB, 10MB (1000).';
    throw new UserError('option-invalid', { option, value, expected });
  }
  return bytes;
}

function oneOf(...values: string[]): OptionRow['parse'] {
  return (value, option) => {
    if (values.includes(value)) return value;
    throw new UserError('option-invalid', { option, value, expected: `It is one of: ${values.join(', ')}.` });
  };
}
