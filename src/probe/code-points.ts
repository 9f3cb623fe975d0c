/** Code points from what a user writes: versions, cipher suites and groups, by the names that are in use for them. */
import { UserError } from '../errors.ts';
import { CIPHER_SUITES, GROUPS } from '../wire/tls/registries.generated.ts';
import { versionName } from '../wire/tls/registries.ts';
import { ownOffer } from './own-offer.ts';

/** TLS 1.0 to 1.3, oldest first. */
export const VERSIONS: readonly number[] = [0x0301, 0x0302, 0x0303, 0x0304];

const SIGNALLING: ReadonlySet<number> = new Set([0x00ff, 0x5600]);

/** Other names of groups that IANA lists, in lower case: OpenSSL's, NIST's and those of drafts. */
const GROUP_ALIASES: Readonly<Record<string, number>> = {
  'p-256': 0x0017,
  prime256v1: 0x0017,
  'p-384': 0x0018,
  'p-521': 0x0019,
};

/** `1.2`, `TLS 1.2` or `TLSv1.2`. @throws UserError `option-invalid` */
export function versionFrom(text: string, option: string): number {
  const minor = /^(?:tls ?v?)?1\.([0-3])$/i.exec(text.trim())?.[1];
  const version = minor === undefined ? undefined : VERSIONS[Number(minor)];
  if (version !== undefined) return version;
  const expected = `It is one of: ${VERSIONS.map((each) => versionName(each).slice('TLS '.length)).join(', ')}.`;
  throw new UserError('option-invalid', { option, value: text, expected });
}

/** IANA's or another usual name of a group, or a code point such as `0x001d`. @throws UserError `option-invalid` */
export function groupFrom(text: string, option: string): number {
  const name = text.trim().toLowerCase();
  const id = GROUPS.find(([, each]) => each.toLowerCase() === name)?.[0] ?? GROUP_ALIASES[name] ?? codePoint(name);
  if (id !== undefined) return id;
  const expected = 'Give names of groups as IANA or OpenSSL has them, such as x25519, P-256 or X25519MLKEM768.';
  throw new UserError('option-invalid', { option, value: text, expected });
}

/**
 * IANA's name of a suite, a code point such as `0x1301`, or what OpenSSL's cipher list takes: a name of its own such as
 * `ECDHE-RSA-AES128-GCM-SHA256`, or a class such as `HIGH`.
 * @throws UserError `option-invalid`
 */
export async function suitesFrom(text: string, option: string): Promise<readonly number[]> {
  const name = text.trim();
  const id = CIPHER_SUITES.find(([, each]) => each === name.toUpperCase())?.[0] ?? codePoint(name.toLowerCase());
  if (id !== undefined) return [id];
  try {
    // What OpenSSL makes of the name is what it then offers.
    const options = { ciphers: `${name}:@SECLEVEL=0`, minVersion: 'TLSv1', maxVersion: 'TLSv1.2' } as const;
    return (await ownOffer(options)).cipherSuites.filter((each) => !SIGNALLING.has(each));
  } catch {
    const expected = 'Give names of suites as IANA or OpenSSL has them; openssl ciphers lists those.';
    throw new UserError('option-invalid', { option, value: text, expected });
  }
}

/** Whether a suite is one of TLS 1.3, which no other version knows (RFC 8446 appendix B.4). */
export function isTls13Suite(id: number): boolean {
  return id >> 8 === 0x13;
}

/** Whether it names an algorithm, and not something the client signals (RFC 5746 §3.3, RFC 7507). */
export function isSuite(id: number): boolean {
  return !SIGNALLING.has(id);
}

function codePoint(text: string): number | undefined {
  return /^0x[0-9a-f]{1,4}$/.test(text) ? Number(text) : undefined;
}
