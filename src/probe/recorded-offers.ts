/** The ClientHellos of well-known programs, as they were recorded from the real ones. */

import type { Offer } from '../proxy/mirror.ts';
import { fromHex } from '../wire/hex.ts';
import { RECORDED } from './recorded-offers.generated.ts';

/** One program's offer; code points in its order, GREASE (RFC 8701) included. */
export interface RecordedOffer {
  readonly name: string;
  /** Name and version of what it was recorded from. */
  readonly program: string;
  readonly legacyVersion: number;
  readonly versions: readonly number[];
  readonly suites: readonly number[];
  /** Type and, where the body is the same in every hello, its bytes in hex. */
  readonly extensions: readonly (readonly [type: number, body?: string])[];
  readonly groups: readonly number[];
  readonly shares: readonly number[];
  readonly schemes: readonly number[];
  readonly pointFormats: readonly number[];
  readonly alpn: readonly string[];
}

/** Names and programs, for help. */
export const RECORDED_PROGRAMS: readonly Pick<RecordedOffer, 'name' | 'program'>[] = RECORDED;

/** The offer of the program called `name`, without a server name; undefined when none was recorded. */
export function recordedOffer(name: string): Offer | undefined {
  const row = RECORDED.find((each) => each.name === name);
  if (row === undefined) return undefined;
  return {
    legacyVersion: row.legacyVersion,
    cipherSuites: row.suites,
    extensions: row.extensions.map(([type, body]) => ({ type, data: fromHex(body ?? '') })),
    alpn: row.alpn,
    supportedVersions: row.versions,
    supportedGroups: row.groups,
    signatureAlgorithms: row.schemes,
    ecPointFormats: row.pointFormats,
    keyShareGroups: row.shares,
  };
}
