/**
 * What was offered, and what could be enabled on which side, where client and server have nothing in common. Of a server
 * that refused it is not known what it takes; there stands what nearly all take.
 */

import type { LegRole } from '../shared/model.ts';
import { cipherSuiteName, groupName, isGrease, versionName } from '../wire/tls/registries.ts';
import type { ClientHello } from '../wire/tls/values.ts';
import type { Audience } from './failure-evidence.ts';
import { listed } from './step-words.ts';

/** What an offer is read for. */
export type Offer = Pick<ClientHello, 'cipherSuites' | 'supportedVersions' | 'supportedGroups' | 'legacyVersion'>;

const TLS12 = 0x0303;
const TLS13 = 0x0304;

/** What nearly all take, what is asked for first in front. */
const COMMON_VERSIONS = [TLS13, TLS12];
const COMMON_GROUPS = [0x001d, 0x0017, 0x0018];
/** ECDHE with AES-GCM or ChaCha20-Poly1305, for both kinds of certificate. */
const COMMON_SUITES_12 = [0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8];
const COMMON_SUITES_13 = [0x1301, 0x1302, 0x1303];

/** Names of one kind that are shown. */
const MAX_NAMES = 6;
const MAX_ADVISED = 2;

/** The sentences `{versions}`, `{suites}` and `{groups}` of the remedies; empty where the offer was not seen. On the client leg tlscope is the server. */
export function offerWords(
  offer: Offer | undefined,
  audience: Audience,
  leg: LegRole = 'server',
): Record<'versions' | 'suites' | 'groups', string> {
  if (offer === undefined) return { versions: '', suites: '', groups: '' };
  const client = audience === 'probe' ? 'offer' : 'client';
  const versions = versionsOf(offer);
  const suites = offer.cipherSuites.filter((id) => !isGrease(id) && !SIGNALS.has(id));
  const common = [
    ...(versions.includes(TLS13) ? COMMON_SUITES_13 : []),
    ...(versions.some((id) => id <= TLS12) ? COMMON_SUITES_12 : []),
  ];
  const groups = offer.supportedGroups.filter((id) => !isGrease(id));
  return {
    versions: words('version', versions, COMMON_VERSIONS, versionName, client, leg),
    suites: words('suite', suites, common, cipherSuiteName, client, leg),
    groups: words('group', groups, COMMON_GROUPS, groupName, client, leg),
  };
}

/** Not suites: TLS_EMPTY_RENEGOTIATION_INFO_SCSV, TLS_FALLBACK_SCSV (RFC 5746 §3.3, RFC 7507 §2). */
const SIGNALS: ReadonlySet<number> = new Set([0x00ff, 0x5600]);

/** RFC 8446 §4.2.1: without the extension it is the one version field, and all below it. */
function versionsOf({ supportedVersions, legacyVersion }: Offer): readonly number[] {
  const named = supportedVersions.filter((id) => !isGrease(id));
  return named.length > 0 ? named : [legacyVersion];
}

function words(
  noun: string,
  offered: readonly number[],
  common: readonly number[],
  nameOf: (id: number) => string,
  client: string,
  leg: LegRole,
): string {
  const names = (ids: readonly number[], max: number) => {
    const shown = ids.slice(0, max).map(nameOf);
    return ids.length > max ? [...shown, `${ids.length - max} more`] : shown;
  };
  const told =
    offered.length === 0
      ? `No ${noun} was offered`
      : `The ${noun}${offered.length === 1 ? '' : 's'} offered ${offered.length === 1 ? 'was' : 'were'} ${listed(names(offered, MAX_NAMES))}`;
  const missing = common.filter((id) => !offered.includes(id)).slice(0, MAX_ADVISED);
  const shared = common.filter((id) => offered.includes(id)).slice(0, MAX_ADVISED);
  const ways = [
    missing.length > 0 && `${listed(missing.map(nameOf), 'or')} in the ${client}`,
    leg === 'server' && shared.length > 0 && `${listed(shared.map(nameOf), 'or')} in the server`,
  ].filter((way) => way !== false);
  return ways.length === 0 ? `${told}.` : `${told}; enable ${listed(ways, 'or')}.`;
}
