/** Lines of the SSLKEYLOGFILE format (RFC 9850): `LABEL client-random secret`, both in hex. */

export interface KeyLogEntry {
  readonly label: string;
  /** 32 bytes. */
  readonly clientRandom: Uint8Array;
  readonly secret: Uint8Array;
}

const LINE = /^([A-Z0-9_]+) ([0-9a-f]{64}) ((?:[0-9a-f]{2})+)\s*$/i;

/** Undefined for comments, empty lines and whatever else is no entry. */
export function parseKeyLogLine(line: string | Uint8Array): KeyLogEntry | undefined {
  const text = typeof line === 'string' ? line : view(line).toString('latin1');
  const [, label, clientRandom, secret] = LINE.exec(text) ?? [];
  if (label === undefined || clientRandom === undefined || secret === undefined) return undefined;
  return { label, clientRandom: Buffer.from(clientRandom, 'hex'), secret: Buffer.from(secret, 'hex') };
}

/** One line, without a line end. */
export function formatKeyLogLine({ label, clientRandom, secret }: KeyLogEntry): string {
  return `${label} ${Buffer.from(clientRandom).toString('hex')} ${Buffer.from(secret).toString('hex')}`;
}

function view({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
