/**
 * Every mistake a user can make, as a row: what to say and what to do about it.
 *
 * A peer's fault is data in the event log, never one of these; a fault of ours is an ordinary Error with its stack.
 */

type Values = Readonly<Record<string, string | number>>;

interface ErrorRow {
  /** `{name}` is replaced by the value of that name. */
  readonly message: string;
  readonly hint: string;
}

const ROWS = {
  'port-taken': {
    message: 'Port {port} on {host} is already in use ({purpose}).',
    hint: 'Stop the other program, or choose another port with {flag} PORT.',
  },
  'port-own': {
    message: 'A tlscope with the same CA already listens on port {port} of {host}.',
    hint: 'Use it: the line that it printed at its start leads to its dashboard. For another one, give --port PORT and --ui-port PORT.',
  },
  'port-denied': {
    message: 'Not allowed to listen on port {port} of {host} ({purpose}).',
    hint: 'Ports below 1024 need privileges; choose another with {flag} PORT.',
  },
  'address-unavailable': {
    message: 'This machine has no address {host} to listen on ({purpose}).',
    hint: 'Give an address of this machine with {flag} ADDRESS; 127.0.0.1 is the default.',
  },
  'option-invalid': {
    message: '{option} does not take "{value}".',
    hint: '{expected}',
  },
  'file-unreadable': {
    message: 'Cannot read {path} ({reason}).',
    hint: 'Check the path given with {option} and its permissions.',
  },
  'file-unwritable': {
    message: 'Cannot write {path} ({reason}).',
    hint: 'Check the path given with {option} and the permissions of its folder.',
  },
  'file-exists': {
    message: '{path} exists already.',
    hint: 'Give the name of a new file, or --force to replace this one.',
  },
  'output-unwritable': {
    message: 'Cannot write to standard output ({reason}).',
    hint: 'What was printed is not whole. Check the disk, or what takes the output.',
  },
  'no-certificates': {
    message: '{path} holds no PEM certificate.',
    hint: 'Give a file with at least one "-----BEGIN CERTIFICATE-----" block to {option}.',
  },
  'certificate-broken': {
    message: '{path} holds a certificate that cannot be read ({reason}).',
    hint: 'Check the file given with {option}: openssl x509 -in FILE -noout -subject',
  },
  'command-unknown': {
    message: 'There is no command "{command}".',
    hint: '{meant}tlscope --help lists them.',
  },
  'target-invalid': {
    message: '"{target}" is no server to probe.',
    hint: 'Give HOST, HOST:PORT, [IPv6]:PORT or an https URL.',
  },
  'offer-impossible': {
    message: 'No offer is left: none of the suites belongs to any of the versions.',
    hint: 'TLS 1.3 has suites of its own (TLS_AES_…, TLS_CHACHA20_…); --versions and --suites must fit together.',
  },
  'client-certificate-unusable': {
    message: 'The client certificate {path} cannot be used ({reason}).',
    hint: 'Give PEM files: the certificate (with its intermediates) to --client-cert, its key without a passphrase to --client-key.',
  },
  'offer-unknown': {
    message: '--as does not know "{like}".',
    hint: 'It takes a program ({names}), a file with one connection that tlscope exported as JSON, or the number of a recorded one.',
  },
  'no-client-hello': {
    message: '{source} shows no ClientHello ({reason}).',
    hint: 'Give --as the name of a program, a connection that tlscope exported as JSON, or the number of a recorded one.',
  },
  'not-a-capture': {
    message: '{path} is not a capture file: {reason}.',
    hint: 'tlscope read takes pcap and pcapng files, as Wireshark and tcpdump write them, also compressed by gzip or zstd.',
  },
  'capture-truncated': {
    message: '{path} is cut off: {reason}.',
    hint: 'Everything before that was read.',
  },
  'capture-damaged': {
    message: '{path} is damaged at byte {at}: {reason}.',
    hint: 'Everything before that was read.',
  },
  'session-exists': {
    message: '{path} already holds a session.',
    hint: 'Look at it with: tlscope open {path}; or give the name of a new file to --session.',
  },
  'session-foreign': {
    message: '{path} is no session of tlscope.',
    hint: 'tlscope open takes files that --session has written; --session takes the name of a new file.',
  },
  'session-newer': {
    message: '{path} was written by a newer tlscope.',
    hint: 'Open it with that version or a later one.',
  },
  'session-older': {
    message: '{path} was written by an older tlscope, which laid its tables out otherwise.',
    hint: 'Open it with the version that wrote it.',
  },
  'session-damaged': {
    message: '{path} is damaged ({reason}).',
    hint: 'Nothing of it can be read; the file may have been cut when it was copied.',
  },
  'not-recorded': {
    message: 'There is no {what} {id} in {path}.',
    hint: 'See what is there with: tlscope show {path}',
  },
  'proto-unreadable': {
    message: 'The .proto files cannot be used: {place}: {reason}.',
    hint: 'Give a folder of .proto files that protoc takes to --proto.',
  },
  'ca-key-exposed': {
    message: 'The root CA key {path} can be read by other users (mode {mode}).',
    hint: 'Run: chmod 600 {path}',
  },
  'ca-none': {
    message: 'There is no root CA in {dir}.',
    hint: 'tlscope start makes one at its first start; or name the folder that it was started with: --certs DIR',
  },
  'ca-incomplete': {
    message: '{dir} holds only one half of the root CA: {missing} is missing.',
    hint: 'Restore {missing}, or remove {present} to have a new root made (clients must then trust the new one).',
  },
  'ca-unreadable': {
    message: 'The root CA in {path} cannot be used ({reason}).',
    hint: 'Restore the file, or move the folder away to have a new root made (clients must then trust the new one).',
  },
  'ca-unwritable': {
    message: 'Cannot write the root CA to {dir} ({reason}).',
    hint: 'Choose a folder you may write with --certs DIR.',
  },
  'ui-not-built': {
    message: 'The dashboard is not built and building it failed ({reason}).',
    hint: 'Run: npm run build:ui',
  },
  'command-not-found': {
    message: 'Cannot run {command} ({reason}).',
    hint: 'Check that it is installed and on PATH.',
  },
  'browser-not-found': {
    message: 'No Chromium or Chrome found.',
    hint: 'Install one (Debian: apt-get install chromium), or name it with --browser PATH.',
  },
  'proxy-not-running': {
    message: 'No tlscope proxy answers on {address}.',
    hint: 'Start one with: npm start',
  },
  'api-not-running': {
    message: 'No tlscope dashboard answers on {address} ({reason}).',
    hint: 'Start tlscope with: npm start; or give the address it printed, without its token, with --ui URL.',
  },
  'token-missing': {
    message: 'No token given, and no tlscope of yours that runs on {address} has left its own.',
    hint: 'Start one with: tlscope start. Of another user’s or another folder’s (--certs), give the token it printed (/?token=TOKEN) with --token TOKEN or TLSCOPE_TOKEN.',
  },
  'token-refused': {
    message: 'The tlscope on {address} does not take this token.',
    hint: 'Give the one it printed at start (/?token=TOKEN) with --token TOKEN or TLSCOPE_TOKEN.',
  },
  'har-invalid': {
    message: '{path} cannot be imported: {reason}.',
    hint: 'tlscope import takes HAR files (HTTP Archive 1.2), as browsers export them from their network panels.',
  },
  'api-refused': {
    message: '{error}',
    hint: '{hint}',
  },
  'export-broken-off': {
    message: 'The export broke off ({reason}); {path} is not whole.',
    hint: 'Check the disk, and whether tlscope still runs; then export again with --force.',
  },
  'filter-invalid': {
    message: 'The filter cannot be read: {message}\n  {filter}\n  {mark}',
    hint: '{hint}',
  },
  'ca-mismatch': {
    message: 'The proxy on {address} signs with another root CA than the one in {dir}.',
    hint: 'Name the folder that the proxy was started with: --certs DIR',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ROWS;

/** A mistake the user can mend. Printed as one line with its hint; never with a stack. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  /** Of the process that ends with it. */
  readonly exitCode: number;

  constructor(code: ErrorCode, values: Values = {}, exitCode = 1) {
    const row = ROWS[code];
    super(fill(row.message, values));
    this.name = 'UserError';
    this.code = code;
    this.exitCode = exitCode;
    this.hint = fill(row.hint, values);
  }
}

/** System code (`ENOENT`) or message of anything thrown, for the `{reason}` of a row. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return (error as NodeJS.ErrnoException).code ?? error.message;
  return String(error);
}

function fill(template: string, values: Values): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = String(values[name] ?? whole);
    const words = name === 'reason' ? SYSTEM_ERRORS[value] : undefined;
    return words === undefined ? value : `${words}, ${value}`;
  });
}

/** What the system's error codes mean. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EACCES: 'not permitted',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was reset',
  EISDIR: 'it is a folder',
  ENOENT: 'there is none',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is no folder',
  ENOTFOUND: 'there is no such host',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
};
